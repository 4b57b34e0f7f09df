"""Executions that policies limit take turns: who may start, who waits, who never will."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from chatops_cli.errors import RecordError
from chatops_cli.execution.engine import Prepared
from chatops_cli.execution.policies import limits_of
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.policy import ConcurrencyPolicy, Policy
from chatops_cli.records.slots import Slot, Slots, Wanted

Turn: TypeAlias = tuple[Slot, ...] | ConcurrencyPolicy | Execution
"""The slots of one that may start, the policy that has it wait, or the end of one that may not."""


class Turns:
    """The turns that are counted in one folder. `clock` gives the time, aware UTC."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._slots = Slots(folder)
        self._clock = clock

    def take(self, prepared: Prepared, policies: Iterable[Policy]) -> Turn:
        """Whose turn it is: of an execution within these policies."""
        by_wanted = {limit.wanted: limit for limit in limits_of(prepared, policies)}
        try:
            taken = self._slots.take(by_wanted)
        except RecordError as error:
            return self.unstarted(prepared, Status.FAILED, error.message)
        if not isinstance(taken, Wanted):
            return taken
        limit = by_wanted[taken]
        if limit.is_refusing:
            return self.unstarted(prepared, Status.CANCELED, _too_many(limit.policy))
        return limit.policy

    def unstarted(self, prepared: Prepared, status: Status, error: str) -> Execution:
        """The end of an execution that was never started."""
        return replace(
            prepared.execution, status=status, result={"error": error}, ended=self._clock()
        )


def _too_many(policy: ConcurrencyPolicy) -> str:
    return (
        f"not started: the policy {policy.ref} lets {policy.threshold} run at a time,"
        " and as many do"
    )
