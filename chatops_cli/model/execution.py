"""An execution: one action, asked for once, and how it went."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from chatops_cli.model.action import ActionRef
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject


class Status(StrEnum):
    """Where an execution stands; StackStorm's words.

    Source: StackStorm, ``st2common.constants.action``, statuses of a live action.
    """

    REQUESTED = "requested"
    SCHEDULED = "scheduled"
    DELAYED = "delayed"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMEOUT = "timeout"
    ABANDONED = "abandoned"
    CANCELING = "canceling"
    CANCELED = "canceled"
    PENDING = "pending"
    PAUSING = "pausing"
    PAUSED = "paused"
    RESUMING = "resuming"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen."""
        return self in FINAL


FINAL = frozenset(
    {Status.SUCCEEDED, Status.FAILED, Status.TIMEOUT, Status.ABANDONED, Status.CANCELED}
)


@frozen
class Execution:
    """One run of an action. Times are aware UTC; `parameters` and `result` are unmasked.

    `parameters` are all that the runner was given: bound, cast, defaults included.
    `secrets` names the secret ones among them. `context` holds api_user, user, source_channel,
    action_alias_ref, pack, parent. `result` has the runner's shape (see docs/compatibility.md).
    """

    id: str
    action_ref: ActionRef
    runner: str
    status: Status
    requested: datetime
    alias_ref: str | None = None
    parameters: Mapping[str, Json] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    context: JsonObject = field(default_factory=dict)
    started: datetime | None = None
    ended: datetime | None = None
    result: Json = None

    @property
    def elapsed(self) -> float | None:
        """Seconds from start to end, None while it runs; none where the clock was set back."""
        if self.started is None or self.ended is None:
            return None
        return max((self.ended - self.started).total_seconds(), 0.0)
