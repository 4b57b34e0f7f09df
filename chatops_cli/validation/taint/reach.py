"""Where a typed value gets to, and on which way."""

from enum import StrEnum
from typing import NamedTuple

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place


class Goal(StrEnum):
    """What a value gets into."""

    LINE = "shell line"
    ADDRESS = "URL"
    SCRIPT = "eval"
    """A line that a script gives to a shell."""
    ORDER = "order"
    """What a known action runs anything by, such as the arguments of an Ansible module."""


class Step(NamedTuple):
    """One place on the way: what is there, and where that is written."""

    text: str
    place: Place | None = None

    def __str__(self) -> str:
        return f"{self.text} ({self.place})" if self.place else self.text


@frozen
class Reach:
    """One way to a goal.

    `action` is the one that is run with it. `is_whole`: the value is all of it. `quote` is an open
    quote in which the value, though quoted for a shell, is not: empty where it isn't quoted at all.
    `is_sure` is off where something on the way may take out what does harm.
    """

    goal: Goal
    action: str
    steps: tuple[Step, ...] = ()
    is_whole: bool = True
    is_sure: bool = True
    quote: str = ""
    as_root: bool = False
