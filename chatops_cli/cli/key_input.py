"""A value that is typed or piped in, not given on the command line."""

import sys
from typing import BinaryIO

from chatops_cli.cli.output import print_note
from chatops_cli.errors import ChatOpsError


def read_value(*, hidden: bool) -> str:
    """All of standard input, without the newline at its end; at a terminal what is typed.

    Args:
        hidden: Whether a terminal shows nothing of it, and only one line is read.

    Raises:
        ChatOpsError: There is no input, or it isn't text, or it is longer than any value.
    """
    from chatops_cli.records.datastore import VALUE_LIMIT

    source: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    if source is None:
        raise ChatOpsError("standard input is closed", hint="pipe the value in")
    if sys.stdin.isatty():
        if hidden:
            from getpass import getpass

            return getpass("value: ")
        print_note("type the value, and Ctrl-D on a line of its own")
    data = source.read(VALUE_LIMIT + 2)
    if len(data) > VALUE_LIMIT + 1:
        raise ChatOpsError(f"standard input is longer than {VALUE_LIMIT:,} bytes, the most kept")
    try:
        return data.decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError as error:
        raise ChatOpsError(
            "standard input is not UTF-8 text", hint="encode it, such as with base64"
        ) from error
