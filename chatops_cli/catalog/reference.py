"""What a file names outside of itself; whether it is there is asked when all is read."""

from dataclasses import dataclass
from enum import StrEnum

from chatops_cli.model.problem import Place


class ReferenceKind(StrEnum):
    """What is named."""

    ACTION = "action"
    RUNNER = "runner"
    ENTRY_POINT = "entry-point"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A name, and where it is written."""

    kind: ReferenceKind
    name: str
    place: Place
