"""What one automaton and each of a group have in common, all of the group in one pass.

The positions of a group stand side by side in one row of bits, and so a step of all of them is a
few operations on long numbers. For each position of the one automaton, a row says where the others
can be when the same text was read; rows grow letter by letter, so what is found first is shortest.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from chatops_cli.aliases.alphabet import Alphabet
from chatops_cli.aliases.automaton import Automaton, Position

KEPT = 4_096
"""Steps of a group that are remembered."""
FREQUENT = 4
"""So many links over the same distance make one operation; others are followed one by one."""
MOST_STEPS = 100_000
"""Positions times letters, for one automaton with one group."""

_Rows: TypeAlias = Mapping[int, int]


class LimitError(Exception):
    """It takes too many steps."""


class Group:
    """Automata side by side."""

    def __init__(self, automata: Sequence[Automaton], alphabet: Alphabet) -> None:
        self.automata = tuple(automata)
        self.alphabet = alphabet
        self.spans: list[tuple[int, int]] = []
        self.classes: list[int] = []
        self.first = self.last = 0
        self._owners: list[int] = []
        for number, one in enumerate(automata):
            start = len(self.classes)
            self.classes += (alphabet.classes(position.ranges) for position in one.positions)
            self.spans.append((start, len(self.classes)))
            self._owners += [number] * len(one.positions)
            self.first |= sum(1 << start + p for p in one.first)
            self.last |= sum(1 << start + p for p in one.last)
        self._rows: dict[int, int] = {}
        for p, classes in enumerate(self.classes):
            self._rows[classes] = self._rows.get(classes, 0) | 1 << p
        self._shifts, self._jumps = self._links()
        self._jumping = sum(1 << p for p in self._jumps)
        self._accepting: dict[int, int] = {}
        self._after: dict[int, int] = {}

    def _links(self) -> tuple[list[tuple[int, int]], dict[int, int]]:
        """The frequent distances, each with its sources; and where the other links lead."""
        sources: dict[int, int] = {}
        for (start, _), one in zip(self.spans, self.automata, strict=True):
            for p, following in enumerate(one.follow):
                for q in following:
                    sources[q - p] = sources.get(q - p, 0) | 1 << start + p
        frequent = {d for d, row in sources.items() if row.bit_count() >= FREQUENT}
        jumps: dict[int, int] = {}
        for distance in sources.keys() - frequent:
            for p in bits(sources[distance]):
                jumps[p] = jumps.get(p, 0) | 1 << p + distance
        return [(d, sources[d]) for d in sorted(frequent)], jumps

    def owner(self, position: int) -> int:
        """The number of the automaton that a position belongs to."""
        return self._owners[position]

    def row(self, number: int) -> int:
        """All positions of an automaton."""
        start, end = self.spans[number]
        return (1 << end) - (1 << start)

    def accepting(self, classes: int) -> int:
        """The positions that some character of these classes may stand at."""
        found = self._accepting.get(classes)
        if found is None:
            found = 0
            for own, row in self._rows.items():
                if own & classes:
                    found |= row
            self._accepting[classes] = found
        return found

    def after(self, row: int) -> int:
        """The positions that may follow those of a row."""
        found = self._after.get(row)
        if found is None:
            found = 0
            for distance, sources in self._shifts:
                at = row & sources
                if at:
                    found |= at << distance if distance >= 0 else at >> -distance
            jumping = row & self._jumping
            if jumping:
                for p in bits(jumping):
                    found |= self._jumps[p]
            if len(self._after) >= KEPT:
                self._after.clear()
            self._after[row] = found
        return found


def bits(row: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while row:
        low = row & -row
        yield low.bit_length() - 1
        row ^= low


class Common(NamedTuple):
    """The number of an automaton of the group, and the shortest message that both match."""

    number: int
    message: str


def common(one: Automaton, group: Group, alive: int, *, steps: int) -> Iterator[Common]:
    """What `one` has in common with automata of `group`, the shortest messages first.

    Messages start and end with what can be seen, as all do that are not blank: what is around
    them is cut off before they are matched.

    Args:
        one: Any automaton.
        group: Its alphabet knows all sets of `one` too.
        alive: The rows of the automata to look at.
        steps: As in `MOST_STEPS`.

    Raises:
        LimitError: It takes more; what was given before holds.
    """
    yield from _Search(one, group).run(alive, steps)


class _Search:
    """One pass. `_layers[k]` has what the first k characters reach anew."""

    def __init__(self, one: Automaton, group: Group) -> None:
        self._one = one
        self._group = group
        alphabet = group.alphabet
        self._alphabet = alphabet
        self._classes = [alphabet.classes(position.ranges) for position in one.positions]
        self._layers: list[_Rows] = []

    def run(self, alive: int, steps: int) -> Iterator[Common]:
        group, one = self._group, self._one
        space, visible = self._alphabet.space, self._alphabet.visible
        lead = group.first & group.accepting(space) & alive
        before = {p: lead for p in one.first if self._classes[p] & space} if lead else {}
        self._layers.append(before)
        seen: dict[int, int] = {}
        layer = self._step(before, visible, seen, alive)
        while layer:
            self._layers.append(layer)
            for number, ends in self._ends(layer):
                alive &= ~group.row(number)
                yield Common(number, self._message(ends))
            steps -= len(layer)
            if steps < 0:
                raise LimitError
            layer = self._step(layer, -1, seen, alive)

    def _step(
        self, layer: _Rows, permitted: int, seen: dict[int, int], alive: int
    ) -> dict[int, int]:
        """What one more character reaches that nothing shorter did."""
        reached: dict[int, int] = {}
        group, follow = self._group, self._one.follow
        for p, row in layer.items():
            following = group.after(row & alive)
            if following:
                for q in follow[p]:
                    reached[q] = reached.get(q, 0) | following
        fresh: dict[int, int] = {}
        for q, row in reached.items():
            new = row & group.accepting(self._classes[q] & permitted) & ~seen.get(q, 0)
            if new:
                fresh[q] = new
                seen[q] = seen.get(q, 0) | new
        return fresh

    def _ends(self, layer: _Rows) -> Iterator[tuple[int, tuple[int, int]]]:
        """The automata that match what was read, and where both are then."""
        group, one = self._group, self._one
        space, visible = self._alphabet.space, self._alphabet.visible
        closing = group.last & group.accepting(space)
        ends: dict[int, list[tuple[int, int]]] = {}
        for p, row in layer.items():
            if not any(q in one.last and self._classes[q] & space for q in one.follow[p]):
                continue
            seen = row & group.accepting(self._classes[p] & visible)
            if not group.after(seen) & closing:
                continue
            for j in bits(seen):
                if group.after(1 << j) & closing:
                    ends.setdefault(group.owner(j), []).append((p, j))
        for number, pairs in ends.items():
            yield number, min(pairs, key=lambda pair: self._ugliness(*pair))

    def _message(self, ends: tuple[int, int]) -> str:
        """What leads there, from its last character back to the first."""
        p, j = ends
        text: list[str] = []
        last = len(self._layers) - 1
        for k in range(last, 0, -1):
            permitted = self._alphabet.visible if k in {1, last} else -1
            text.append(self._character(p, j, permitted))
            if k > 1:
                p, j = self._before(p, j, self._layers[k - 1])
        return "".join(reversed(text))

    def _before(self, p: int, j: int, layer: _Rows) -> tuple[int, int]:
        """From where both can get here, the position that reads best."""
        own = self._group.row(self._group.owner(j))
        return min(
            (
                (q, i)
                for q, row in layer.items()
                if p in self._one.follow[q]
                for i in bits(row & own)
                if self._group.after(1 << i) >> j & 1
            ),
            key=lambda pair: self._ugliness(*pair),
        )

    def _ugliness(self, p: int, j: int) -> tuple[int, int]:
        """Letters read best; of what reads alike, a place in a value leaves the most freedom."""
        character = self._character(p, j, -1)
        kind = 0 if character.isalnum() else 1 if character == " " else 2
        return kind, bool(self._one.positions[p].written) + bool(self._other(j).written)

    def _other(self, j: int) -> Position:
        number = self._group.owner(j)
        return self._group.automata[number].positions[j - self._group.spans[number][0]]

    def _character(self, p: int, j: int, permitted: int) -> str:
        classes = self._classes[p] & self._group.classes[j] & permitted
        written = self._one.positions[p].written + self._other(j).written
        return self._alphabet.character(classes, written)
