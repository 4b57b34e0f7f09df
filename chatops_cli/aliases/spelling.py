"""How the literal text of a format may be typed: which characters stand for which."""

import re
from collections.abc import Iterator
from functools import cache

from chatops_cli.aliases.characters import SPACE, TYPOGRAPHIC, Ranges, of, variants
from chatops_cli.aliases.tree import Text

LONG = "--"
"""The run that one long dash may stand for."""


def runs(node: Text) -> Iterator[tuple[str, bool]]:
    """The text in pieces: single characters, two hyphens, a run of white space (repeated)."""
    if not node.loose:
        yield from ((character, False) for character in node.text)
        return
    for run in re.findall(r"\s+|(?<!-)--(?!-)|\S", node.text):
        yield run, run[0].isspace()


@cache
def typed_as(character: str, *, fold: bool, loose: bool) -> Ranges:
    """All that may be typed for `character`; `fold` and `loose` as in `tree.Text`."""
    if loose and character.isspace():
        return SPACE
    if loose and character in TYPOGRAPHIC:
        return of(TYPOGRAPHIC[character])
    return of(variants(character) if fold else character)
