"""How far a workflow has come, in a line, and how often that is worth one."""

from collections.abc import Sequence

from chatops_cli.model.execution import Status
from chatops_cli.model.progress import Progress, TaskAtWork
from chatops_cli.rendering.filters.duration import clock_time

NAMED = 3
"""How many tasks a line names; of others it tells the number."""
EVERY = 10.0
"""Seconds between two lines at least, where nothing has failed."""
LONGEST = 60.0
"""The same after ten minutes."""
AFTER_FAILURE = 1.0
"""Seconds between two lines at least, where something has."""


class Sparing:
    """Says when a line is due where lines stay: when a task has failed, and now and then."""

    def __init__(self) -> None:
        self._begun: float | None = None
        self._last = 0.0
        self._failed: dict[str, int] = {}

    def is_due(self, progress: Progress, now: float) -> bool:
        """Whether this is worth a line; `now` is seconds that never go back.

        What ends within a few seconds is told by its result alone.
        """
        if self._begun is None:
            self._begun = self._last = now
        known = self._failed.get(progress.execution_id, 0)
        quiet = AFTER_FAILURE if len(progress.failed) > known else EVERY
        if quiet == EVERY:
            quiet = min(max(EVERY, (now - self._begun) / EVERY), LONGEST)
        elif not known:
            quiet = 0.0
        if now - self._last < quiet:
            return False
        self._last = now
        self._failed[progress.execution_id] = len(progress.failed)
        return True


def progress_text(progress: Progress) -> str:
    """Such as ``ops.deploy: 3 of 8 tasks done, 1 failed (lint); at work: build 12 s``."""
    said = f"{progress.action_ref}: {counted(progress)}"
    if progress.failed:
        said += f" ({_named(progress.failed, len(progress.failed))})"
    if progress.at_work:
        named = [f"{task.name} {task_text(task)}" for task in progress.at_work[:NAMED]]
        said += f"; at work: {_named(named, progress.busy)}"
    return said


def counted(progress: Progress) -> str:
    """How many tasks have ended how."""
    done = progress.succeeded
    fits = done + len(progress.failed) <= progress.tasks
    said = f"{done} of {progress.tasks} tasks done" if fits else f"{done} done"
    return f"{said}, {len(progress.failed)} failed" if progress.failed else said


def task_text(task: TaskAtWork, *, since: float = 0.0) -> str:
    """What a task at work does, and for how long; `since` are seconds since that was told."""
    parts = []
    if task.total:
        parts.append(f"{task.done}/{task.total} items")
    if task.failed:
        parts.append(f"{task.failed} failed")
    if task.status is Status.DELAYED:
        parts.append("waits to begin")
    elif task.status is Status.PENDING:
        parts.append("waits for an answer")
    elif task.status is Status.PAUSED:
        parts.append("is paused")
    else:
        parts.append(short_time(task.elapsed + since))
    return ", ".join(parts)


def short_time(seconds: float) -> str:
    """Whole seconds: ``12 s``, ``3m5s``."""
    return f"{seconds:.0f} s" if seconds < 60 else clock_time(int(seconds))  # noqa: PLR2004  # a minute


def _named(names: Sequence[str], number: int) -> str:
    shown = names[:NAMED]
    more = number - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
