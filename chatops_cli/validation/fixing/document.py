"""A YAML file's text with the span of every value, in which fixes find what they change."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from chatops_cli.model.problem import Place
from chatops_cli.reading.events import Event, events_of
from chatops_cli.validation.fixing.fix import Edit, Fix, Scalar


class Node:
    """A value: its first event, where its events end, and what it is in."""

    __slots__ = ("children", "end", "event", "first", "last", "number", "parent")

    def __init__(self, event: Event, first: int, parent: "Node | None") -> None:
        self.event = event
        self.first = first
        self.last = first + 1
        self.end = event.end
        self.parent = parent
        self.number = len(parent.children) if parent is not None else 0
        self.children: list[Node] = []

    @property
    def is_key(self) -> bool:
        """Whether it is a mapping's key: keys and values stand there in turns."""
        whole = self.parent
        return whole is not None and whole.event.kind == "mapping" and self.number % 2 == 0

    @property
    def is_in_braces(self) -> bool:
        """Whether it stands in a list or mapping that is written in braces or brackets."""
        return self.parent is not None and self.parent.event.is_flow

    @property
    def value(self) -> "Node":
        """A key's value."""
        assert self.parent is not None  # asked of keys only
        return self.parent.children[self.number + 1]


class Document:
    """A file as text. Places are those of problems: lines and columns from 1."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.events = events_of(text)

    @cached_property
    def nodes(self) -> Sequence[Node]:
        """All values in the order of the text; none where it isn't YAML."""
        return tuple(_nodes(self.events or ()))

    def scalar(self, place: Place) -> Node | None:
        """The scalar that starts at a place."""
        return next((n for n in self._scalars if _is_at(n, place)), None)

    def key(self, place: Place) -> Node | None:
        """The key that starts at a place."""
        found = self.scalar(place)
        return found if found is not None and found.is_key else None

    def source(self, node: Node) -> str:
        """How a value is written."""
        return self.text[node.event.start : node.end]

    def meaning(self, node: Node) -> tuple[tuple[str, str, str, str], ...]:
        """What a value says, however it is written."""
        return tuple(event.meaning for event in (self.events or ())[node.first : node.last])

    def replaced(self, node: Node, source: str, means: Scalar) -> Edit:
        """The edit that writes another scalar in place of one."""
        return self.edit(
            node.event.start, node.end, source, first=node.first, last=node.last, means=(means,)
        )

    def edit(  # an edit is that much
        self,
        start: int,
        end: int,
        text: str = "",
        *,
        first: int = 0,
        last: int = 0,
        means: tuple[Scalar, ...] = (),
    ) -> Edit:
        """The edit of a span, with its places."""
        line, column = self._place(start)
        end_line, end_column = self._place(end)
        return Edit(
            start=start,
            end=end,
            text=text,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            first=first,
            last=last,
            means=means,
        )

    def removed(self, key: Node, description: str) -> Fix | None:
        """The fix that takes a pair out whose lines hold nothing else; None for any other."""
        value = key.value
        start, end = self.line_start(key.event.start), value.end
        # A block of text ends where the next line starts.
        end = end if self.text[end - 1] == "\n" else self.line_end(end)
        if key.is_in_braces or key.parent is None or len(key.parent.children) == 2:  # noqa: PLR2004
            return None
        # A comment on these lines would go, too; behind a block of text they are the text's.
        around = self.text[start : key.event.start] + self.text[value.end : end]
        inside = self.text[key.end : value.event.start]
        if around.strip() or "#" in inside or "#" in _between(self, value):
            return None
        edit = self.edit(start, end, first=key.first, last=value.last)
        return Fix(description=description, edits=(edit,))

    def line_start(self, offset: int) -> int:
        """Where the line of a character starts."""
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Where the line after that of a character starts."""
        found = self.text.find("\n", offset)
        return len(self.text) if found < 0 else found + 1

    def offset(self, place: Place) -> int | None:
        """The character at a place; None where the text has no such line."""
        lines = self._starts
        return lines[place.line - 1] + place.column - 1 if 0 < place.line <= len(lines) else None

    @cached_property
    def _starts(self) -> Sequence[int]:
        starts = [0]
        while (found := self.text.find("\n", starts[-1])) >= 0:
            starts.append(found + 1)
        return starts

    @cached_property
    def _scalars(self) -> Sequence[Node]:
        return tuple(node for node in self.nodes if node.event.kind == "scalar")

    def _place(self, offset: int) -> tuple[int, int]:
        from bisect import bisect_right

        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def _nodes(events: Sequence[Event]) -> Iterator[Node]:
    whole: Node | None = None
    for number, event in enumerate(events):
        if event.kind == "document":
            whole = None
        elif event.kind == "end":
            assert whole is not None  # each end has its start
            whole.last = number + 1
            whole.end = event.end if whole.event.is_flow else _last_end(whole)
            whole = whole.parent
        else:
            node = Node(event, number, whole)
            if whole is not None:
                whole.children.append(node)
            yield node
            if event.kind in ("mapping", "sequence"):
                whole = node


def _last_end(node: Node) -> int:
    """Where the last value in a block ends: the block's own end is where the next thing starts."""
    return node.children[-1].end if node.children else node.event.end


def _is_at(node: Node, place: Place) -> bool:
    return (node.event.line, node.event.column) == (place.line, place.column)


def _between(document: Document, node: Node) -> str:
    """What stands between the scalars in a value: signs of YAML, white space, and comments."""
    events = (document.events or ())[node.first : node.last]
    spans = [(e.start, e.end) for e in events if e.kind in ("scalar", "alias")]
    parts, at = [], node.event.start
    for start, end in spans:
        parts.append(document.text[at:start])
        at = end
    return "".join(parts) + document.text[at : node.end]
