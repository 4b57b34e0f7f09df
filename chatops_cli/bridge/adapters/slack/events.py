"""What an envelope of Socket Mode holds: something that somebody said, or nothing for us.

Source: docs.slack.dev, "Events API", the events ``message`` and ``app_mention`` and the subtypes of
messages.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.slack.posts import BUTTON
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.room.waiting_words import is_approval

_SAID = frozenset({"", "file_share", "thread_broadcast", "me_message"})
"""Subtypes that people write; all others are of Slack itself, of bots, or of edits."""


@frozen
class Me:
    """The bot, as it is known in its workspace."""

    user: str
    bot: str
    team: str
    name: str = ""


@frozen
class Heard:
    """What somebody said, in Slack's own text. `number` is unique in the channel, and a time."""

    user: str
    team: str
    channel: str
    number: str
    text: str
    thread: str | None = None
    is_direct: bool = False
    is_edited: bool = False

    @property
    def id(self) -> str:
        """Unique in the workspace."""
        return f"{self.channel}:{self.number}"


def said_in(payload: JsonObject, me: Me) -> Heard | None:
    """What a person said or has edited; None for all else, the bot's own messages above all."""
    event = payload.get("event")
    if not isinstance(event, dict) or inner(event, "type") not in {"message", "app_mention"}:
        return None
    message: Mapping[str, Json] = event
    is_edited = inner(event, "subtype") == "message_changed"
    if is_edited:
        message = _edited(event)
    if inner(message, "subtype") not in _SAID or _is_bots(message, me):
        return None
    user, number, channel = inner(message, "user"), inner(message, "ts"), inner(event, "channel")
    if not user or not number or not channel:
        return None
    return Heard(
        user=user,
        team=_team(message, payload, me),
        channel=channel,
        number=number,
        text=inner(message, "text"),
        thread=inner(message, "thread_ts") or None,
        is_direct=inner(event, "channel_type") == "im" or channel.startswith("D"),
        is_edited=is_edited,
    )


def clicked_in(payload: JsonObject, me: Me) -> Heard | None:
    """What a button of the bot's own says, as if it had been typed; None for any other button.

    Source: docs.slack.dev, "block_actions payload".
    """
    actions, message = payload.get("actions"), payload.get("message")
    action = actions[0] if isinstance(actions, list) and actions else None
    command = inner(action, "value")
    is_own = inner(action, "action_id").startswith(BUTTON) and _is_mine(message, me)
    if inner(payload, "type") != "block_actions" or not is_own or not is_approval(command):
        return None
    user, number = inner(payload, "user", "id"), inner(action, "action_ts")
    channel = inner(payload, "channel", "id") or inner(payload, "container", "channel_id")
    if not user or not number or not channel:
        return None
    return Heard(
        user=user,
        team=inner(payload, "user", "team_id") or inner(payload, "team", "id") or me.team,
        channel=channel,
        number=number,
        text=f"<@{me.user}> {command}",
        thread=inner(message, "thread_ts") or None,
        is_direct=channel.startswith("D"),
    )


def time_of(number: str) -> datetime | None:
    """The time that a message's number is."""
    try:
        return datetime.fromtimestamp(float(number), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _edited(event: Mapping[str, Json]) -> Mapping[str, Json]:
    """The message as it is now; empty where only its preview of a link or the like has changed."""
    message, before = event.get("message"), event.get("previous_message")
    if not isinstance(message, dict) or "edited" not in message:
        return {}
    if isinstance(before, dict) and before.get("text") == message.get("text"):
        return {}
    return message


def _is_bots(message: Mapping[str, Json], me: Me) -> bool:
    """Whether a bot wrote it: this one, or another, that it would talk with for ever."""
    return bool(inner(message, "bot_id")) or inner(message, "user") == me.user


def _is_mine(message: Json, me: Me) -> bool:
    return inner(message, "user") == me.user or bool(me.bot and inner(message, "bot_id") == me.bot)


def _team(message: Mapping[str, Json], payload: JsonObject, me: Me) -> str:
    """The workspace that the person is of: another one's guests are in shared channels, too."""
    return (
        inner(message, "user_team")
        or inner(message, "team")
        or inner(payload, "team_id")
        or me.team
    )
