"""How far a workflow has come, counted as it goes: to tell it costs what is told of it."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeAlias

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.progress import SHOWN, TaskAtWork
from chatops_cli.workflows.events import Run

# What json.loads gives; what isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any


@dataclass(slots=True)
class _Task:
    """One run of a task; without items it has one that counts, and `total` is 0."""

    name: str
    begun: float
    until: float
    total: int = 0
    running: int = 0
    waiting: int = 0
    done: int = 0
    failed: int = 0
    canceled: int = 0
    status: Status = Status.RUNNING


class Standing:
    """What runs, and what has ended how.

    Args:
        clock: Seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._at_work: dict[int, _Task] = {}
        self._failed: dict[str, None] = {}
        self.succeeded = 0
        """Runs of tasks that have succeeded; a task with items counts once."""

    def plain(self) -> dict[str, Json]:
        """What it has counted, for JSON; nothing runs."""
        return {
            "succeeded": self.succeeded,
            "failed": list(self._failed),
            "waiting": [
                [number, task.name, task.total, task.waiting, task.done, task.failed, task.status]
                for number, task in self._at_work.items()
            ],
        }

    def read(self, found: JsonObject) -> None:
        """It goes on from what `plain` gave.

        Raises:
            KeyError, TypeError, ValueError: It isn't that.
        """
        loaded: _Loaded = found
        now = self._clock()
        self.succeeded = loaded["succeeded"]
        self._failed = dict.fromkeys(loaded["failed"])
        self._at_work = {
            number: _Task(
                name,
                now,
                now,
                total=total,
                waiting=waiting,
                done=done,
                failed=failed,
                status=Status(status),
            )
            for number, name, total, waiting, done, failed, status in loaded["waiting"]
        }

    @property
    def failed(self) -> tuple[str, ...]:
        """The tasks whose last run didn't end well."""
        return tuple(self._failed)

    def begun(self, run: Run, *, items: int, delay: float) -> None:
        """A run begins in `delay` seconds; of a task with items this is one of so many."""
        task = self._at_work.get(run.number)
        if task is None:
            now = self._clock()
            task = self._at_work[run.number] = _Task(run.task, now, now + delay, total=items)
        task.running += 1

    def waits(self, run: Run, status: Status) -> None:
        """What runs waits for an answer, is paused, or goes on."""
        task = self._at_work.get(run.number)
        if task is None:
            return
        if status is Status.RUNNING:
            task.running, task.waiting = task.running + 1, max(task.waiting - 1, 0)
        else:
            task.running, task.waiting = max(task.running - 1, 0), task.waiting + 1
            task.status = status

    def ended(self, run: Run, status: Status) -> None:
        """A run has ended."""
        task = self._at_work.get(run.number)
        if task is None:
            return
        if task.running:
            task.running -= 1
        else:
            task.waiting = max(task.waiting - 1, 0)
        task.done += 1
        if status is Status.CANCELED:
            task.canceled += 1
        elif status is not Status.SUCCEEDED:
            task.failed += 1
            self._failed[run.task] = None
        if task.done >= task.total:
            del self._at_work[run.number]
            if not task.failed and not task.canceled:
                self.succeeded += 1
                self._failed.pop(run.task, None)

    @property
    def busy(self) -> int:
        """How many tasks run or wait."""
        return sum(1 for task in self._at_work.values() if task.running or task.waiting)

    def at_work(self) -> tuple[TaskAtWork, ...]:
        """Those that run or wait, the oldest first, at most `SHOWN` of them."""
        now, found = self._clock(), []
        for task in self._at_work.values():
            if task.running or task.waiting:
                found.append(_told(task, now))
                if len(found) == SHOWN:
                    break
        return tuple(found)


def _told(task: _Task, now: float) -> TaskAtWork:
    if not task.running:
        status = task.status
    else:
        status = Status.DELAYED if now < task.until else Status.RUNNING
    return TaskAtWork(
        name=task.name,
        status=status,
        elapsed=max(now - task.until, 0.0),
        done=task.done,
        total=task.total,
        failed=task.failed,
    )
