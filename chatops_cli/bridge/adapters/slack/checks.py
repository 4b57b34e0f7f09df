"""Whether the tokens are let in, and each right that the bot needs, by itself."""

from collections.abc import AsyncIterator, Mapping

from chatops_cli.bridge.adapters.slack.api import Answer, Api
from chatops_cli.bridge.contract import Check
from chatops_cli.errors import ChatOpsError

HEARING = ("channels:history", "groups:history", "im:history", "mpim:history", "app_mentions:read")
SCOPES: Mapping[str, str] = {
    "chat:write": "answers",
    "files:write": "long results as files",
    "reactions:write": "signs on messages",
    "users:read": "names of people",
    "usergroups:read": "rules for user groups: without it they are for nobody",
}
_PLACES: Mapping[str, str] = {
    "channels:history": "in channels",
    "groups:history": "in private channels",
    "im:history": "in direct messages",
    "mpim:history": "in group messages",
    "app_mentions:read": "when it is mentioned",
}


async def checks_of(api: Api, app_token: str, rooms: Mapping[str, str]) -> AsyncIterator[Check]:
    """The checks, each as it is made; nothing is posted."""
    try:
        answer = await api.call("auth.test")
    except ChatOpsError as error:
        yield _failed("token", error)
        return
    who = f"as {answer.text('user')} in {answer.text('team')} ({answer.text('team_id')})"
    yield Check(name="token", is_fine=True, told=who)
    try:
        await api.call("apps.connections.open", token=app_token)
    except ChatOpsError as error:
        yield _failed("app_token", error)
    else:
        yield Check(name="app_token", is_fine=True, told="Socket Mode is on")
    for check in _scopes(answer):
        yield check
    for name, number in rooms.items():
        yield await _room(api, name, number)


def _scopes(answer: Answer) -> list[Check]:
    if not answer.scopes:
        return [Check(name="scopes", is_fine=True, told="Slack doesn't tell them")]
    checks = [
        Check(
            name=scope,
            is_fine=scope in answer.scopes,
            told=what,
            mend="" if scope in answer.scopes else _mend(scope),
        )
        for scope, what in SCOPES.items()
    ]
    heard = [_PLACES[scope] for scope in HEARING if scope in answer.scopes]
    mend = "" if heard else _mend("channels:history")
    told = f"it hears {', '.join(heard)}" if heard else "it hears nothing"
    return [*checks, Check(name="hearing", is_fine=bool(heard), told=told, mend=mend)]


def _mend(scope: str) -> str:
    return f"add {scope} on the app's page, OAuth & Permissions, and install the app anew"


async def _room(api: Api, name: str, number: str) -> Check:
    try:
        answer = await api.ask("conversations.info", channel=number)
    except ChatOpsError as error:
        if "channels:read" in error.message or "groups:read" in error.message:
            return Check(name=name, is_fine=True, told="not looked at: channels:read is missing")
        return _failed(name, error)
    room = answer.data.get("channel")
    found = room if isinstance(room, dict) else {}
    if found.get("is_archived"):
        return Check(name=name, is_fine=False, told="it is archived", mend="have it unarchived")
    if found.get("is_im") or found.get("is_member", True):
        return Check(name=name, is_fine=True, told="the bot is in it")
    mend = "invite the bot: /invite @name in that channel"
    return Check(name=name, is_fine=False, told="the bot is not in it", mend=mend)


def _failed(name: str, error: ChatOpsError) -> Check:
    return Check(name=name, is_fine=False, told=error.message, mend=error.hint or "")
