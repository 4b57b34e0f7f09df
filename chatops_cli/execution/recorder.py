"""The record of an execution: asked for, delayed, waiting for an answer, ended."""

from typing import TYPE_CHECKING, Protocol

from chatops_cli.execution.engine import Prepared
from chatops_cli.execution.origin import Origin
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json
from chatops_cli.records.events import (
    Event,
    ExecutionDelayed,
    ExecutionFinished,
    ExecutionRequested,
    ExecutionWaiting,
)
from chatops_cli.records.results import Stored
from chatops_cli.rendering.causes import cause

if TYPE_CHECKING:
    from chatops_cli.model.policy import ConcurrencyPolicy


class Records(Protocol):
    """Where everything is put on record, masked."""

    def append(self, *events: Event, sync: bool) -> object:
        """The events are on record; with `sync` they are on disk.

        Raises:
            RecordError: They are not; what they announce must not be done.
        """
        ...

    def put(self, result: Json) -> Stored:
        """The result is in the store if that can be; its digest is known anyway."""
        ...


class ExecutionRecorder:
    """Writes the events of executions; each method raises `RecordError` where it can't."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def requested(self, *events: Event) -> None:
        """On disk before anything starts: who asked for what, why it was allowed, what is said."""
        self._records.append(*events, sync=True)

    def write(self, *events: Event) -> None:
        """These are on disk; where there are none, nothing is written."""
        if events:
            self._records.append(*events, sync=True)

    def delayed(self, execution: Execution, policy: "ConcurrencyPolicy") -> None:
        """It waits until fewer run."""
        event = ExecutionDelayed(
            execution_id=execution.id, policy=policy.ref, threshold=policy.threshold
        )
        self._records.append(event, sync=False)

    def ended(self, shown: Execution, *after: Event) -> None:
        """How it ended, or that it waits; `shown` is masked, and its result is kept.

        `after` goes to the disk with it.
        """
        stored = self._records.put(shown.result)
        if not shown.status.is_final:
            waiting = ExecutionWaiting(
                execution_id=shown.id,
                status=shown.status,
                started=shown.started,
                result_digest=stored.digest,
                result_size=stored.size,
            )
            self._records.append(waiting, *after, sync=True)
            return
        error = None if shown.status is Status.SUCCEEDED else cause(shown.result) or None
        event = ExecutionFinished(
            execution_id=shown.id,
            status=shown.status,
            started=shown.started,
            ended=shown.ended,
            elapsed=shown.elapsed,
            result_digest=stored.digest,
            result_size=stored.size,
            error=error,
        )
        self._records.append(event, *after, sync=True)


def requested_event(
    prepared: Prepared, origin: Origin, *, retry_of: str | None
) -> ExecutionRequested:
    """The event of who asked for what, and why it was allowed."""
    execution = prepared.execution
    return ExecutionRequested(
        execution_id=execution.id,
        message_id=origin.message_id,
        principal=origin.principal,
        room=origin.room,
        action=execution.action_ref,
        alias=execution.alias_ref,
        runner=execution.runner,
        parameters=prepared.masked_parameters(),
        rule=origin.rule,
        reason=origin.reason,
        timeout=prepared.limit,
        parent=origin.parent,
        operator=origin.operator,
        retry_of=retry_of,
        task=origin.task,
        item=origin.item,
    )
