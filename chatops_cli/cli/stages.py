"""What a long check is at, in one line of a terminal that goes away again."""

import os
from time import monotonic
from types import TracebackType
from typing import Self, TextIO

from chatops_cli.cli.output import write
from chatops_cli.cli.progress import PATIENCE


class Stages:
    """Called with the name of each part when it begins; what is no terminal gets nothing."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_shown = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._begin = monotonic()
        self._is_drawn = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_drawn:
            write(self._stream, "\r\x1b[2K")

    def __call__(self, name: str) -> None:
        """Shows what is begun, once there was something to wait for."""
        if self._is_shown and monotonic() - self._begin > PATIENCE:
            self._is_drawn = True
            write(self._stream, f"\r\x1b[2Kchecking: {name}")
