"""Text that every message must hold for a format to match: what the index is made of.

A requirement is a set of literals of which one must be there. It is read off the final regular
expression, and it is always in the folded form (`characters.folded`). In the default mode white
space, quotes and dashes have several forms, so no literal runs across them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from chatops_cli.aliases.characters import TYPOGRAPHIC, folded
from chatops_cli.aliases.tree import Capture, Choice, Node, Repeat, Sequence, Text

Requirement: TypeAlias = tuple[str, ...]

_SHORT = {1: 60, 2: 12, 3: 3}
"""How much more often than a long one a literal of so many letters stands in ordinary text."""
_MANY = 24
"""An alternation of more branches than this is not worth as many literals."""


def required(tree: Node) -> tuple[Requirement, ...]:
    """All requirements of `tree`; a message that lacks one of them does not match."""
    return tuple(dict.fromkeys(_required(tree)))


def _required(node: Node) -> Iterator[Requirement]:
    match node:
        case Text():
            for literal in _pieces(node):
                yield (literal,)
        case Sequence(items=items):
            for item in items:
                yield from _required(item)
        case Capture(item=item):
            yield from _required(item)
        case Repeat(item=item, low=low):
            if low:
                yield from _required(item)
        case Choice(items=items):
            branches = [list(_required(item)) for item in items]
            if len(branches) <= _MANY and all(branches):
                best = (max(branch, key=_strength) for branch in branches)
                yield tuple(sorted({literal for one in best for literal in one}))
        case _:
            return


def _pieces(node: Text) -> list[str]:
    text = folded(node.text)
    if node.loose:
        for plain in TYPOGRAPHIC:
            text = text.replace(plain, " ")
    return text.split()


def _strength(requirement: Requirement) -> int:
    return min(len(literal) for literal in requirement)


def rarest(
    formats: Iterable[tuple[Requirement, ...]],
) -> tuple[dict[str, list[int]], list[int]]:
    """The index: for each literal the formats to try when it is seen, and those to try always.

    Args:
        formats: The requirements of each format; the answer counts formats in this order from 0.
    """
    formats = list(formats)
    uses = _uses(formats)
    index: dict[str, list[int]] = {}
    always: list[int] = []
    for number, requirements in enumerate(formats):
        if not requirements:
            always.append(number)
            continue
        for literal in min(requirements, key=lambda r: (_cost(r, uses), -_strength(r))):
            index.setdefault(literal, []).append(number)
    return index, always


def _uses(formats: Iterable[tuple[Requirement, ...]]) -> Mapping[str, int]:
    uses: dict[str, int] = {}
    for requirements in formats:
        for literal in {literal for requirement in requirements for literal in requirement}:
            uses[literal] = uses.get(literal, 0) + 1
    return uses


def _cost(requirement: Requirement, uses: Mapping[str, int]) -> int:
    return sum(uses[literal] * _SHORT.get(len(literal), 1) for literal in requirement)
