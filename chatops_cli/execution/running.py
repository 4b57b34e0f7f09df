"""What runs in this process at a moment, for whom: people look at it, and end what is theirs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatops_cli.execution.happening import Delayed, Happening, Progressed, Requested, Retrying

if TYPE_CHECKING:
    from chatops_cli.model.progress import Progress


@dataclass
class Run:
    """One that was asked for, until its end; tasks of workflows are parts of theirs.

    `id` is that of its newest try. `waits` says what for where nothing of it is at work.
    """

    requested: Requested
    cancel: Callable[[str], bool]
    id: str
    waits: str = ""
    progress: "Progress | None" = None

    def heed(self, happening: Happening) -> None:
        """Something has happened with it."""
        match happening:
            case Delayed():
                self.waits = "its turn"
            case Retrying():
                self.waits = "its next try"
            case Progressed(progress=progress):
                self.progress, self.waits = progress, ""
            case _:
                self.id, self.waits = happening.execution.id, ""


class Running:
    """All of them. Rooms that follow each other in a process share it."""

    def __init__(self) -> None:
        self._runs: dict[int, Run] = {}

    @contextmanager
    def of(self, requested: Requested, cancel: Callable[[str], bool]) -> Iterator[Run]:
        """It runs while this is entered; `cancel` ends it by its id, and says whether it did."""
        run = Run(requested=requested, cancel=cancel, id=requested.prepared.execution.id)
        self._runs[id(run)] = run
        try:
            yield run
        finally:
            del self._runs[id(run)]

    def all(self) -> tuple[Run, ...]:
        """In the order in which they began."""
        return tuple(self._runs.values())

    def find(self, execution_id: str) -> Run | None:
        """The one whose newest try has this id."""
        return next((run for run in self._runs.values() if run.id == execution_id), None)

    def cancel(self, execution_id: str) -> bool:
        """It ends, and is answered where it was asked for; whether it ran here."""
        run = self.find(execution_id)
        return run is not None and run.cancel(execution_id)
