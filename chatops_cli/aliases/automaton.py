"""A format as an automaton without empty moves: which character may follow which.

Each character of the format is a position (Glushkov's construction). It reads what programs are
run on: the message with a space at either end. Captures don't count, so a value is any text: what
it prefers changes what it takes, never whether there is a match.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias, assert_never

from chatops_cli.aliases.characters import (
    ANY,
    LONG_DASHES,
    Ranges,
    category,
    complement,
    normalised,
    of,
)
from chatops_cli.aliases.places import Place
from chatops_cli.aliases.spelling import LONG, runs, typed_as
from chatops_cli.aliases.tree import (
    Capture,
    Chars,
    Choice,
    Edge,
    Node,
    Placeholder,
    Repeat,
    Sequence,
    Text,
    Value,
)

LIMIT = 4_000
"""Positions; public packs' formats have 30 to 300."""


class Position(NamedTuple):
    """One character of a format: what it may be, and how the format has it where it is literal."""

    ranges: Ranges
    written: str


class Automaton(NamedTuple):
    """`first` may start the text, `last` end it; `follow` has what may come after each position."""

    positions: tuple[Position, ...]
    first: tuple[int, ...]
    last: frozenset[int]
    follow: tuple[tuple[int, ...], ...]


class TooLargeError(Exception):
    """The format has more than `LIMIT` positions."""


def automaton(tree: Node) -> Automaton:
    """The automaton of a format that is searched for, as matching does.

    Raises:
        TooLargeError: It counts too far.
    """
    anything = Repeat(Chars(ANY), 0, None, lazy=False)
    builder = Builder()
    whole = builder.part(Sequence((anything, tree, anything)))
    return _decided(builder, whole)


_Conditions: TypeAlias = frozenset[Place]
_NONE: _Conditions = frozenset()
_FREE = (_NONE,)
_Entrance: TypeAlias = tuple[_Conditions, int]


class _Part(NamedTuple):
    """What a part of the format starts and ends with; `empty`: on which conditions it is empty."""

    empty: tuple[_Conditions, ...]
    first: tuple[_Entrance, ...]
    last: tuple[_Entrance, ...]


_NOTHING = _Part(_FREE, (), ())
_WHOLE_TEXT = frozenset({Place.START, Place.END})


class Builder:
    """Numbers the positions and links them; a link may hang on conditions on its place."""

    def __init__(self) -> None:
        self.positions: list[Position] = []
        self.links: list[tuple[int, _Conditions, int]] = []

    def part(self, node: Node) -> _Part:
        match node:
            case Text():
                made = self._joined(self._letters(node))
            case Chars(ranges=ranges):
                made = self._one(ranges, "")
            case Edge(place=place):
                made = _Part((frozenset({place}),), (), ())
            case Value(dot=dot) | Placeholder(dot=dot):
                made = self._looped(self._one(dot, ""))
            case Capture(item=item):
                made = self.part(item)
            case Sequence(items=items):
                made = self._joined(self.part(item) for item in items)
            case Choice(items=items):
                made = _either([self.part(item) for item in items])
            case Repeat():
                made = self._repeated(node)
            case _:
                assert_never(node)
        return made

    def _letters(self, node: Text) -> Iterator[_Part]:
        for run, repeated in runs(node):
            ranges = typed_as(run[0], fold=node.fold, loose=node.loose)
            if repeated:
                yield self._looped(self._one(ranges, " "))
            elif run == LONG:
                two = self._joined([self._one(ranges, "-"), self._one(ranges, "-")])
                yield _either([two, self._one(of(LONG_DASHES), "")])
            else:
                yield self._one(ranges, run)

    def _one(self, ranges: Ranges, written: str) -> _Part:
        if len(self.positions) >= LIMIT:
            raise TooLargeError
        self.positions.append(Position(ranges, written))
        here = ((_NONE, len(self.positions) - 1),)
        return _Part((), here, here)

    def _repeated(self, node: Repeat) -> _Part:
        low, high, item = node.low, node.high, node.item
        if high is None:
            copies = [self.part(item) for _ in range(max(low, 1))]
            copies[-1] = self._looped(copies[-1])
            if low == 0:
                copies[-1] = copies[-1]._replace(empty=_FREE)
            return self._joined(copies)
        needed = self._joined(self.part(item) for _ in range(low))
        return self._joined([needed, self._optional(item, high - low)])

    def _optional(self, item: Node, times: int) -> _Part:
        """Up to `times` of it, each only after the one before."""
        last: list[_Entrance] = []
        first: tuple[_Entrance, ...] = ()
        before: _Part | None = None
        for _ in range(times):
            copy = self.part(item)
            if before is None:
                first = copy.first
            else:
                self._link(before, copy)
            last += copy.last
            before = copy
        return _Part(_FREE, first, tuple(last))

    def _looped(self, part: _Part) -> _Part:
        self._link(part, part)
        return part

    def _joined(self, parts: Iterable[_Part]) -> _Part:
        whole = _NOTHING
        for part in parts:
            self._link(whole, part)
            first = (*whole.first, *_both(whole.empty, part.first)) if whole.empty else whole.first
            last = (*part.last, *_both(part.empty, whole.last)) if part.empty else part.last
            empty = tuple({a | b for a in whole.empty for b in part.empty})
            whole = _Part(empty, first, last)
        return whole

    def _link(self, left: _Part, right: _Part) -> None:
        self.links += (
            (p, before | after, q) for before, p in left.last for after, q in right.first
        )
        if len(self.links) > LIMIT * 20:
            raise TooLargeError


