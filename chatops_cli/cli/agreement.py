"""Somebody at a terminal agrees to what was shown, or nothing is done."""

import sys

from chatops_cli.cli.questions import AtTerminal, confirm
from chatops_cli.errors import ChatOpsError, InstallError


def agree(question: str, *, yes: bool) -> None:
    """Returns where the answer is yes, or was given beforehand.

    Raises:
        ChatOpsError: Nobody is there to be asked.
        InstallError: The answer is no, or none.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ChatOpsError(
            "nobody is here to be asked; nothing was changed", hint="--yes does it without asking"
        )
    try:
        is_agreed = confirm(AtTerminal(), question, default=False)
    except EOFError:
        is_agreed = False
    if not is_agreed:
        raise InstallError("nothing was changed")
