"""Something wrong in a pack: what, where, and what to do about it."""

from enum import StrEnum

from chatops_cli.model.frozen import frozen


class Severity(StrEnum):
    """How bad a problem is: an error breaks the thing it names, a warning surprises."""

    ERROR = "error"
    WARNING = "warning"


@frozen
class Place:
    """A place in a file. Lines and columns count from 1; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __lt__(self, other: "Place") -> bool:
        return (self.file, self.line, self.column) < (other.file, other.line, other.column)


@frozen
class Problem:
    """One finding. `rule` is its stable name in words with dashes, such as ``repeated-key``.

    `replacement` is what has to stand in place of the word or comment at `place`, where that is
    certain; empty where nothing has to.
    """

    place: Place
    rule: str
    message: str
    hint: str | None = None
    severity: Severity = Severity.ERROR
    replacement: str | None = None

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.place}: {self.severity}[{self.rule}] {self.message}{hint}"
