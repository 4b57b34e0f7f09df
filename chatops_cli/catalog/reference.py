"""What a file names outside of itself; whether it is there is asked when all is read."""

from enum import StrEnum

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place


class ReferenceKind(StrEnum):
    """What is named."""

    ACTION = "action"
    RUNNER = "runner"
    ENTRY_POINT = "entry-point"


@frozen
class Reference:
    """A name, and where it is written."""

    kind: ReferenceKind
    name: str
    place: Place
