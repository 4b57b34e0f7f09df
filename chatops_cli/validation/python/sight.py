"""Something in Python code that rules are about."""

from enum import StrEnum

from chatops_cli.model.frozen import frozen


class Kind(StrEnum):
    """What it is."""

    SYNTAX = "syntax"
    LINE = "line"
    """A shell line that is made of values."""
    CODE = "code"
    """Code that is made of values."""
    LOAD = "load"
    """Data from which code runs as it is read."""
    TLS = "tls"
    """A connection whose certificate nobody looks at."""
    PLAIN = "plain"
    """A password that goes over plain http."""


@frozen
class Sight:
    """One of them; `name` is what is called there, `text` says more."""

    kind: Kind
    line: int
    column: int
    name: str = ""
    text: str = ""
