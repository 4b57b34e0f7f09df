"""What an update of Telegram holds: something that somebody said, or nothing for us.

Source: core.telegram.org/bots/api, "Update", "Message", "CallbackQuery".
"""

from datetime import UTC, datetime

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.room.waiting_words import is_approval

WANTED = ("message", "edited_message", "callback_query")
_NOT_THEIRS = ("sender_chat", "via_bot", "forward_origin", "forward_date")
"""What marks a message whose words aren't those of whom it is from."""


@frozen
class Heard:
    """What a person said, or clicked: then `query` is the click, and `text` a command to the bot.

    `number` is unique in the chat.
    """

    user: str
    name: str
    chat: str
    number: str
    text: str
    date: int = 0
    thread: str | None = None
    is_direct: bool = False
    is_edited: bool = False
    query: str = ""

    @property
    def time(self) -> datetime | None:
        """When it was said."""
        try:
            return datetime.fromtimestamp(self.date, UTC) if self.date else None
        except (ValueError, OverflowError, OSError):
            return None


@frozen
class Moved:
    """A group that has become a supergroup."""

    before: str
    after: str


def said_in(update: Json, me: int) -> Heard | None:
    """What a person said, has edited or clicked; None for all else."""
    if not isinstance(update, dict):
        return None
    if isinstance(update.get("callback_query"), dict):
        return _clicked(update["callback_query"], me)
    for key in ("message", "edited_message"):
        message = update.get(key)
        if isinstance(message, dict):
            return _said(message, is_edited=key == "edited_message")
    return None


def moved_in(update: Json) -> Moved | None:
    """A group that has another id from now on."""
    message = update.get("message") if isinstance(update, dict) else None
    chat, after = _number(message, "chat", "id"), _number(message, "migrate_to_chat_id")
    return Moved(before=str(chat), after=str(after)) if chat and after else None


def number_of(update: Json) -> int | None:
    """The number by which an update is acknowledged."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else None


def _said(message: dict[str, Json], *, is_edited: bool) -> Heard | None:
    person, text = message.get("from"), inner(message, "text")
    if not isinstance(person, dict) or person.get("is_bot") or not text:
        return None
    if any(key in message for key in _NOT_THEIRS):
        return None
    user, chat = _number(person, "id"), _number(message, "chat", "id")
    number = _number(message, "message_id")
    kind = inner(message, "chat", "type")
    if not user or not chat or not number or kind == "channel":
        return None
    return Heard(
        user=str(user),
        name=_name(person),
        chat=str(chat),
        number=str(number),
        text=text,
        date=_number(message, "date"),
        thread=_thread(message),
        is_direct=kind == "private",
        is_edited=is_edited,
    )


def _clicked(query: Json, me: int) -> Heard | None:
    """What a button of the bot's own says, as if it had been typed; None for any other button."""
    if not isinstance(query, dict):
        return None
    message, command = query.get("message"), inner(query, "data")
    person, number = query.get("from"), inner(query, "id")
    user, chat = _number(person, "id"), _number(message, "chat", "id")
    is_mine = _number(message, "from", "id") == me
    if not isinstance(person, dict) or not isinstance(message, dict) or not is_approval(command):
        return None
    if not is_mine or not user or not chat or not number:
        return None
    return Heard(
        user=str(user),
        name=_name(person),
        chat=str(chat),
        number=f"click-{number}",
        text=command,
        thread=_thread(message),
        is_direct=inner(message, "chat", "type") == "private",
        query=number,
    )


def _thread(message: dict[str, Json]) -> str | None:
    """The topic; an answer to a message outside of topics has a number there, too."""
    thread = _number(message, "message_thread_id")
    return str(thread) if thread and message.get("is_topic_message") is True else None


def _name(person: dict[str, Json]) -> str:
    parts = (inner(person, "first_name"), inner(person, "last_name"))
    return " ".join(part for part in parts if part) or inner(person, "username")


def _number(data: Json, *keys: str) -> int:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, int) and not isinstance(data, bool) else 0
