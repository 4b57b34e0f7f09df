"""How every message begins that a format matches: what tells most formats apart."""

import re
from collections.abc import Iterator

from chatops_cli.aliases.characters import SPACE, TYPOGRAPHIC, folded
from chatops_cli.aliases.places import Place
from chatops_cli.aliases.tree import Chars, Edge, Node, Repeat, Sequence, Text

_SPACES = re.compile(r"\s+")


def beginning(tree: Node) -> str:
    """The text, in folded form and with single spaces, that every match begins with.

    Two formats of which neither's beginning continues the other's have no message in common. It is
    empty for a format that can begin anywhere, or with anything.
    """
    nodes = _flat(tree)
    if next(nodes, None) != Edge(Place.START):
        return ""
    text = "".join(_literals(nodes))
    return _SPACES.sub(" ", text).lstrip()


def _flat(node: Node) -> Iterator[Node]:
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _flat(item)
    else:
        yield node


def _literals(nodes: Iterator[Node]) -> Iterator[str]:
    """Literal text up to the first node that is something else."""
    is_at_start = True
    for node in nodes:
        if isinstance(node, Text):
            text, is_whole = _certain(node)
            yield text
            if not is_whole:
                return
            is_at_start = is_at_start and not text.strip()
        elif isinstance(node, Repeat) and node.item == Chars(SPACE) and (node.low or is_at_start):
            yield " "
        elif not isinstance(node, Edge):
            return


def _certain(node: Text) -> tuple[str, bool]:
    """The text up to where it has several forms, and whether that is all of it."""
    text = folded(node.text)
    if node.loose:
        for at, character in enumerate(text):
            if character in TYPOGRAPHIC:
                return text[:at], False
    return text, True