def _both(conditions: Iterable[_Conditions], entrances: Iterable[_Entrance]) -> Iterator[_Entrance]:
    return ((one | other, p) for one in conditions for other, p in entrances)


def _either(parts: list[_Part]) -> _Part:
    return _Part(
        tuple({empty for part in parts for empty in part.empty}),
        tuple(first for part in parts for first in part.first),
        tuple(last for part in parts for last in part.last),
    )


def _decided(builder: Builder, whole: _Part) -> Automaton:
    """The automaton with conditions decided: each looks at the two characters beside a place.

    Where one asks for more than start and end of the text, positions are split by what it asks.
    """
    entrances = (*whole.first, *whole.last)
    asked = {place for conditions, _ in entrances for place in conditions}
    asked.update(place for _, conditions, _ in builder.links for place in conditions)
    split = _split(builder.positions) if asked - _WHOLE_TEXT else _unsplit(builder.positions)
    first = {q for conditions, p in whole.first for q in split[p] if _holds(conditions, None, q)}
    last = {p for conditions, q in whole.last for p in split[q] if _holds(conditions, p, None)}
    follow: dict[int, dict[int, None]] = {}
    for before, conditions, after in builder.links:
        for p in split[before]:
            for q in split[after]:
                if not conditions or _holds(conditions, p, q):
                    follow.setdefault(p.number, {})[q.number] = None
    pieces = [piece for position in split for piece in position]
    return Automaton(
        positions=tuple(Position(piece.ranges, piece.written) for piece in pieces),
        first=tuple(sorted(piece.number for piece in first)),
        last=frozenset(piece.number for piece in last),
        follow=tuple(tuple(follow.get(piece.number, ())) for piece in pieces),
    )


class _Piece(NamedTuple):
    """A position, or as much of one as is alike for all conditions."""

    number: int
    ranges: Ranges
    written: str
    is_word: bool = False
    is_newline: bool = False


def _unsplit(positions: Iterable[Position]) -> list[tuple[_Piece, ...]]:
    return [(_Piece(number, *position),) for number, position in enumerate(positions)]


def _split(positions: Iterable[Position]) -> list[tuple[_Piece, ...]]:
    word, newline = category("w"), of("\n")
    other = complement(normalised([*word, *newline]))
    kinds = ((word, True, False), (newline, False, True), (other, False, False))
    split: list[tuple[_Piece, ...]] = []
    number = 0
    for position in positions:
        pieces: list[_Piece] = []
        for members, is_word, is_newline in kinds:
            common = _common(position.ranges, members)
            if common:
                pieces.append(_Piece(number, common, position.written, is_word, is_newline))
                number += 1
        split.append(tuple(pieces))
    return split


def _common(one: Ranges, other: Ranges) -> Ranges:
    outside = normalised([*complement(one), *complement(other)])
    return complement(outside)


def _holds(conditions: _Conditions, before: _Piece | None, after: _Piece | None) -> bool:
    return all(_is_there(place, before, after) for place in conditions)


def _is_there(place: Place, before: _Piece | None, after: _Piece | None) -> bool:
    match place:
        case Place.START:
            there = before is None
        case Place.END:
            there = after is None
        case Place.LINE_START:
            there = before is None or before.is_newline
        case Place.LINE_END:
            there = after is None or after.is_newline
        case Place.BOUNDARY | Place.NOT_BOUNDARY:
            words = [piece is not None and piece.is_word for piece in (before, after)]
            there = (words[0] != words[1]) is (place is Place.BOUNDARY)
        case _:
            assert_never(place)
    return there
