"""What waits for people: how `chatops approval list` and `chatops inquiry list` show it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from chatops_cli.cli.output import print_json, print_note, print_table

if TYPE_CHECKING:
    from datetime import datetime

    from chatops_cli.model.json import Json


class Waits(Protocol):
    """What waits, up to a time."""

    def is_over(self, now: "datetime") -> bool:
        """Whether it has waited too long."""
        ...

    def as_json(self) -> "dict[str, Json]":
        """All of it, with stable keys."""
        ...


class Look(NamedTuple):
    """The heads of the table, and what is said where it is empty."""

    heads: tuple[str, ...]
    empty: str


_W = TypeVar("_W", bound=Waits)


def print_waiting(
    found: Sequence[_W], now: "datetime", look: Look, row: Callable[[_W], list[str]], *, json: bool
) -> bool:
    """What still waits is printed; whether some has waited too long, which is said."""
    waiting = [each for each in found if not each.is_over(now)]
    if json:
        for each in waiting:
            print_json(each.as_json())
    elif waiting:
        print_table(look.heads, map(row, waiting))
    else:
        print_note(look.empty)
    over = len(found) - len(waiting)
    if over:
        print_note(f"{over} have waited too long: ended")
    return bool(over)
