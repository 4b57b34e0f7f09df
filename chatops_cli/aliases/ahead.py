"""What may come next in a message that is still being typed, over all formats."""

from typing import NamedTuple

from chatops_cli.aliases.beginnings import beginning_of
from chatops_cli.aliases.characters import folded
from chatops_cli.aliases.following import Continuation, Follower, spans
from chatops_cli.aliases.format_error import FormatError
from chatops_cli.aliases.preparation import read
from chatops_cli.aliases.table import AliasTable, Entry

LONGEST = 400
"""Characters of a message that are followed; nothing is offered for a longer one."""
KEPT = 1_000
"""So many formats stay ready to be followed."""


class Next(NamedTuple):
    """What a format goes on with: see `following.Continuation`. `values` are those typed so far.

    `taken` are the characters that are values, and not the format's own: less is nearer.
    """

    entry: Entry
    literal: str
    name: str | None
    start: int
    values: tuple[tuple[str, str], ...]
    taken: int


class Ahead:
    """Looks ahead in the formats of one table."""

    def __init__(self, table: AliasTable) -> None:
        self._table = table
        self._followers: dict[int, Follower | None] = {}
        self._beginnings = [
            folded(beginning_of(entry.representation.text)) for entry in table.entries
        ]

    def nexts(self, text: str) -> tuple[Next, ...]:
        """What formats that begin as `text` does go on with, those nearest to it first.

        White space at its start doesn't count, but for `Next.start`.
        """
        stripped = text.lstrip()
        if len(stripped) > LONGEST:
            return ()
        lead = len(text) - len(stripped)
        typed = folded(" ".join(stripped.split()) + (" " if stripped[-1:].isspace() else ""))
        found: list[Next] = []
        for number, entry in enumerate(self._table.entries):
            beginning = self._beginnings[number]
            if not (beginning.startswith(typed) or typed.startswith(beginning)):
                continue
            found += self._of(number, entry, stripped, lead)
        return tuple(sorted(found, key=lambda each: each.taken))

    def _of(self, number: int, entry: Entry, text: str, lead: int) -> list[Next]:
        if not text and (beginning := beginning_of(entry.representation.text)):
            # Of all formats: few of them need be made ready for that.
            return [Next(entry, beginning, None, lead, (), 0)]
        follower = self._follower(number)
        if follower is None:
            return []
        found = [_next(entry, each, text, lead) for each in follower.follow(text)]
        # A value might run over all that follows it: that is meant only where nothing else can be.
        least = min((each.taken for each in found), default=0)
        return [each for each in found if each.taken == least]

    def _follower(self, number: int) -> Follower | None:
        if number not in self._followers:
            if len(self._followers) >= KEPT:
                del self._followers[next(iter(self._followers))]
            self._followers[number] = self._made(number)
        return self._followers[number]

    def _made(self, number: int) -> Follower | None:
        """None where the format is broken, or too large."""
        if number in self._table.broken:
            return None
        text = self._table.entries[number].representation.text
        try:
            return Follower(read(text, strict=self._table.strict).tree)
        except (FormatError, ValueError):
            return None


def _next(entry: Entry, found: Continuation, text: str, lead: int) -> Next:
    return Next(
        entry=entry,
        literal=found.literal,
        name=found.name,
        start=lead + found.start,
        values=tuple(spans(found.values, text)),
        taken=sum(span.end - span.start for span in found.values)
        + (len(text) - found.start if found.name is not None else 0),
    )
