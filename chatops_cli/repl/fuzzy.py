"""Which of some texts a few typed letters may mean."""

from collections.abc import Callable, Iterable
from typing import TypeVar

_T = TypeVar("_T")


def ranked(typed: str, things: Iterable[_T], text_of: Callable[[_T], str]) -> list[_T]:
    """The things whose text has the typed letters in their order, the nearest first.

    What begins so comes first, then what has all of it in one piece, then the rest.
    """
    found = [(score, thing) for thing in things if (score := distance(typed, text_of(thing)))]
    return [thing for _, thing in sorted(found, key=lambda each: each[0])]


def distance(typed: str, text: str) -> tuple[int, int] | None:
    """How far a text is from the typed letters; None where it lacks one. Case doesn't count."""
    wanted, whole = typed.casefold(), text.casefold()
    if not wanted:
        return 0, 0
    if whole.startswith(wanted):
        return 0, len(whole) - len(wanted)
    at = whole.find(wanted)
    if at >= 0:
        return 1, at
    at, first = -1, None
    for letter in wanted:
        at = whole.find(letter, at + 1)
        if at < 0:
            return None
        first = at if first is None else first
    return 2, at - (first or 0)
