"""A bug that reached the top: its traceback goes to a file, one line to the person."""

import secrets
import tempfile
import traceback
from pathlib import Path

from chatops_cli import __version__
from chatops_cli.cli.output import print_error
from chatops_cli.errors import ExitCode


def report(error: BaseException) -> ExitCode:
    """The traceback is kept in a file that only its owner reads, and the person knows where."""
    name = f"chatops-incident-{secrets.token_hex(4)}.log"
    path = Path(tempfile.gettempdir()) / name
    text = f"chatops {__version__}\n{''.join(traceback.format_exception(error))}"
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(text)
    except OSError:
        where = "its traceback could not be written"
    else:
        where = f"its traceback is in {path}"
    print_error(
        f"this is a bug in chatops: {type(error).__name__}",
        hint=f"{where}; please report it with that file",
    )
    return ExitCode.INTERNAL
