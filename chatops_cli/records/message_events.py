"""Events of messages: what was typed, what it means, whether it may be, what was answered."""

import dataclasses
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from chatops_cli.model.chat import Message, Principal, Reply
from chatops_cli.model.frozen import frozen
from chatops_cli.records.canonical import digest, encode

_MEMBERS = tuple(field.name for field in dataclasses.fields(Reply))


class MatchOutcome(StrEnum):
    """What the matcher said about a message."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    NONE = "none"
    REFUSED = "refused"


@frozen
class MessageReceived:
    """Someone typed something. `operator` is the OS user who spoke as this principal, if any."""

    event: ClassVar[str] = "message"

    message_id: str
    principal: Principal
    room: str
    thread: str | None
    is_direct: bool
    is_edited: bool
    sent: datetime
    text: str
    text_length: int
    text_digest: str
    operator: str | None = None
    is_cut: bool = False

    @classmethod
    def of(cls, message: Message, *, text: str, operator: str | None = None) -> "MessageReceived":
        """The event for a message whose masked text is `text`.

        The digest is that of the masked text: one of the text as typed would let a short secret
        be guessed.
        """
        return cls(
            message_id=message.id,
            principal=message.principal,
            room=message.room,
            thread=message.thread,
            is_direct=message.is_direct,
            is_edited=message.is_edited,
            sent=message.time,
            text=text,
            text_length=len(text),
            text_digest=digest(encode(text)),
            operator=operator,
            is_cut=message.is_cut,
        )


@frozen
class MessageMatched:
    """What a message means; `candidates` are the aliases that an ambiguous one could mean."""

    event: ClassVar[str] = "match"

    message_id: str
    outcome: MatchOutcome
    alias: str | None = None
    format: str | None = None
    candidates: tuple[str, ...] = ()
    reason: str | None = None


@frozen
class Decided:
    """Whether the person may do it, by which rule, and why."""

    event: ClassVar[str] = "decision"

    message_id: str | None
    action: str
    allowed: bool
    rule: str
    reason: str
    alias: str | None = None
    execution_id: str | None = None


@frozen
class ReplySent:
    """The bot answered; the digest is that of the whole reply as canonical JSON."""

    event: ClassVar[str] = "reply"

    message_id: str
    execution_id: str | None
    kind: str
    digest: str
    size: int

    @classmethod
    def of(cls, reply: Reply) -> "ReplySent":
        """The event for a reply; `size` is in bytes of the text that the digest is of."""
        members: dict[str, object] = {name: getattr(reply, name) for name in _MEMBERS}
        if reply.attachments:
            members["attachments"] = [dataclasses.asdict(each) for each in reply.attachments]
        data = encode(members)
        return cls(
            message_id=reply.message_id,
            execution_id=reply.execution_id,
            kind=str(reply.kind),
            digest=digest(data),
            size=len(data),
        )
