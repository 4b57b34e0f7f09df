"""Whether the token is let in, and each right that the bot needs, by itself.

Source: core.telegram.org/bots/api, "getWebhookInfo", "ChatMember"; core.telegram.org/bots/features,
"Privacy mode".
"""

from collections.abc import AsyncIterator, Mapping

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.telegram.api import Api
from chatops_cli.bridge.contract import Check
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.json import Json

PRIVACY = "@BotFather, /setprivacy, Disable; then take the bot out of the group and add it again"
RIGHTS: Mapping[str, str] = {
    "can_send_messages": "answers",
    "can_send_documents": "long results as files",
}


async def checks_of(api: Api, rooms: Mapping[str, str]) -> AsyncIterator[Check]:
    """The checks, each as it is made; nothing is posted, and no update is read."""
    try:
        me = await api.call("getMe")
    except ChatOpsError as error:
        yield _failed("token", error)
        return
    yield Check(name="token", is_fine=True, told=f"as @{inner(me, 'username')}")
    yield await _polling(api)
    hears_all = isinstance(me, dict) and me.get("can_read_all_group_messages") is True
    told = "it hears all" if hears_all else "privacy mode is on: in groups it hears commands only"
    mend = "" if hears_all else f"{PRIVACY}; or make it an administrator"
    number = me.get("id") if isinstance(me, dict) else None
    groups = [check for room in rooms.items() async for check in _room(api, *room, number)]
    is_admin = bool(groups) and all(
        check.told == _ADMIN for check in groups if check.name in rooms and check.is_fine
    )
    if not hears_all and is_admin:
        told, mend = "privacy mode is on, but it is an administrator in each room", ""
    yield Check(name="privacy", is_fine=hears_all or is_admin, told=told, mend=mend)
    for check in groups:
        yield check


_ADMIN = "the bot is an administrator in it"


async def _polling(api: Api) -> Check:
    try:
        found = await api.call("getWebhookInfo")
    except ChatOpsError as error:
        return _failed("polling", error)
    if inner(found, "url"):
        mend = "take it away by the call deleteWebhook: messages go to it"
        return Check(name="polling", is_fine=False, told="the bot has a webhook", mend=mend)
    return Check(name="polling", is_fine=True, told="messages can be read")


async def _room(api: Api, name: str, chat: str, me: Json) -> AsyncIterator[Check]:
    try:
        found = await api.call("getChat", {"chat_id": chat})
        member = await api.call("getChatMember", {"chat_id": chat, "user_id": me})
    except ChatOpsError as error:
        yield _failed(name, error)
        return
    status = inner(member, "status")
    if status in {"left", "kicked"}:
        mend = "add the bot to the group"
        yield Check(name=name, is_fine=False, told=f"the bot has been {status}", mend=mend)
        return
    is_admin = status in {"administrator", "creator"}
    yield Check(name=name, is_fine=True, told=_ADMIN if is_admin else "the bot is in it")
    if is_admin or inner(found, "type") == "private":
        return
    rights = member if status == "restricted" else _of(found, "permissions")
    for right, what in RIGHTS.items():
        is_fine = not isinstance(rights, dict) or rights.get(right) is not False
        mend = "" if is_fine else f"let it have {right}: the group's permissions"
        yield Check(name=f"{name}: {right}", is_fine=is_fine, told=what, mend=mend)


def _of(data: Json, key: str) -> Json:
    return data.get(key) if isinstance(data, dict) else None


def _failed(name: str, error: ChatOpsError) -> Check:
    return Check(name=name, is_fine=False, told=error.message, mend=error.hint or "")
