"""A bug that reached the top: where it happened goes to a file, one line to the person."""

import secrets
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

from chatops_cli import __version__
from chatops_cli.cli.output import print_error
from chatops_cli.errors import ExitCode


def report(error: BaseException) -> ExitCode:
    """The traceback is kept in a file that only its owner reads, and the person knows where."""
    path = keep(error)
    hint = f"its traceback is in {path}; please report it with that file"
    if not path:
        hint = "its traceback could not be written; please report what you did"
    print_error(f"this is a bug in chatops: {type(error).__name__}", hint=hint)
    return ExitCode.INTERNAL


def keep(error: BaseException) -> str:
    """The file that the traceback is in now, empty where it can't be written.

    The texts of the errors are left out: nobody knows here whether one repeats a secret.
    """
    path = Path(tempfile.gettempdir()) / f"chatops-incident-{secrets.token_hex(4)}.log"
    text = "\n".join([f"chatops {__version__}", *chain_of(error)])
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    except OSError:
        return ""
    return str(path)


def chain_of(error: BaseException | None) -> Iterator[str]:
    """The error and those that led to it: the lines of code, and the kind of each."""
    while error is not None:
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
        yield type(error).__name__
        error = error.__cause__ or error.__context__
