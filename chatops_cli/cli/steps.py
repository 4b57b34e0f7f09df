"""A line on a terminal that says which step of something long is being done."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from chatops_cli.cli.output import width, write
from chatops_cli.rendering.cleaning import clean

_PAUSE = 0.1
"""Seconds between two lines: what is written more often, nobody reads."""


class Steps:
    """Shows one line at a time, and takes it away; where there is no terminal, nothing."""

    def __init__(self, *, is_shown: bool) -> None:
        self._is_shown = is_shown and sys.stderr.isatty()
        self._is_there = False
        self._last = 0.0

    def __call__(self, text: str) -> None:
        """A step has begun, or come further."""
        now = time.monotonic()
        if not self._is_shown or (self._is_there and now - self._last < _PAUSE):
            return
        line = clean(text)[: width(sys.stderr) - 1]
        write(sys.stderr, f"\r\x1b[K{line}")
        self._is_there, self._last = True, now

    def clear(self) -> None:
        """The line is gone."""
        if self._is_there:
            write(sys.stderr, "\r\x1b[K")
            self._is_there = False


@contextmanager
def cleaning_up() -> Iterator[None]:
    """SIGTERM and the end of the terminal break off as Ctrl-C does, so that nothing is left."""
    before = {
        number: signal.signal(number, _interrupt)
        for number in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
