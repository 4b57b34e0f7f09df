"""Keeps on disk what waits, and what ended so that it can be run again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from chatops_cli.errors import ChatOpsError, RecordError
from chatops_cli.execution.kept import plain, read
from chatops_cli.execution.steering import Steering
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.records.waiting import Kept, Kind, WaitingStore
from chatops_cli.runners.contract import Runner
from chatops_cli.runners.parts import Order

if TYPE_CHECKING:
    from chatops_cli.execution.engine import Prepared
    from chatops_cli.execution.happening import Requested
    from chatops_cli.execution.origin import Origin

# What json.loads gives; what isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any


class Keeper:
    """Puts executions that wait into `store`, and takes them out again.

    Args:
        store: Where they are.
        find_runner: Finds a runner module by the name of its type; raises `RunnerError`.
        clock: The time, aware UTC.
    """

    def __init__(
        self,
        store: WaitingStore,
        *,
        find_runner: Callable[[str], Runner],
        clock: Callable[[], datetime],
    ) -> None:
        self.store = store
        self.clock = clock
        self.find_runner = find_runner

    def steering(self, requested: "Requested", take: Callable[[Order], None]) -> Steering:
        """Until it is closed, other processes reach the execution here."""
        return Steering(self.store, requested.prepared.execution.id, take, requested.slot)

    def settled(
        self,
        requested: "Requested",
        execution: Execution,
        state: JsonObject | None,
        steering: Steering,
    ) -> Execution:
        """What it needs to go on is on disk, where it may; the execution, failed if that can't be.

        `state` is what a workflow goes on from.
        """
        kind = _kind(requested, execution, state)
        try:
            if kind is not None:
                steering.hold()
                self._write(requested, execution, kind, state)
                self.store.inbox(execution.id).forget()
            elif requested.state is not None and requested.again is None:
                self.store.remove(execution.id)
        except ChatOpsError as error:
            if execution.status.is_final:
                return execution
            text = f"it can't wait: {error.in_full}"
            return replace(
                execution, status=Status.FAILED, result={"error": text}, ended=self.clock()
            )
        return execution

    def opened(self, kept: Kept) -> "tuple[Prepared, Origin]":
        """The execution, ready to go on.

        Raises:
            RecordError: What was kept is damaged.
            RunnerError: Its runner isn't installed.
        """
        if kept.kind is Kind.WORKFLOW:
            held(kept)
            _is_paused(kept)
        return read(kept.data, kept.id, self.find_runner)

    def find(self, execution_id: str) -> Kept | None:
        """What is kept of an execution; see `WaitingStore.read`."""
        return self.store.read(execution_id)

    def paused(self, execution_id: str) -> tuple[str, ...]:
        """The workflows that somebody has paused: this one, and those among its parts."""
        kept = self.store.read(execution_id)
        if kept is None or kept.kind is not Kind.WORKFLOW:
            return ()
        own = (execution_id,) if _is_paused(kept) else ()
        inner = (self.paused(each) for each in held(kept))
        return (*own, *(each for found in inner for each in found))

    def asked(self, execution_id: str) -> tuple[str, ...]:
        """The inquiries that a workflow waits for, those of its parts too."""
        kept = self.store.read(execution_id)
        if kept is None or kept.kind is Kind.ENDED:
            return ()
        if kept.kind is Kind.INQUIRY:
            return (execution_id,)
        return tuple(found for each in held(kept) for found in self.asked(each))

    def _write(
        self, requested: "Requested", execution: Execution, kind: Kind, state: JsonObject | None
    ) -> None:
        found = plain(requested.prepared, requested.origin, started=execution.started)
        if kind is Kind.INQUIRY:
            found["asked"] = execution.result
            found["expires"] = _expiry(execution, self.clock())
        else:
            found["state"] = dict(state or {})
            found["status"] = execution.status.value
        self.store.write(Kept(id=execution.id, kind=kind, data=found))


def held(kept: Kept) -> tuple[str, ...]:
    """The parts of a workflow that wait.

    Raises:
        RecordError: What was kept is damaged.
    """
    loaded: _Loaded = kept.data
    try:
        return tuple(str(each[0]) for each in loaded["state"]["held"])
    except (KeyError, TypeError, IndexError) as error:
        raise RecordError(f"what was kept of execution {kept.id} is damaged") from error


def _is_paused(kept: Kept) -> bool:
    loaded: _Loaded = kept.data
    try:
        return bool(loaded["state"]["snapshot"]["is_paused"])
    except (KeyError, TypeError) as error:
        raise RecordError(f"what was kept of execution {kept.id} is damaged") from error


def _kind(requested: "Requested", execution: Execution, state: JsonObject | None) -> Kind | None:
    """What is kept of it; None for nothing."""
    if execution.status is Status.PENDING:
        return Kind.INQUIRY
    if not execution.status.is_final:
        return Kind.WORKFLOW
    is_part = requested.origin.task is not None
    if state is not None and execution.status is not Status.SUCCEEDED and not is_part:
        return Kind.ENDED
    return None


def _expiry(execution: Execution, now: datetime) -> Json:
    """When nobody may answer any more; None where that is never."""
    asked = execution.result
    ttl = asked.get("ttl") if isinstance(asked, dict) else None
    if not isinstance(ttl, int) or isinstance(ttl, bool) or ttl <= 0:
        return None
    try:
        return ((execution.started or now) + timedelta(minutes=ttl)).isoformat()
    except OverflowError:
        return None
