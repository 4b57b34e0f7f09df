"""Whether a repetition can read the same text in many ways: what makes backtracking explode."""

from collections.abc import Iterable, Iterator

from chatops_cli.aliases.alphabet import Alphabet
from chatops_cli.aliases.automaton import Builder, TooLargeError
from chatops_cli.aliases.tree import Chars, Node, Repeat, children

MOST = 80
"""Positions of a repetition that is looked at; pairs of them are walked."""


def is_ambiguous(tree: Node) -> bool:
    """Whether the ways to read a text may double with each round of a repetition in it."""
    return any(_doubles(repeat) for repeat in _repetitions(tree))


def _repetitions(node: Node) -> Iterator[Repeat]:
    """The outermost repetitions without a bound, but for those of single characters."""
    if isinstance(node, Repeat) and node.high is None and not isinstance(node.item, Chars):
        yield node
        return
    for child in children(node):
        yield from _repetitions(child)


def _doubles(repeat: Repeat) -> bool:
    builder = Builder()
    try:
        builder.part(repeat)
    except TooLargeError:
        return False
    count = len(builder.positions)
    if count > MOST:
        return False
    links = [(p, q) for p, _, q in builder.links]
    follow: dict[int, set[int]] = {p: set() for p in range(count)}
    for p, q in links:
        follow[p].add(q)
    reach = {p: _reached(follow[p], follow) for p in range(count)}
    twice = {link for link in set(links) if links.count(link) > 1}
    if any(p in reach[q] for p, q in twice):
        return True
    alphabet = Alphabet({position.ranges for position in builder.positions})
    classes = [alphabet.classes(position.ranges) for position in builder.positions]
    pairs = _Pairs(follow, classes)
    return any(pairs.parts_and_meets(p) for p in range(count) if p in reach[p])


class _Pairs:
    """Two readers of one text, each at its position."""

    def __init__(self, follow: dict[int, set[int]], classes: list[int]) -> None:
        self._follow = follow
        self._classes = classes

    def parts_and_meets(self, p: int) -> bool:
        """Whether both can start at `p`, part, and be at `p` again at the same time."""
        parted = (pair for pair in self._reached((p, p)) if pair[0] != pair[1])
        return any((p, p) in self._reached(pair) for pair in parted)

    def _reached(self, start: tuple[int, int]) -> set[tuple[int, int]]:
        found: set[tuple[int, int]] = set()
        left = [start]
        while left:
            one, other = left.pop()
            for pair in self._steps(one, other):
                if pair not in found:
                    found.add(pair)
                    left.append(pair)
        return found

    def _steps(self, one: int, other: int) -> Iterator[tuple[int, int]]:
        for p in self._follow[one]:
            for q in self._follow[other]:
                if self._classes[p] & self._classes[q]:
                    yield p, q


def _reached(start: Iterable[int], follow: dict[int, set[int]]) -> set[int]:
    found: set[int] = set()
    left = list(start)
    while left:
        p = left.pop()
        if p not in found:
            found.add(p)
            left.extend(follow[p])
    return found
