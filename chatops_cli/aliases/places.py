"""Places between characters that a format can ask for."""

from enum import StrEnum


class Place(StrEnum):
    """A condition on the place between two characters; the names are Python's."""

    START = "\\A"
    END = "\\Z"
    LINE_START = "(?m:^)"
    LINE_END = "(?m:$)"
    BOUNDARY = "\\b"
    NOT_BOUNDARY = "\\B"
