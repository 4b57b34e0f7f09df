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
HELD = frozenset({TaskStatus.PAUSING, TaskStatus.PAUSED, TaskStatus.PENDING})
"""Statuses that pause a workflow."""


@dataclass(slots=True, kw_only=True)
class RetryState:
    """How a task is tried again; `tally` counts the tries after the first, `delay` is seconds."""

    count: int
    when: str | None
    delay: float
    tally: int = 0


@dataclass(slots=True, kw_only=True)
class Entry:
    """One run of a task on one route: what orquesta calls an entry of its sequence.

    `context` names the variables that it began with. `next` says for each way from it, by its name,
    whether that was taken; `late` are those that led to a join which had run without it. A
    `terminal` one has a say in the output.
    """

    task: str
    route: int
    context: int
    status: TaskStatus = TaskStatus.UNSET
    next: dict[str, bool] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    before: dict[str, int] = field(default_factory=dict)
    retry: RetryState | None = None
    terminal: bool = False


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

    def pending(self) -> int | None:
        """The first item that has not been started, None where all have been."""
        while self.first < len(self.statuses):
            if self.statuses[self.first] is TaskStatus.UNSET:
                return self.first
            self.first += 1
        return None

    @property
    def active(self) -> int:
        """How many run."""
        return sum(self.counts[status] for status in ACTIVE)


@dataclass(slots=True, kw_only=True)
class Staged:
    """What comes next: a task that several may have to lead to before it is `ready`.

    `arrived` are the contexts of those that have. With `items` it stays here while they run, as the
    run `number`.
    """

    task: str
    route: int
    arrived: list[int]
    before: dict[str, int] = field(default_factory=dict)
    ready: bool = False
    completed: bool = False
    runs_on_fail: bool = False
    retry_delay: float | None = None
    items: Items | None = None
    number: int = -1
