"""Messages on standard input, one a line, as they arrive."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from chatops_cli.errors import ChatOpsError

if TYPE_CHECKING:
    from chatops_cli.aliases.outcome import Refused


class Typed(NamedTuple):
    """A message; `refused` says why a line is none, and then `text` is what can be shown of it."""

    text: str
    refused: "Refused | None" = None


def typed_lines() -> Iterator[Typed]:
    """Each line as soon as it is whole. Of a line that is too long, only its beginning is kept.

    Raises:
        ChatOpsError: There is no standard input.
    """
    from chatops_cli.aliases.table import MESSAGE_LIMIT

    source: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    if source is None:
        raise ChatOpsError("standard input is closed", hint="pipe messages in, one a line")
    while line := source.readline(MESSAGE_LIMIT + 2):
        length, end = len(line), line
        while not end.endswith(b"\n") and (end := source.readline(MESSAGE_LIMIT)):
            length += len(end)
        yield typed(line, length - end.endswith(b"\n"))


def typed(line: bytes, length: int) -> Typed:
    """The message of a line, of which `line` is the whole or more than a message may have.

    Args:
        line: What was read of it.
        length: Bytes of the whole, without its newline.
    """
    from chatops_cli.aliases.outcome import Refused
    from chatops_cli.aliases.table import MESSAGE_LIMIT

    message = line.removesuffix(b"\n").removesuffix(b"\r")
    if len(message) > MESSAGE_LIMIT:
        reason = f"the message has {length:,} bytes, at most {MESSAGE_LIMIT:,} are read"
        return Typed(message[:MESSAGE_LIMIT].decode(errors="replace"), Refused(reason=reason))
    try:
        return Typed(message.decode())
    except UnicodeDecodeError as error:
        reason = f"the message is not UTF-8 text: byte {error.start + 1} of the line"
        return Typed(message.decode(errors="replace"), Refused(reason=reason))
