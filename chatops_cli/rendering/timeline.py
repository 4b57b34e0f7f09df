"""A workflow's executions as spans of time: its tasks in order, items folded, retries counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chatops_cli.model.execution import FINAL, Status
from chatops_cli.model.frozen import frozen
from chatops_cli.records.history_entry import Entry

DEEPEST = 25
"""Levels of workflows in one another that are followed."""


@frozen
class Span:
    """A run of a task, or the whole: seconds are from the beginning of the whole.

    `asked` is when it was asked for, `begun` when it started, `ended` when it ended; the two latter
    are None where that hasn't come, or isn't on record. `tries` counts runs after a policy's retry.
    Of a task with items `items` counts those asked for by their status, and `execution_id` is the
    first that did not go well, or the first. `inner` are the spans of the workflow that it ran.
    """

    name: str
    action: str
    status: str
    execution_id: str
    asked: float
    begun: float | None
    ended: float | None
    error: str | None = None
    tries: int = 1
    items: "Counter[str] | None" = None
    inner: "tuple[Span, ...]" = ()

    @property
    def elapsed(self) -> float | None:
        """Seconds from start to end; None where one of both is not known."""
        if self.ended is None:
            return None
        return max(self.ended - (self.asked if self.begun is None else self.begun), 0.0)

    @property
    def last(self) -> float:
        """The last moment that is known of it."""
        known = [self.asked, self.begun, self.ended, *(inner.last for inner in self.inner)]
        return max(moment for moment in known if moment is not None)


@dataclass(slots=True)
class _Run:
    """The executions of one run of a task."""

    entries: list[Entry] = field(default_factory=list)
    items: set[int] = field(default_factory=set)


def timeline(whole: Entry, parts: Iterable[Entry]) -> Span:
    """The span of a whole with those of its parts in it; `parts` are in order."""
    children: dict[str, list[Entry]] = {}
    for part in parts:
        children.setdefault(part.parent or "", []).append(part)
    return _Reading(children, _moment(whole.requested)).span(whole.action or "", [whole], 0)


class _Reading:
    def __init__(self, children: dict[str, list[Entry]], zero: datetime | None) -> None:
        self._children = children
        self._zero = zero

    def span(self, name: str, entries: Sequence[Entry], level: int) -> Span:
        """One run: an execution, its retries, or those of all items."""
        last = entries[-1]
        if entries[0].item is not None:
            return self._folded(name, entries)
        inner = self._inner(last, level) if level < DEEPEST else ()
        return Span(
            name=name,
            action=last.action or "",
            status=last.status,
            execution_id=last.id,
            asked=self._seconds(entries[0].requested) or 0.0,
            begun=self._seconds(entries[0].started),
            ended=self._seconds(last.ended),
            error=last.error,
            tries=len(entries),
            inner=inner,
        )

    def _folded(self, name: str, entries: Sequence[Entry]) -> Span:
        latest = list({entry.item: entry for entry in entries}.values())
        counts = Counter(entry.status for entry in latest)
        bad = [entry for entry in latest if _is_bad(entry.status)]
        ends = [self._seconds(entry.ended) for entry in latest]
        begun = [b for entry in entries if (b := self._seconds(entry.started)) is not None]
        chosen = (bad or latest)[0]
        is_over = all(entry.status in FINAL for entry in latest)
        return Span(
            name=name,
            action=chosen.action or "",
            status=_status_of(counts),
            execution_id=chosen.id,
            asked=self._seconds(entries[0].requested) or 0.0,
            begun=min(begun, default=None),
            ended=max((e for e in ends if e is not None), default=None) if is_over else None,
            error=chosen.error if bad else None,
            tries=1,
            items=counts,
        )

    def _inner(self, whole: Entry, level: int) -> tuple[Span, ...]:
        runs: list[tuple[str, _Run]] = []
        open_runs: dict[str, _Run] = {}
        for part in self._children.get(whole.id, ()):
            name = part.task or part.action or ""
            run = open_runs.get(name)
            if run is None or not _belongs(part, run):
                run = open_runs[name] = _Run()
                runs.append((name, run))
            run.entries.append(part)
            if part.item is not None:
                run.items.add(part.item)
        return tuple(self.span(name, run.entries, level + 1) for name, run in runs)

    def _seconds(self, text: str | None) -> float | None:
        found = _moment(text)
        if found is None or self._zero is None:
            return None
        return max((found - self._zero).total_seconds(), 0.0)


def _belongs(part: Entry, run: _Run) -> bool:
    """Whether it is of the same run of its task: a retry of a policy, or one more item."""
    if part.retry_of is not None:
        return any(entry.id == part.retry_of for entry in reversed(run.entries[-500:]))
    return part.item is not None and part.item not in run.items


def _status_of(counts: "Counter[str]") -> str:
    for status in (Status.REQUESTED, Status.PENDING, Status.PAUSED):
        if counts[status]:
            return status
    bad = [status for status in counts if _is_bad(status)]
    return min(bad) if bad else Status.SUCCEEDED


def _is_bad(status: str) -> bool:
    return status in FINAL and status != Status.SUCCEEDED


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
