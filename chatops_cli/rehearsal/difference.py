"""A reply that isn't as expected, line by line beside what was."""

import difflib
from collections.abc import Mapping, Sequence

from chatops_cli.rehearsal.alignment import Pair
from chatops_cli.rehearsal.layout import said_lines
from chatops_cli.rehearsal.script import Exchange
from chatops_cli.rehearsal.transcript import BOT, Said
from chatops_cli.rehearsal.wording import escaped, match


def difference(pair: Pair, exchange: Exchange, names: Mapping[str, str]) -> list[str]:
    """The lines of a pair that doesn't fit; lines that do are shown once."""
    before = said_lines(pair.wanted) if pair.wanted is not None else []
    after = said_lines(as_said(pair, exchange)) if pair.heard is not None else []
    # A line with wildcards counts as the one that it stands for.
    alike = {
        number: line
        for number, line in enumerate(after)
        if line in before or any(match(each, line, names) is not None for each in before)
    }
    shown: list[str] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(
        None,
        before,
        [_alike(line, before, names) if n in alike else line for n, line in enumerate(after)],
        autojunk=False,
    ).get_opcodes():
        if tag == "equal":
            shown += (f"  {line}" for line in before[i1:i2])
            continue
        shown += (f"- {line}" for line in before[i1:i2])
        shown += (f"+ {line}" for line in after[j1:j2])
    return shown


def _alike(line: str, others: Sequence[str], names: Mapping[str, str]) -> str:
    """The line of `others` that stands for this one, or itself."""
    if line in others:
        return line
    return next((each for each in others if match(each, line, names) is not None), line)


def as_said(pair: Pair, exchange: Exchange) -> Said:
    """What was heard, as a transcript says it, without wildcards."""
    assert pair.heard is not None
    is_elsewhere = pair.heard.spot != exchange.spot
    is_named = is_elsewhere or (pair.wanted is not None and pair.wanted.spot is not None)
    has_kind = pair.wanted is not None and pair.wanted.note
    return Said(
        at=0,
        last=0,
        speaker=BOT,
        text=escaped(pair.heard.text),
        note=pair.heard.kind if has_kind else "",
        spot=pair.heard.spot if is_named else None,
    )
