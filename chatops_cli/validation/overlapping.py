"""Overlaps of formats, sorted: of formats that have many, by name=value, single ones."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chatops_cli.aliases.beginning import beginning
from chatops_cli.aliases.overlap import Overlap, Undecided, overlaps, tail_overlaps
from chatops_cli.aliases.preparation import read
from chatops_cli.model.frozen import frozen

if TYPE_CHECKING:
    from chatops_cli.aliases.table import AliasTable
    from chatops_cli.validation.content import Content

MANY = 4
"""A format that overlaps with so many others is told of once."""


@frozen
class Overlaps:
    """What was found; `many` has the pairs of each format that overlaps with many.

    Those formats are asked about, or they are open: then they may be of any pack.
    """

    table: "AliasTable"
    undecided: tuple[Undecided, ...]
    many: Mapping[int, tuple[Overlap, ...]]
    single: tuple[Overlap, ...]
    by_pairs: tuple[Overlap, ...]

    def is_open(self, number: int) -> bool:
        """Whether a format may begin with anything."""
        return _is_open(self.table, number)


def found_in(content: "Content") -> Overlaps:
    """The overlaps of the formats that are asked about with all that are loaded."""
    table = content.table
    asked = {one.number for one in content.written}
    verdicts = tuple(overlaps(table, asked))
    found = [v for v in verdicts if isinstance(v, Overlap) and _is_ambiguous(table, v)]
    partners = Counter(number for pair in found for number in pair[:2])
    many: dict[int, tuple[Overlap, ...]] = {}
    told: set[Overlap] = set()
    several = [number for number, count in partners.most_common() if count >= MANY]
    opened = [number for number in several if _is_open(table, number)]
    for number in (*opened, *(each for each in several if each in asked and each not in opened)):
        pairs = tuple(pair for pair in found if number in pair[:2] and pair not in told)
        if len(pairs) >= MANY:
            told.update(pairs)
            many[number] = pairs
    plain = {pair[:2] for pair in verdicts if isinstance(pair, Overlap)}
    by_pairs = (pair for pair in tail_overlaps(table, asked) if pair[:2] not in plain)
    return Overlaps(
        table=table,
        undecided=tuple(v for v in verdicts if isinstance(v, Undecided)),
        many=many,
        single=tuple(pair for pair in found if pair not in told),
        by_pairs=tuple(dict.fromkeys(pair for pair in by_pairs if _is_ambiguous(table, pair))),
    )


def _is_open(table: "AliasTable", number: int) -> bool:
    form = read(table.entries[number].representation.text, strict=table.strict)
    return not beginning(form.tree)


def _is_ambiguous(table: "AliasTable", pair: Overlap) -> bool:
    """Whether the room asks back: two aliases, and none of them waits for the other."""
    first, second = (table.entries[number] for number in pair[:2])
    return (
        first.owner != second.owner and first.format.match_multiple == second.format.match_multiple
    )
