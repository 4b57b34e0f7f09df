"""The three standard streams, of which a caller may have closed any."""

import os
import sys


def fill_closed() -> None:
    """What was closed at the start is open, on the null device.

    A number left free would go to the next file that is opened: what is printed would end up in
    the audit log. Standard input stays absent in `sys.stdin`: a reader can say that it is closed.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is not None:
            continue
        fd = os.open(os.devnull, os.O_RDWR)
        if fd != number:
            os.dup2(fd, number)
            os.close(fd)
        if number:
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))


def give_up(number: int) -> None:
    """What is still to be written there goes nowhere: Python would try again while it exits."""
    fd = os.open(os.devnull, os.O_WRONLY)
    os.dup2(fd, number)
    os.close(fd)
