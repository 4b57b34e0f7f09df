"""Where a workflow at work stands: what has run, what runs, what comes next. JSON can hold it."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from chatops_cli.model.json import Json, JsonObject


class TaskStatus(StrEnum):
    """Where a run of a task stands. Source: orquesta, ``statuses.py``."""

    UNSET = "null"
    RUNNING = "running"
    PENDING = "pending"
    PAUSING = "pausing"
    PAUSED = "paused"
    RETRYING = "retrying"
    CANCELING = "canceling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


COMPLETED = frozenset({TaskStatus.SUCCEEDED, TaskStatus.FAILED, TaskStatus.CANCELED})
ACTIVE = frozenset({TaskStatus.RUNNING, TaskStatus.PAUSING, TaskStatus.CANCELING})
WAITING = frozenset({TaskStatus.PAUSED, TaskStatus.PENDING})
HELD = WAITING | {TaskStatus.PAUSING}
"""Statuses that pause a workflow."""


@dataclass(slots=True, kw_only=True)
class RetryState:
    """How a task is tried again; `tally` counts the tries after the first, `delay` is seconds."""

    count: int
    when: str | None
    delay: float
    tally: int = 0


@dataclass(slots=True, kw_only=True)
class Items:
    """The items of a task with items: for each the action and its input, a status and a result.

    All of them are worked out before the first is started. `limit` is how many may run at a time.
    """

    actions: list[tuple[str, JsonObject]]
    limit: int | None
    delay: float
    statuses: list[TaskStatus]
    results: list[Json]
    counts: Counter[TaskStatus]
    first: int = 0

    @classmethod
    def of(
        cls, actions: list[tuple[str, JsonObject]], *, limit: int | None, delay: float
    ) -> "Items":
        """Items none of which has been started."""
        number = len(actions)
        return cls(
            actions=actions,
            limit=limit,
            delay=delay,
            statuses=[TaskStatus.UNSET] * number,
            results=[None] * number,
            counts=Counter({TaskStatus.UNSET: number}),
        )

    def set(self, item: int, status: TaskStatus) -> None:
        """The item has this status now."""
        self.counts[self.statuses[item]] -= 1
        self.counts[status] += 1
        self.statuses[item] = status
        if status is TaskStatus.UNSET:
            self.first = min(self.first, item)

    def pending(self) -> int | None:
        """The first item that has not been started, None where all have been."""
        if not self.counts[TaskStatus.UNSET]:
            return None
        self.first = self.statuses.index(TaskStatus.UNSET, self.first)
        return self.first

    def restart(self, *, all_of_them: bool) -> None:
        """Those that did not succeed are to be run again, or all of them; none runs now."""
        for item, status in enumerate(self.statuses):
            if all_of_them or status is not TaskStatus.SUCCEEDED:
                self.set(item, TaskStatus.UNSET)
                self.results[item] = None

    def told(self) -> Json:
        """What ``task(…)`` gives as the result: null for an item that has not ended.

        Source: StackStorm, ``st2common/services/workflows.py``.
        """
        each = zip(self.statuses, self.results, strict=True)
        return {
            "items": [
                {"status": status.value, "result": result} if status in COMPLETED else None
                for status, result in each
            ]
        }

    @property
    def active(self) -> int:
        """How many run."""
        return self.counts[TaskStatus.RUNNING]

    @property
    def waiting(self) -> int:
        """How many are paused, or wait for an answer."""
        return self.counts[TaskStatus.PENDING] + self.counts[TaskStatus.PAUSED]


@dataclass(slots=True, kw_only=True)
class Entry:
    """One run of a task on one route: what orquesta calls an entry of its sequence.

    `context` names the variables that it began with, `before` the entries that led to it, by their
    ways. `run` is the number of its last run: a try again is a new one. `next` says for each way
    from it, by its name, whether that was taken; `late` are those that led to a join which had run
    without it. `result` is kept where expressions ask for it by ``task(…)``. A `terminal` one has a
    say in the output. `beyond` names the context after each way taken on which something was
    published. `runs_on_fail`: it cleans up after the command ``fail``.
    """

    task: str
    route: int
    context: int
    status: TaskStatus = TaskStatus.UNSET
    run: int = -1
    next: dict[str, bool] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    beyond: dict[str, int] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)
    retry: RetryState | None = None
    items: Items | None = None
    result: Json = None
    terminal: bool = False
    runs_on_fail: bool = False


@dataclass(slots=True, kw_only=True)
class Staged:
    """What comes next: a task that several may have to lead to before it is `ready`.

    `arrived` are the contexts of those that have. `entry` is the one that is tried again, after
    `retry_delay` seconds; None for a new one.
    """

    task: str
    route: int
    arrived: list[int]
    before: dict[str, int] = field(default_factory=dict)
    ready: bool = False
    runs_on_fail: bool = False
    entry: int | None = None
    retry_delay: float | None = None
