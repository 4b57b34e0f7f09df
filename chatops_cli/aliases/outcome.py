"""What the table answers for a message."""

from typing import NamedTuple, TypeAlias

from chatops_cli.aliases.matcher import Parameters
from chatops_cli.model.alias import Alias, Format, Representation
from chatops_cli.model.frozen import frozen


class Matched(NamedTuple):
    """One alias means it.

    `parameters` has one mapping for each execution: one, unless the format says
    ``match_multiple``. A value is None where an optional group without default was left out.
    One is made for each message, so it is a tuple, the cheapest to make.
    """

    alias: Alias
    format: Format
    representation: Representation
    parameters: tuple[Parameters, ...]


@frozen
class Ambiguous:
    """Several aliases mean it, so none is chosen; each candidate as if it were alone."""

    candidates: tuple[Matched, ...]


@frozen
class Unmatched:
    """No alias means it."""


@frozen
class Refused:
    """It was not looked at: why, in one line."""

    reason: str


Outcome: TypeAlias = Matched | Ambiguous | Unmatched | Refused
