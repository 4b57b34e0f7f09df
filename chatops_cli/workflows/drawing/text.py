"""A graph as lines of text: what comes one after the other below it, branches indented.

A task stands there once; where another way leads to it, its name stands with an arrow.
"""

from collections import defaultdict
from collections.abc import Iterator

from chatops_cli.model.frozen import frozen
from chatops_cli.rendering.cells import cut, width_of
from chatops_cli.workflows.drawing.shape import Arrow, Box, Kind, Shape

NARROWEST = 20


@frozen
class _Strokes:
    branch: str
    last: str
    bar: str
    to: str
    down: str
    start: str
    mark: str


_LINES = _Strokes(branch="├─ ", last="└─ ", bar="│  ", to="→ ", down="↓ ", start="● ", mark="…")
_ASCII = _Strokes(branch="|- ", last="`- ", bar="|  ", to="-> ", down="v ", start="* ", mark="...")


def draw_text(shape: Shape, *, width: int = 80, ascii_only: bool = False) -> str:
    """The graph, each line at most `width` cells wide and with a line break at its end.

    Args:
        shape: What to draw.
        width: Cells of a line, at least `NARROWEST`.
        ascii_only: Whether lines and arrows are made of ASCII.
    """
    drawing = _Drawing(shape, max(width, NARROWEST), _ASCII if ascii_only else _LINES)
    return "".join(f"{line}\n" for line in drawing.lines())


class _Drawing:
    def __init__(self, shape: Shape, width: int, strokes: _Strokes) -> None:
        self._shape = shape
        self._boxes = {box.id: box for box in shape.boxes}
        self._arrows: dict[str, list[Arrow]] = defaultdict(list)
        for arrow in shape.arrows:
            self._arrows[arrow.source].append(arrow)
        self._starts = frozenset(shape.starts)
        self._width = width
        self._strokes = strokes
        self._drawn: set[str] = set()
        self._later: list[str] = []

    def lines(self) -> Iterator[str]:
        """All lines: from each start, then what was too deep, then what no way leads to."""
        is_first = True
        for root in (*self._shape.starts, *(box.id for box in self._shape.boxes)):
            if root in self._drawn:
                continue
            if not is_first:
                yield ""
            is_first = False
            yield from self._block(root, self._strokes.start if root in self._starts else "")
            while self._later:
                yield ""
                yield from self._block(self._later.pop(0), "")

    def _block(self, start: str, mark: str) -> Iterator[str]:
        self._drawn.add(start)
        yield self._line(mark, self._title(self._boxes[start]), "")
        yield from self._below(start, "")

    def _below(self, box: str, prefix: str) -> Iterator[str]:
        """What comes after a box; a way that goes on alone isn't indented."""
        arrows = self._arrows[box]
        while len(arrows) == 1:
            arrow = arrows[0]
            if not self._is_new(arrow.target):
                again = self._again(arrow.target)
                yield self._line(prefix + self._strokes.to, again, arrow.label)
                return
            self._drawn.add(arrow.target)
            title = self._title(self._boxes[arrow.target])
            yield self._line(prefix + self._strokes.down, title, arrow.label)
            arrows = self._arrows[arrow.target]
        is_deep = width_of(prefix) + len(self._strokes.bar) > self._width // 2
        for arrow in arrows:
            is_last = arrow is arrows[-1]
            stroke = self._strokes.last if is_last else self._strokes.branch
            yield from self._branch(
                arrow,
                prefix + stroke,
                prefix + (" " * len(self._strokes.bar) if is_last else self._strokes.bar),
                is_deep=is_deep,
            )

    def _branch(self, arrow: Arrow, prefix: str, inner: str, *, is_deep: bool) -> Iterator[str]:
        box = self._boxes[arrow.target]
        if not self._is_new(arrow.target):
            again = self._strokes.to + self._again(arrow.target)
            yield self._line(prefix, again, arrow.label)
        elif is_deep and self._arrows[arrow.target]:
            self._later.append(arrow.target)
            yield self._line(prefix, f"{self._strokes.to}{box.name} (below)", arrow.label)
        else:
            self._drawn.add(arrow.target)
            yield self._line(prefix, self._title(box), arrow.label)
            yield from self._below(arrow.target, inner)

    def _is_new(self, box: str) -> bool:
        return box not in self._drawn and box not in self._later

    def _again(self, box: str) -> str:
        found = self._boxes[box]
        return f"{found.name} (join)" if found.kind is Kind.JOIN else found.name

    def _title(self, box: Box) -> str:
        notes = f" ({', '.join(box.notes)})" if box.notes else ""
        action = f"  {box.action}" if box.action else ""
        return f"{box.name}{notes}{action}"

    def _line(self, prefix: str, text: str, label: str) -> str:
        """The line; where it is too long, the condition is cut first, and then its end."""
        if label:
            room = self._width - width_of(prefix) - width_of(text) - 2
            label = self._cut(label, max(room, self._width // 3)) + ": "
        return self._cut(prefix + label + text, self._width)

    def _cut(self, text: str, width: int) -> str:
        if width_of(text) <= width:
            return text
        mark = self._strokes.mark
        return cut(text, width - len(mark))[0] + mark
