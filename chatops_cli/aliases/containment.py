"""Whether one format takes every message that another takes, decided on their automata."""

from chatops_cli.aliases.alphabet import Alphabet
from chatops_cli.aliases.automaton import Automaton, TooLargeError, automaton
from chatops_cli.aliases.intersection import Group, bits
from chatops_cli.aliases.tree import Node

MOST_STATES = 20_000
"""Positions of the narrow one times sets of positions of the wide one."""


def contains(wide: Node, narrow: Node, *, states: int = MOST_STATES) -> bool:
    """Whether each message that `narrow` matches is one that `wide` matches; blank ones apart.

    The answer is no, too, where it can't be found within so many `states`.
    """
    try:
        outer, inner = automaton(wide), automaton(narrow)
    except TooLargeError:
        return False
    ranges = {p.ranges for one in (outer, inner) for p in one.positions}
    return _Walk(outer, inner, Alphabet(ranges)).ends_inside(states)


class _Walk:
    """All ways through the narrow one, each with the set of places where the wide one may be."""

    def __init__(self, wide: Automaton, narrow: Automaton, alphabet: Alphabet) -> None:
        self._wide = Group([wide], alphabet)
        self._narrow = narrow
        self._alphabet = alphabet
        self._classes = [alphabet.classes(position.ranges) for position in narrow.positions]
        self._open: list[tuple[int, int, bool]] = []
        self._seen: dict[tuple[int, bool], list[int]] = {}

    def ends_inside(self, states: int) -> bool:
        """Whether the wide one is at an end wherever the narrow one is."""
        space, visible = self._alphabet.space, self._alphabet.visible
        first = self._wide.first & self._wide.accepting(space)
        for p in self._narrow.first:
            if self._classes[p] & space:
                self._go_on(p, first, visible)
        while self._open:
            p, row, is_visible = self._open.pop()
            if is_visible and self._ends(p) and not self._wide_ends(row):
                return False
            states -= 1
            if states < 0:
                return False
            self._go_on(p, row, -1)
        return True

    def _go_on(self, p: int, row: int, permitted: int) -> None:
        """Each character that the narrow one may read after `p`, those alike for both at once."""
        after = self._wide.after(row)
        for q in self._narrow.follow[p]:
            reached: dict[tuple[int, bool], None] = {}
            for number in bits(self._classes[q] & permitted & self._alphabet.all):
                accepting = self._wide.accepting(1 << number)
                reached[after & accepting, bool(self._alphabet.visible >> number & 1)] = None
            for following, is_visible in reached:
                self._add(q, following, is_visible=is_visible)

    def _add(self, p: int, row: int, *, is_visible: bool) -> None:
        """A state, unless one with fewer places for the wide one was there: that asks for more."""
        known = self._seen.setdefault((p, is_visible), [])
        if any(other & row == other for other in known):
            return
        known.append(row)
        self._open.append((p, row, is_visible))

    def _ends(self, p: int) -> bool:
        narrow, space = self._narrow, self._alphabet.space
        return any(q in narrow.last and self._classes[q] & space for q in narrow.follow[p])

    def _wide_ends(self, row: int) -> bool:
        wide = self._wide
        return bool(wide.after(row) & wide.accepting(self._alphabet.space) & wide.last)
