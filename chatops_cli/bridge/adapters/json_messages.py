"""Messages and posts as JSON objects, for networks that are programs of one's own."""

from dataclasses import asdict
from datetime import datetime

from chatops_cli.bridge.contract import Context, Posting
from chatops_cli.model.chat import Message, Principal
from chatops_cli.model.json import Json


def message_in(data: object, context: Context, network: str, number: str = "") -> Message:
    """The message that an object is; `number` is its id where it has none.

    Raises:
        TypeError, ValueError: It is none.
    """
    if not isinstance(data, dict):
        raise TypeError("it is no object")
    user, text = data.get("user"), data.get("text")
    if not isinstance(user, str) or not user or not isinstance(text, str):
        raise TypeError("user and text must be texts")
    thread, time = data.get("thread"), data.get("time")
    return Message(
        id=str(data.get("id") or number or context.new_id()),
        text=text,
        principal=Principal(
            network=network,
            workspace=str(data.get("workspace") or ""),
            user=user,
            name=str(data.get("name") or ""),
        ),
        room=str(data.get("room") or "#chat"),
        time=datetime.fromisoformat(time) if isinstance(time, str) else context.now(),
        thread=str(thread) if thread else None,
        is_direct=data.get("direct") is True,
        is_edited=data.get("edited") is True,
    )


def said_in(posting: Posting) -> dict[str, Json]:
    """A post as an object."""
    data: dict[str, Json] = {"key": posting.key, "room": posting.room, "text": posting.text}
    if posting.thread is not None:
        data["thread"] = posting.thread
    if posting.attachments:
        data["attachments"] = [
            {key: value for key, value in asdict(each).items() if value}
            for each in posting.attachments
        ]
    if posting.extra:
        data["extra"] = dict(posting.extra)
    return data
