"""The events of the audit log and their fields, as docs/audit.md documents them.

Whoever builds an event has masked secrets in it already.
"""

import dataclasses
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from chatops_cli.model.chat import Message, Principal, Reply
from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
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
class ExecutionRequested:
    """An action is about to start: on disk before it does. `timeout` is in seconds.

    `retry_of` is the execution that failed, where a policy has it tried again. `task` is the task
    of the workflow `parent` that it is a run of, `item` the place of its item in one with items.
    """

    event: ClassVar[str] = "execution.requested"

    execution_id: str
    message_id: str | None
    principal: Principal
    room: str
    action: str
    runner: str
    parameters: JsonObject
    rule: str
    reason: str
    alias: str | None = None
    timeout: float | None = None
    parent: str | None = None
    operator: str | None = None
    retry_of: str | None = None
    task: str | None = None
    item: int | None = None


@frozen
class ExecutionDelayed:
    """An action that was asked for waits: by `policy` no more than `threshold` run at a time."""

    event: ClassVar[str] = "execution.delayed"

    execution_id: str
    policy: str
    threshold: int


@frozen
class ExecutionFinished:
    """How an action ended. The masked result itself is in the result store, by its digest."""

    event: ClassVar[str] = "execution.finished"

    execution_id: str
    status: Status
    started: datetime | None = None
    ended: datetime | None = None
    elapsed: float | None = None
    result_digest: str | None = None
    result_size: int | None = None
    error: str | None = None


@frozen
class ExecutionWaiting:
    """An execution has asked people something; it isn't over until they have answered.

    `result_digest` is that of what it asks, as with `ExecutionFinished`.
    """

    event: ClassVar[str] = "execution.waiting"

    execution_id: str
    status: Status
    started: datetime | None = None
    result_digest: str | None = None
    result_size: int | None = None


@frozen
class ExecutionWished:
    """Somebody wants an execution paused, resumed or cancelled; `wish` says which."""

    event: ClassVar[str] = "execution.wished"

    execution_id: str
    wish: str
    principal: Principal
    room: str
    rule: str
    reason: str
    operator: str | None = None


@frozen
class ExecutionResumed:
    """An execution that waited goes on, in this process; `reason` says why."""

    event: ClassVar[str] = "execution.resumed"

    execution_id: str
    reason: str


@frozen
class InquiryAnswered:
    """Somebody has answered an inquiry; `response` is masked. Its end follows."""

    event: ClassVar[str] = "inquiry.answered"

    execution_id: str
    principal: Principal
    room: str
    rule: str
    reason: str
    response: JsonObject
    operator: str | None = None


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


@frozen
class NotificationSent:
    """A notification or announcement was taken to its route.

    `kind` is ``room``, ``webhook`` or ``email``; `target` is the room, the host of the webhook, or
    the addresses.
    """

    event: ClassVar[str] = "notification.sent"

    execution_id: str
    route: str
    kind: str
    target: str


@frozen
class NotificationFailed:
    """A notification or announcement reached nobody, or a rule could not be followed.

    `route` is None where a rule is meant, `rule` where a route is; without a setting for the route
    there is neither `kind` nor `target`.
    """

    event: ClassVar[str] = "notification.failed"

    execution_id: str
    error: str
    route: str | None = None
    rule: str | None = None
    kind: str | None = None
    target: str | None = None


@frozen
class DatastoreSet:
    """A value of the datastore is about to be written; what it is, is never on record.

    `principal` is who does it by a command; an action does it in the execution `execution_id`.
    """

    event: ClassVar[str] = "datastore.set"

    name: str
    scope: str
    user: str | None = None
    secret: bool = False
    expires: datetime | None = None
    principal: Principal | None = None
    execution_id: str | None = None


@frozen
class DatastoreDeleted:
    """A value of the datastore is about to be removed; see `DatastoreSet`."""

    event: ClassVar[str] = "datastore.deleted"

    name: str
    scope: str
    user: str | None = None
    principal: Principal | None = None
    execution_id: str | None = None


@frozen
class AuditRepaired:
    """The end of the log was not whole. `moved` bytes are now in `file`, if there were any."""

    event: ClassVar[str] = "audit.repaired"

    moved: int
    file: str | None
    reason: str


@frozen
class AuditRotated:
    """A new file was begun; the log before it ends in `file` with this record."""

    event: ClassVar[str] = "audit.rotated"

    file: str
    last_seq: int
    last_hash: str


Event: TypeAlias = (
    MessageReceived
    | MessageMatched
    | Decided
    | ExecutionRequested
    | ExecutionDelayed
    | ExecutionFinished
    | ExecutionWaiting
    | ExecutionWished
    | ExecutionResumed
    | InquiryAnswered
    | ReplySent
    | NotificationSent
    | NotificationFailed
    | DatastoreSet
    | DatastoreDeleted
    | AuditRepaired
    | AuditRotated
)

EVENTS: tuple[type[Event], ...] = (
    MessageReceived,
    MessageMatched,
    Decided,
    ExecutionRequested,
    ExecutionDelayed,
    ExecutionFinished,
    ExecutionWaiting,
    ExecutionWished,
    ExecutionResumed,
    InquiryAnswered,
    ReplySent,
    NotificationSent,
    NotificationFailed,
    DatastoreSet,
    DatastoreDeleted,
    AuditRepaired,
    AuditRotated,
)
