"""How formats begin: the words that are typed as they stand, and what a text may go on with."""

import re
from collections.abc import Iterable, Iterator

from chatops_cli.model.alias import Alias

NOT_LITERAL = re.compile(r"[{<\[(|\\*+?.$…]")
"""Where a format stops to be words that are typed as they stand."""


def beginnings(aliases: Iterable[Alias]) -> Iterator[tuple[str, str]]:
    """How each format of each enabled alias begins, and what it does."""
    for alias in aliases:
        if alias.enabled:
            for form in alias.formats:
                yield beginning_of(form.display), alias.description


def beginning_of(display: str) -> str:
    """The whole words that a format begins with, before parameters, options and alternatives."""
    text = display.removeprefix("^").lstrip()
    special = NOT_LITERAL.search(text)
    if special is None:
        return text.rstrip()
    return text[: special.start()].rpartition(" ")[0].rstrip()


def continued(beginning: str, before: str, incomplete: str, *, by_word: bool) -> str | None:
    """What `incomplete` may become behind the words `before`; None where it doesn't fit."""
    typed = before + incomplete
    if beginning[: len(typed)].casefold() != typed.casefold() or len(beginning) <= len(before):
        return None
    # What is typed stays as it is: shells drop offers that begin otherwise, if only in case.
    rest = beginning[len(typed) :]
    return incomplete + (rest.partition(" ")[0] if by_word else rest)
