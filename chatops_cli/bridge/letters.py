"""Messages and replies as JSON text, and back."""

import json
from dataclasses import asdict
from datetime import datetime

from chatops_cli.errors import RecordError
from chatops_cli.model.chat import Attachment, Field, Message, Principal, Reply, ReplyKind, Wanted
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json


def message_text(message: Message) -> str:
    """A message as text."""
    return _text({**asdict(message), "time": message.time.isoformat()})


def read_message(text: str) -> Message:
    """The message that `message_text` was given.

    Raises:
        RecordError: It is none.
    """
    try:
        data = json.loads(text)
        who = Principal(**data.pop("principal"))
        time = datetime.fromisoformat(data.pop("time"))
        groups = tuple(data.pop("groups", ()))
        wanted = data.pop("wanted", None)
        return Message(
            principal=who,
            time=time,
            groups=groups,
            wanted=Wanted(**wanted) if wanted is not None else None,
            **data,
        )
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise RecordError(f"a message of the bridge can't be read: {error}") from error


def reply_text(reply: Reply) -> str:
    """A reply as text; how far a workflow has come is left out."""
    data = {**asdict(reply), "progress": None}
    return _text({key: value for key, value in data.items() if value not in (None, "", (), {})})


def read_reply(text: str) -> Reply:
    """The reply that `reply_text` was given.

    Raises:
        RecordError: It is none.
    """
    try:
        data = json.loads(text)
        kind = ReplyKind(data.pop("kind"))
        status = Status(data.pop("status")) if "status" in data else None
        attachments = tuple(_attachment(each) for each in data.pop("attachments", ()))
        return Reply(kind=kind, status=status, attachments=attachments, **data)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise RecordError(f"a reply of the bridge can't be read: {error}") from error


def _attachment(data: dict[str, Json]) -> Attachment:
    fields = data.pop("fields", None) or []
    if not isinstance(fields, list):
        raise TypeError("fields is no list")
    return Attachment(
        fields=tuple(Field(**each) for each in fields if isinstance(each, dict)),  # type: ignore[arg-type]  # checked by what reads it
        **data,  # type: ignore[arg-type]  # the same
    )


def _text(data: object) -> str:
    # ASCII: text may hold lone surrogates, which UTF-8 can't.
    return json.dumps(data, separators=(",", ":"))
