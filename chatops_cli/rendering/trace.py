"""A timeline drawn for a terminal: a line for each task, with a bar over the time that it took."""

from collections.abc import Iterator

from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.rendering.cells import cut, pad, width_of
from chatops_cli.rendering.cleaning import clean, to_ascii
from chatops_cli.rendering.progress import short_time
from chatops_cli.rendering.timeline import Span

LEAST_BAR = 10
"""Columns of a bar at least: with less room there is none."""
WIDEST = 100
"""Columns of a timeline at most; names, and what went wrong, may be longer where none are set."""

_SIGNS = {
    Status.SUCCEEDED: ("✓", "+", "32"),
    Status.REQUESTED: ("▸", ">", "36"),
    Status.PENDING: ("‖", "|", "33"),
    Status.PAUSED: ("‖", "|", "33"),
    Status.CANCELED: ("⊘", "-", "33"),
}
_BAD = ("✗", "x", "31")
_DIM = "2"


@frozen
class Paper:
    """What a timeline is drawn on; `now` is seconds since the whole began."""

    width: int
    now: float
    color: bool = False
    unicode: bool = True

    def safe(self, text: str) -> str:
        text = " ".join(clean(text).split())
        return text if self.unicode else to_ascii(text)

    def style(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text

    def fit(self, text: str, width: int) -> str:
        """The text in so many columns."""
        if width_of(text) <= width:
            return text
        return cut(text, max(width - 1, 1))[0] + ("…" if self.unicode else "~")


def draw_trace(whole: Span, paper: Paper) -> list[str]:
    """The lines, without line ends."""
    rows = list(_rows(whole.inner, 0))
    names = [_name(span, level, paper) for span, level in rows]
    times = [_time(span, paper) for span, _ in rows]
    width = min(paper.width, WIDEST)
    time = max(map(width_of, times), default=0)
    room = width - time - 2 - LEAST_BAR - 2
    widest = max(map(width_of, names), default=0)
    name = min(widest, max(room, LEAST_BAR)) if room >= LEAST_BAR else width - time - 2
    bar = width - name - time - 4
    end = max(whole.last, paper.now if whole.ended is None else 0.0)
    lines = [paper.fit(_head(whole, paper), paper.width)]
    for (span, level), label, took in zip(rows, names, times, strict=True):
        sign = _sign(span)
        shown = pad(paper.fit(label, name), name)
        coloured = paper.style(shown[: level * 2 + 1], sign[2]) + shown[level * 2 + 1 :]
        drawn = _bar(span, paper, bar, end) if bar >= LEAST_BAR else ""
        line = f"{coloured}  {' ' * (time - width_of(took))}{took}"
        lines.append(f"{line}  {drawn}".rstrip())
        lines.extend(_wrong(span, level, paper))
    return lines


def _rows(spans: tuple[Span, ...], level: int) -> Iterator[tuple[Span, int]]:
    for span in spans:
        yield span, level
        yield from _rows(span.inner, level + 1)


def _head(whole: Span, paper: Paper) -> str:
    said = _said(whole.status)
    seconds = whole.elapsed if whole.ended is not None else paper.now
    after = f" after {_seconds(seconds)}" if seconds is not None else ""
    return paper.safe(f"{whole.name} {said}{after} (execution {whole.execution_id})")


def _said(status: str) -> str:
    return "is running" if status == Status.REQUESTED else status


def _name(span: Span, level: int, paper: Paper) -> str:
    unicode, plain, _ = _sign(span)
    said = f"{span.name}{_counts(span)}"
    if span.tries > 1:
        said += f" ({span.tries} tries)"
    return f"{'  ' * level}{unicode if paper.unicode else plain} {paper.safe(said)}"


def _counts(span: Span) -> str:
    if span.items is None:
        return ""
    bad = sum(count for status, count in span.items.items() if status not in _SIGNS)
    canceled = span.items[Status.CANCELED]
    said = f" {span.items.total()} items" + (f", {bad} failed" if bad else "")
    return said + (f", {canceled} canceled" if canceled else "")


def _time(span: Span, paper: Paper) -> str:
    elapsed = span.elapsed
    if elapsed is not None:
        return _seconds(elapsed)
    if span.status == Status.REQUESTED:
        return _seconds(max(paper.now - span.asked, 0.0))
    return ""


def _seconds(seconds: float) -> str:
    return short_time(seconds) if seconds >= 60 else f"{seconds:.1f} s"  # noqa: PLR2004  # a minute


def _bar(span: Span, paper: Paper, width: int, end: float) -> str:
    """Dots while it waited for its turn, then the bar of its time; each is seen, however short."""
    full, waits = ("█", "·") if paper.unicode else ("#", ".")
    ended = span.ended if span.ended is not None else paper.now
    begun = span.begun if span.begun is not None else span.asked
    scale = width / end if end > 0 else 0.0
    first = min(int(span.asked * scale), width - 1)
    start = min(max(int(begun * scale), first), width - 1)
    stop = min(max(round(ended * scale), start + 1), width)
    body = paper.style(full * (stop - start), _sign(span)[2])
    return f"{' ' * first}{waits * (start - first)}{body}"


def _wrong(span: Span, level: int, paper: Paper) -> Iterator[str]:
    """Why it failed, below it; of what only hands on an inner failure that is told there."""
    if not span.error or span.inner:
        return
    indent = "  " * (level + 1)
    said = paper.safe(f"{span.error} (execution {span.execution_id})")
    for line in cut(said, max(paper.width - len(indent), 10)):
        yield indent + paper.style(line, _DIM)


def _sign(span: Span) -> tuple[str, str, str]:
    return next((sign for status, sign in _SIGNS.items() if status == span.status), _BAD)
