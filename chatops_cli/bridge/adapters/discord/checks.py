"""Whether the token is let in, and each right that the bot needs, by itself.

Source: docs.discord.com/developers, "Permissions", "Application Object".
"""

from collections.abc import AsyncIterator, Mapping

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.discord.api import Api
from chatops_cli.bridge.adapters.discord.failures import INTENT
from chatops_cli.bridge.contract import Check
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.json import Json

CONTENT = (1 << 18) | (1 << 19)
"""Marks of an application that may read what is said; the second is that of small bots."""
RIGHTS: Mapping[str, int] = {
    "View Channel": 1 << 10,
    "Send Messages": 1 << 11,
    "Send Messages in Threads": 1 << 38,
    "Embed Links": 1 << 14,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
    "Add Reactions": 1 << 6,
}
_ADMINISTRATOR = 1 << 3


async def checks_of(api: Api, rooms: Mapping[str, str]) -> AsyncIterator[Check]:
    """The checks, each as it is made; nothing is posted."""
    try:
        me = await api.login()
    except ChatOpsError as error:
        yield _failed("token", error)
        return
    yield Check(name="token", is_fine=True, told=f"as {inner(me, 'username')} ({inner(me, 'id')})")
    yield await _gateway(api)
    yield await _content(api)
    for name, number in rooms.items():
        for check in await _room(api, name, number, inner(me, "id")):
            yield check


async def _gateway(api: Api) -> Check:
    try:
        _, left, seconds = await api.gateway()
    except ChatOpsError as error:
        return _failed("gateway", error)
    mend = "" if left else f"wait for {seconds:.0f} s: something connects again and again"
    return Check(name="gateway", is_fine=left > 0, told=f"{left} new sessions left", mend=mend)


async def _content(api: Api) -> Check:
    name = "Message Content Intent"
    try:
        found = await api.call("GET", "applications/@me")
    except ChatOpsError as error:
        return _failed(name, error)
    flags = found.get("flags") if isinstance(found, dict) else None
    is_fine = isinstance(flags, int) and bool(flags & CONTENT)
    told = "it may read what is said" if is_fine else "it is turned off"
    return Check(name=name, is_fine=is_fine, told=told, mend="" if is_fine else INTENT)


async def _room(api: Api, name: str, number: str, me: str) -> list[Check]:
    if not number.isdigit():
        mend = "Copy Channel ID, with Developer Mode on"
        return [Check(name=name, is_fine=False, told="that is no id of a channel", mend=mend)]
    try:
        channel = await api.call("GET", f"channels/{number}")
        guild = inner(channel, "guild_id")
        if not guild:
            return [Check(name=name, is_fine=True, told="a direct message")]
        roles = await api.call("GET", f"guilds/{guild}/roles")
        member = await api.call("GET", f"guilds/{guild}/members/{me}")
    except ChatOpsError as error:
        return [_failed(name, error)]
    granted = rights_in(channel, roles, member, guild=guild, me=me)
    return [
        Check(
            name=f"{name}: {right}",
            is_fine=bool(granted & bit),
            told=f"#{inner(channel, 'name')}",
            mend="" if granted & bit else f"let the bot's role have {right} in that channel",
        )
        for right, bit in RIGHTS.items()
    ]


def rights_in(channel: Json, roles: Json, member: Json, *, guild: str, me: str) -> int:
    """The rights of a member in a channel, as bits: the server's roles, then the channel's words.

    Those of everybody come first, then all roles together, then the member's own.
    """
    held = _texts(member, "roles")
    granted = 0
    for role in roles if isinstance(roles, list) else []:
        if inner(role, "id") in {guild, *held}:
            granted |= _bits(role, "permissions")
    if granted & _ADMINISTRATOR:
        return -1
    words = channel.get("permission_overwrites") if isinstance(channel, dict) else None
    for of in ({guild}, held, {me}):
        deny = allow = 0
        for word in words if isinstance(words, list) else []:
            if inner(word, "id") in of:
                deny |= _bits(word, "deny")
                allow |= _bits(word, "allow")
        granted = (granted & ~deny) | allow
    return granted


def _bits(data: Json, key: str) -> int:
    text = inner(data, key)
    return int(text) if text.isascii() and text.isdigit() else 0


def _texts(data: Json, key: str) -> set[str]:
    listed = data.get(key) if isinstance(data, dict) else None
    return {str(each) for each in listed} if isinstance(listed, list) else set()


def _failed(name: str, error: ChatOpsError) -> Check:
    return Check(name=name, is_fine=False, told=error.message, mend=error.hint or "")
