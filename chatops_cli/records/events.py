"""The events of the audit log and their fields, as docs/audit.md documents them.

Whoever builds an event has masked secrets in it already.
"""

from typing import TypeAlias

from chatops_cli.records.access_events import (
    AccountCode,
    AccountLinked,
    AccountUnlinked,
    ApprovalConfirmed,
    ApprovalEnded,
    ApprovalGiven,
    ApprovalRequested,
)
from chatops_cli.records.execution_events import (
    ExecutionDelayed,
    ExecutionFinished,
    ExecutionRequested,
    ExecutionResumed,
    ExecutionWaiting,
    ExecutionWished,
    InquiryAnswered,
)
from chatops_cli.records.log_events import (
    AuditRepaired,
    AuditRotated,
    DatastoreDeleted,
    DatastoreSet,
    NotificationFailed,
    NotificationSent,
)
from chatops_cli.records.message_events import (
    Decided,
    MatchOutcome,
    MessageMatched,
    MessageReceived,
    ReplySent,
)

__all__ = [
    "EVENTS",
    "AccountCode",
    "AccountLinked",
    "AccountUnlinked",
    "ApprovalConfirmed",
    "ApprovalEnded",
    "ApprovalGiven",
    "ApprovalRequested",
    "AuditRepaired",
    "AuditRotated",
    "DatastoreDeleted",
    "DatastoreSet",
    "Decided",
    "Event",
    "ExecutionDelayed",
    "ExecutionFinished",
    "ExecutionRequested",
    "ExecutionResumed",
    "ExecutionWaiting",
    "ExecutionWished",
    "InquiryAnswered",
    "MatchOutcome",
    "MessageMatched",
    "MessageReceived",
    "NotificationFailed",
    "NotificationSent",
    "ReplySent",
]

Event: TypeAlias = (
    MessageReceived
    | MessageMatched
    | Decided
    | ApprovalRequested
    | ApprovalGiven
    | ApprovalConfirmed
    | ApprovalEnded
    | AccountCode
    | AccountLinked
    | AccountUnlinked
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
    ApprovalRequested,
    ApprovalGiven,
    ApprovalConfirmed,
    ApprovalEnded,
    AccountCode,
    AccountLinked,
    AccountUnlinked,
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
