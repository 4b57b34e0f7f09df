"""A format's regular expression as a tree of a few kinds of nodes, and what can be read off it."""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from chatops_cli.aliases.characters import QUOTES, SPACE, Ranges
from chatops_cli.aliases.places import Place


class Text(NamedTuple):
    """Characters that must stand so. `fold`: case is ignored; `loose`: the default mode's rules."""

    text: str
    fold: bool
    loose: bool


class Chars(NamedTuple):
    """One character of a set."""

    ranges: Ranges


class Edge(NamedTuple):
    """No character: a condition on the place."""

    place: Place


class Value(NamedTuple):
    """What StackStorm puts in the place of ``{{ name }}``, without the optional quotes around it.

    In order of preference: text between single quotes, between double quotes, in braces, any;
    each as short as possible and not empty. `dot` is what ``.`` means there.
    """

    name: str
    dot: Ranges


class Placeholder(NamedTuple):
    """A `Value` with the optional quotes around it, where the format has none of its own beside it.

    Then "looking at" a quote is to take it: `quotes` says how.
    """

    name: str
    dot: Ranges


class Capture(NamedTuple):
    """A group that the format names itself."""

    name: str
    item: "Node"


class Sequence(NamedTuple):
    items: tuple["Node", ...]


class Choice(NamedTuple):
    """The first of the items that leads to a match."""

    items: tuple["Node", ...]


class Repeat(NamedTuple):
    """`low` to `high` times (None: any number), as often as possible or, lazy, as few."""

    item: "Node"
    low: int
    high: int | None
    lazy: bool


Node: TypeAlias = Text | Chars | Edge | Value | Placeholder | Capture | Sequence | Choice | Repeat

FEW = 8
"""A set of so many characters still fixes the text (``[Aa]``, ``[.!?]``), a wider one does not."""


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case Sequence() | Choice():
            return node.items
        case Capture() | Repeat():
            return (node.item,)
        case _:
            return ()


def edges(node: Node) -> tuple[Place, ...]:
    """All conditions on places in it; none if there are only start and end of the whole text."""
    found = tuple(_edges(node))
    return found if set(found) - {Place.START, Place.END} else ()


def _edges(node: Node) -> Iterator[Place]:
    if isinstance(node, Edge):
        yield node.place
    for child in children(node):
        yield from _edges(child)


def has_values(node: Node) -> bool:
    """Whether a placeholder of StackStorm's kind is in it."""
    return isinstance(node, Value) or any(has_values(child) for child in children(node))


def names(node: Node) -> tuple[str, ...]:
    """The names of all groups in it, each once."""
    own = (node.name,) if isinstance(node, Value | Placeholder | Capture) else ()
    below = (name for child in children(node) for name in names(child))
    return tuple(dict.fromkeys([*own, *below]))


def size(node: Node) -> int:
    """About how many states an automaton for it has."""
    match node:
        case Text(text=text):
            return 2 * len(text)
        case Chars(ranges=ranges):
            return 1 + 3 * len(ranges)
        case Value() | Placeholder():
            return 40
        case Repeat(item=item, low=low, high=high):
            return 1 + size(item) * max(low, high or 1, 1)
        case _:
            return 1 + sum(size(child) for child in children(node))


def weight(node: Node) -> int:
    """The number of characters that it fixes in every match, white space not counted."""
    match node:
        case Text(text=text):
            return sum(not c.isspace() for c in text)
        case Choice(items=items):
            return min(weight(item) for item in items)
        case Repeat(item=item, low=low):
            return weight(item) * min(low, 1)
        case Sequence(items=items):
            return sum(weight(item) for item in items)
        case _:
            return 0


def is_closed(node: Node) -> bool:
    """Whether all text outside named groups is fixed: no wildcard such as ``.*`` stands there."""
    if isinstance(node, Chars):
        quotes_only = all(low == high and chr(low) in QUOTES for low, high in node.ranges)
        members = sum(high - low + 1 for low, high in node.ranges)
        return quotes_only or node.ranges == SPACE or members <= FEW
    if isinstance(node, Capture):
        return True
    return all(is_closed(child) for child in children(node))
