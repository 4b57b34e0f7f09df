"""Whether the token is let in, by HTTP and by websocket, and each right by itself."""

from collections.abc import AsyncIterator, Mapping

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.mattermost.api import Api
from chatops_cli.bridge.adapters.mattermost.wire import Position, Wire
from chatops_cli.bridge.contract import Check
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.json import Json

RIGHTS: Mapping[str, str] = {
    "create_post": "answers",
    "edit_post": "progress in one message",
    "upload_file": "long results as files",
    "add_reaction": "signs on messages",
}
_USUAL = "channel_user"
"""The role of who is in a channel."""


async def checks_of(api: Api, rooms: Mapping[str, str]) -> AsyncIterator[Check]:
    """The checks, each as it is made; nothing is posted."""
    try:
        me = await api.get("users/me")
    except ChatOpsError as error:
        yield _failed("token", error)
        return
    yield Check(name="token", is_fine=True, told=f"as {inner(me, 'username')}")
    yield await _websocket(api)
    yield await _teams(api)
    roles = set(inner(me, "roles").split())
    for name, number in rooms.items():
        check, found = await _room(api, name, number)
        yield check
        roles |= found
    for check in await _rights(api, sorted(roles | {_USUAL})):
        yield check


async def _websocket(api: Api) -> Check:
    try:
        wire = await Wire.open(api, Position())
    except ChatOpsError as error:
        told = error.message
        mend = error.hint or "let the proxy before the server pass websockets: /api/v4/websocket"
        return Check(name="websocket", is_fine=False, told=told, mend=mend)
    await wire.close()
    return Check(name="websocket", is_fine=True, told="it answers")


async def _teams(api: Api) -> Check:
    try:
        teams = await api.get("users/me/teams")
    except ChatOpsError as error:
        return _failed("teams", error)
    names = [inner(team, "name") for team in teams] if isinstance(teams, list) else []
    if names:
        return Check(name="teams", is_fine=True, told=", ".join(names))
    return Check(name="teams", is_fine=False, told="it is in none", mend="add the bot to a team")


async def _room(api: Api, name: str, number: str) -> tuple[Check, set[str]]:
    mend = "add the bot to the team and to the channel"
    try:
        channel = await api.get(f"channels/{number}")
        member = await api.get(f"channels/{number}/members/me")
    except ChatOpsError as error:
        told = error.message
        return Check(name=name, is_fine=False, told=told, mend=error.hint or mend), set()
    if isinstance(channel, dict) and channel.get("delete_at"):
        told = "it is archived"
        return Check(name=name, is_fine=False, told=told, mend="have it unarchived"), set()
    return Check(name=name, is_fine=True, told="the bot is in it"), set(
        inner(member, "roles").split()
    )


async def _rights(api: Api, roles: list[str]) -> list[Check]:
    names: list[Json] = list(roles)
    try:
        found = await api.post("roles/names", names)
    except ChatOpsError as error:
        return [_failed("rights", error)]
    granted = {
        permission
        for role in (found if isinstance(found, list) else [])
        if isinstance(role, dict)
        for permission in _texts(role.get("permissions"))
    }
    return [
        Check(
            name=right,
            is_fine=right in granted,
            told=what,
            mend=""
            if right in granted
            else f"let {_USUAL} have {right}: System Console, Permissions",
        )
        for right, what in RIGHTS.items()
    ]


def _texts(listed: Json) -> list[str]:
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def _failed(name: str, error: ChatOpsError) -> Check:
    return Check(name=name, is_fine=False, told=error.message, mend=error.hint or "")
