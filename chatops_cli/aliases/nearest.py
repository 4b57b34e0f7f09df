"""The aliases that come nearest to a message that none matches."""

from chatops_cli.aliases.departure import departure
from chatops_cli.aliases.preparation import read
from chatops_cli.aliases.table import AliasTable, Entry, refusal
from chatops_cli.model.alias import Alias
from chatops_cli.model.frozen import frozen

ENOUGH = 45.0
"""Per cent; what is less near is not worth showing."""


@frozen
class Near:
    """A format that may have been meant.

    `score` is in per cent. From the character `offset` of the message on it differs; there the
    format has `expected`. The message may be shorter: then `offset` is its length.
    """

    alias: Alias
    display: str
    score: float
    offset: int
    expected: str


def nearest(text: str, table: AliasTable, *, limit: int = 3) -> tuple[Near, ...]:
    """At most `limit` formats, one of each alias, the nearest first."""
    if refusal(text) is not None:
        return ()
    scores = table.words.scores(text)
    best: dict[int, Near] = {}
    for number in sorted(scores, key=lambda number: (-scores[number], number)):
        entry = table.entries[number]
        if scores[number] < ENOUGH or len(best) == limit:
            break
        if entry.owner not in best and number not in table.broken:
            best[entry.owner] = _near(text, table, entry, scores[number])
    return tuple(best.values())


def _near(text: str, table: AliasTable, entry: Entry, score: float) -> Near:
    subject, _ = table.seen_by(text, entry.alias)
    form = read(entry.representation.text, strict=table.strict)
    offset, expected = departure(subject, form.tree)
    return Near(
        alias=entry.alias,
        display=entry.format.display or entry.representation.text,
        score=round(score, 1),
        offset=offset,
        expected=expected,
    )
