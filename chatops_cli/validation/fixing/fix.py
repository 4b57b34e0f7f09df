"""A fix: edits of one file that mend one finding, and nothing else."""

from collections.abc import Iterable

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json

Scalar = tuple[str, str]
"""A value as YAML reads it: its tag and its text."""


@frozen
class Edit:
    """The characters from `start` up to `end` become `text`.

    Of the file's events those from `first` up to `last` go with it, and the scalars that `means`
    lists stand there then; comments and white space are none. `line` to `end_column` are the same
    span as places, counted from 1.
    """

    start: int
    end: int
    text: str
    line: int
    column: int
    end_line: int
    end_column: int
    first: int = 0
    last: int = 0
    means: tuple[Scalar, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """The edit with stable keys."""
        return {
            "line": self.line,
            "column": self.column,
            "end_line": self.end_line,
            "end_column": self.end_column,
            "text": self.text,
        }


@frozen
class Fix:
    """Edits that belong together, in the order of the file, and what they do in words."""

    description: str
    edits: tuple[Edit, ...]

    def to_json(self) -> dict[str, Json]:
        """The fix with stable keys."""
        return {
            "description": self.description,
            "edits": [edit.to_json() for edit in self.edits],
        }


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text after edits that don't overlap."""
    parts, at = [], 0
    for edit in sorted(edits, key=lambda each: each.start):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def overlap(one: Fix, other: Fix) -> bool:
    """Whether both change the same characters, or write at the same place."""
    return any(
        (a.start < b.end and b.start < a.end) or a.start == b.start
        for a in one.edits
        for b in other.edits
    )
