"""How an execution begins and ends to the records, and to those who follow from it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from chatops_cli.errors import RecordError
from chatops_cli.execution.engine import Prepared
from chatops_cli.execution.happening import Ended, Requested, Started
from chatops_cli.execution.origin import Origin
from chatops_cli.execution.recorder import ExecutionRecorder
from chatops_cli.execution.shown import masked_end, masked_request
from chatops_cli.model.execution import Execution
from chatops_cli.records.events import Event


def started(requested: Requested) -> Started:
    """What is told of one that is about to run."""
    prepared = requested.prepared
    return Started(execution=masked_request(prepared.execution, prepared.masker))


class Endings:
    """Puts ends on record.

    Args:
        recorder: Where.
        on_end: Told of each end that is on record; it must not block.
    """

    def __init__(self, recorder: ExecutionRecorder, on_end: Callable[[Ended], None] | None) -> None:
        self._recorder = recorder
        self._on_end = on_end

    def finish(
        self,
        prepared: Prepared,
        origin: Origin,
        execution: Execution,
        *,
        answer: Callable[[Ended], Sequence[Event]] | None = None,
    ) -> Ended:
        """An execution has ended, or waits: that is on record, and what follows is begun."""
        shown, masker = masked_end(execution, prepared.request.action, prepared.masker)
        ended = Ended(execution=shown, masker=masker, origin=origin, prepared=prepared)
        if answer is None:
            return self._recorded(ended, ())
        try:
            answered = answer(ended)
        except BaseException:
            # Whatever keeps it from being answered, it has ended.
            self._recorded(ended, ())
            raise
        return self._recorded(ended, answered)

    def _recorded(self, ended: Ended, answered: Sequence[Event]) -> Ended:
        try:
            self._recorder.ended(ended.execution, *answered)
        except RecordError as error:
            return replace(ended, unrecorded=error)
        if self._on_end is not None:
            self._on_end(ended)
        return ended
