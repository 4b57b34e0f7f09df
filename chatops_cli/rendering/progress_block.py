"""How far a workflow has come, as a few lines of a terminal that are drawn anew as it goes on."""

from collections.abc import Iterator

from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.progress import Progress, TaskAtWork
from chatops_cli.rendering.cells import cut, width_of
from chatops_cli.rendering.cleaning import clean, to_ascii
from chatops_cli.rendering.progress import counted, short_time, task_text

LINES = 10
"""Lines of a block at most."""
LEVELS = 3
"""Levels of workflows inside one another that are drawn."""
FAILED = 3
"""Failed tasks that are named."""

_RED, _GREEN, _DIM = "31", "32", "2"


@frozen
class Frame:
    """Where a block is drawn: columns and lines that it may take, and with which signs."""

    width: int
    height: int = LINES
    color: bool = False
    unicode: bool = True

    def line(self, sign: str, text: str, code: str) -> str:
        """A line that fits, its sign coloured."""
        text = " ".join(clean(text).split())
        text = text if self.unicode else to_ascii(text)
        room = max(self.width - width_of(sign) - 1, 1)
        if width_of(text) > room:
            more = "…" if self.unicode else "~"
            text = cut(text, room - 1)[0] + more
        shown = f"\x1b[{code}m{sign}\x1b[0m" if self.color and code and sign else sign
        return f"{shown}{text}"


def block(progress: Progress, frame: Frame, *, elapsed: float, since: float = 0.0) -> list[str]:
    """The lines, without line ends; none is wider than the frame.

    Args:
        progress: How far it has come.
        frame: Where they are drawn.
        elapsed: Seconds since it began.
        since: Seconds since `progress` was told.
    """
    head = f"{progress.action_ref}: {counted(progress)}, {short_time(elapsed)} (Ctrl-C ends it)"
    body = list(_tasks(progress, frame, since, 0))
    named = progress.failed[: max(min(FAILED, frame.height - 3), 0)]
    failed = [frame.line(_sign("✗ ", frame), name, _RED) for name in named]
    room = max(frame.height - 1 - len(failed), 1)
    if len(body) > room or progress.busy > _outermost(body):
        body = body[: room - 1]
    lines = [frame.line("", head, ""), *failed, *(line for _, line in body)]
    if (more := progress.busy - _outermost(body)) > 0:
        lines.append(frame.line(_sign("… ", frame), f"{more} more at work", _DIM))
    return lines


def _outermost(body: list[tuple[bool, str]]) -> int:
    return sum(1 for is_outermost, _ in body if is_outermost)


def _tasks(
    progress: Progress, frame: Frame, since: float, level: int
) -> Iterator[tuple[bool, str]]:
    """A line for each task at work, and for those of the workflows in it.

    The first of each pair says whether it is a task of the outermost.
    """
    for task in progress.at_work[: frame.height]:
        indent = "  " * level
        sign = _sign("▸ " if task.status is Status.RUNNING else "‖ ", frame)
        text = f"{task.name}: {task_text(task, since=since)}{_of(task, level)}"
        yield level == 0, frame.line(indent + sign, text, _GREEN)
        if level + 1 < LEVELS:
            for inner in task.inner:
                yield from _tasks(inner, frame, since, level + 1)


def _of(task: TaskAtWork, level: int) -> str:
    """What the workflow has done that a task runs."""
    if not task.inner or (task.total and level == 0):
        return ""
    first = task.inner[0]
    return f" ({first.action_ref}: {counted(first)})"


def _sign(sign: str, frame: Frame) -> str:
    ascii_signs = {"▸ ": "> ", "✗ ": "x ", "‖ ": "| ", "… ": ". "}
    return sign if frame.unicode else ascii_signs[sign]
