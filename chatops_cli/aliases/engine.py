"""RE2: the one engine that messages are matched with. Time is linear in the message, always."""

from typing import Protocol

from chatops_cli.aliases.format_error import FormatError
from chatops_cli.aliases.syntax import expanded

MEMORY = 16 << 20
"""Bytes that one program may take, its state cache included. RE2 starts small and grows on need."""


class Match(Protocol):
    """Where a program matched; offsets are in bytes of UTF-8, (-1, -1) for a group that did not."""

    def span(self, group: int = 0) -> tuple[int, int]: ...


class Engine(Protocol):
    """A compiled program."""

    def search(self, text: bytes, pos: int = 0) -> Match | None: ...


def compiled(pattern: str, *, captures: bool = True) -> Engine:
    """The program for `pattern`, in the notation of `syntax`.

    Args:
        pattern: What to compile.
        captures: Whether groups are asked for; without, a long text takes a small part of the time.

    Raises:
        FormatError: RE2 refuses it: too large, or it counts beyond 1,000.
    """
    import re2

    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    options.never_capture = not captures
    try:
        engine: Engine = re2.compile(expanded(pattern), options)
    except re2.error as error:
        raise FormatError(
            f"the format cannot be bounded: {_reason(error)}",
            hint="make it smaller: shorter alternatives, lower counts",
        ) from error
    return engine


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else error
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
