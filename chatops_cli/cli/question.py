"""A question that somebody at a terminal answers with yes, or nothing is done."""

import sys

from chatops_cli.cli.output import write
from chatops_cli.errors import ChatOpsError, InstallError


def confirm(question: str, *, yes: bool) -> None:
    """Returns where the answer is yes, or was given beforehand.

    Raises:
        ChatOpsError: Nobody is there to be asked.
        InstallError: The answer is another one.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ChatOpsError(
            "nobody is here to be asked; nothing was changed", hint="--yes does it without asking"
        )
    write(sys.stderr, f"{question} [y/N] ")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise InstallError("nothing was changed")
