"""What a message of Discord holds: something that somebody said, or nothing for us.

Source: docs.discord.com/developers, "Message Object", "Channel Object", "Gateway Events".
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.discord.posts import BUTTON
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.room.waiting_words import is_approval

THREADS = (10, 11, 12)
"""Types of channels that are threads of others."""
_CLICK = 3
"""The type of an interaction that is a click on a part of a message."""
_SAID = (0, 19)
"""Types of messages that people write: plain ones, and answers to others."""


@frozen
class Place:
    """A channel; `parent` is that which it is a thread of."""

    id: str
    guild: str = ""
    parent: str = ""
    last: int = 0


@frozen
class Heard:
    """What a person said, in Discord's own text. `names` are those whom it names."""

    number: str
    channel: str
    guild: str
    user: str
    name: str
    text: str
    names: Mapping[str, str]
    roles: tuple[str, ...] = ()
    time: datetime | None = None
    is_edited: bool = False
    answer: str = ""
    """Where Discord is told that a click was heard."""


def said(message: Json, me: str, *, is_update: bool = False) -> Heard | None:
    """What a person said or has edited; None for what bots, webhooks and Discord itself say.

    An update that is no edit has a preview of a link now, or the like.
    """
    if not isinstance(message, dict) or inner(message, "webhook_id"):
        return None
    author, kind = message.get("author"), message.get("type", 0)
    number, channel, user = inner(message, "id"), inner(message, "channel_id"), inner(author, "id")
    if not isinstance(author, dict) or author.get("bot") or user == me or kind not in _SAID:
        return None
    edited = inner(message, "edited_timestamp")
    if not _is_id(number) or not channel or not user or (is_update and not edited):
        return None
    member = message.get("member")
    roles = member.get("roles") if isinstance(member, dict) else None
    return Heard(
        number=number,
        channel=channel,
        guild=inner(message, "guild_id"),
        user=user,
        name=inner(member, "nick") or _name(author),
        text=inner(message, "content"),
        names=_names(message.get("mentions")),
        roles=tuple(str(role) for role in roles) if isinstance(roles, list) else (),
        time=time_of(inner(message, "timestamp")),
        is_edited=bool(edited),
    )


def clicked(interaction: Json, me: str) -> Heard | None:
    """What a button of the bot's own says, as if it had been typed; None for any other button.

    Source: docs.discord.com/developers, "Receiving and Responding to Interactions".
    """
    if not isinstance(interaction, dict) or interaction.get("type") != _CLICK:
        return None
    name = inner(interaction, "data", "custom_id")
    author = inner(interaction, "message", "author", "id")
    command = name.removeprefix(BUTTON)
    member = interaction.get("member")
    person = member.get("user") if isinstance(member, dict) else interaction.get("user")
    number, channel = inner(interaction, "id"), inner(interaction, "channel_id")
    is_own = name.startswith(BUTTON) and author == me and is_approval(command)
    if not is_own or not isinstance(person, dict) or not _is_id(number) or not channel:
        return None
    roles = member.get("roles") if isinstance(member, dict) else None
    return Heard(
        number=number,
        channel=channel,
        guild=inner(interaction, "guild_id"),
        user=inner(person, "id"),
        name=inner(member, "nick") or _name(person),
        text=f"<@{me}> {command}",
        names={},
        roles=tuple(str(role) for role in roles) if isinstance(roles, list) else (),
        answer=f"interactions/{number}/{inner(interaction, 'token')}/callback",
    )


def place_of(channel: Json, guild: str = "") -> Place | None:
    """What is known of a channel."""
    number = inner(channel, "id")
    if not isinstance(channel, dict) or not number:
        return None
    return Place(
        id=number,
        guild=inner(channel, "guild_id") or guild,
        parent=inner(channel, "parent_id") if channel.get("type") in THREADS else "",
        last=snowflake(inner(channel, "last_message_id")),
    )


def places_in(guild: Json) -> list[Place]:
    """The channels and threads of a server, as ``GUILD_CREATE`` and others list them."""
    number = inner(guild, "id") or inner(guild, "guild_id")
    listed = [guild.get(key) for key in ("channels", "threads")] if isinstance(guild, dict) else []
    found = [place_of(each, number) for part in listed if isinstance(part, list) for each in part]
    return [place for place in found if place is not None]


def own_roles(guild: Json, me: str) -> frozenset[str]:
    """The roles that Discord made for the bot itself."""
    roles = guild.get("roles") if isinstance(guild, dict) else None
    return frozenset(
        inner(role, "id")
        for role in (roles if isinstance(roles, list) else [])
        if inner(role, "tags", "bot_id") == me
    )


def snowflake(text: str) -> int:
    """An id as a number, of which later ones are higher; 0 for what is none."""
    return int(text) if _is_id(text) else 0


def time_of(text: str) -> datetime | None:
    """A time as Discord writes it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _name(user: Mapping[str, Json]) -> str:
    return inner(user, "global_name") or inner(user, "username")


def _names(mentions: Json) -> dict[str, str]:
    """Names that are typed have no blanks."""
    return {
        inner(each, "id"): "".join(inner(each, "username").split())
        for each in (mentions if isinstance(mentions, list) else [])
    }
