"""What is running and for how long, while it runs: drawn anew on a terminal, sparing elsewhere."""

import os
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from chatops_cli.cli.output import has_color, has_unicode, width, write
from chatops_cli.model.chat import Reply, ReplyKind

if TYPE_CHECKING:
    import asyncio

    from chatops_cli.model.progress import Progress as Told
    from chatops_cli.rendering.progress import Sparing

PATIENCE = 0.8
"""Seconds before anything is shown: what is quick needs no line."""
STEP = 0.2
"""Seconds between two drawings."""


class Progress:
    """Shows on a terminal what runs, and takes it away; elsewhere nothing."""

    def __init__(self, stream: TextIO, *, is_shown: bool) -> None:
        self._stream = stream
        self._is_shown = is_shown and stream.isatty() and os.environ.get("TERM") != "dumb"
        self._lines = 0
        self._task: asyncio.Task[None] | None = None
        self._told: tuple[Told, float] | None = None
        self._sparing: Sparing | None = None

    def __enter__(self) -> Self:
        if self._is_shown:
            import asyncio

            self._task = asyncio.create_task(self._tick())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
        self.clear()

    def keeps(self, reply: Reply) -> bool:
        """Whether a reply needs no lines: its progress is drawn here, or is too little to tell."""
        if reply.progress is None:
            if reply.kind is ReplyKind.RESULT:
                self._told = None
            return False
        import asyncio

        now = asyncio.get_running_loop().time()
        if self._is_shown:
            self._told = (reply.progress, now)
            return True
        from chatops_cli.rendering.progress import Sparing

        self._sparing = self._sparing or Sparing()
        return not self._sparing.is_due(reply.progress, now)

    def clear(self) -> None:
        """What was drawn is gone; it comes again while something runs."""
        write(self._stream, self._removed())
        self._lines = 0

    def _removed(self) -> str:
        """What takes away what was drawn."""
        if not self._lines:
            return ""
        return "\r" + (f"\x1b[{self._lines - 1}A" if self._lines > 1 else "") + "\x1b[J"

    async def _tick(self) -> None:
        import asyncio

        loop = asyncio.get_running_loop()
        start = loop.time()
        await asyncio.sleep(PATIENCE)
        while True:
            lines = self._drawn(loop.time(), start)
            write(self._stream, self._removed() + "\n".join(lines))
            self._lines = len(lines)
            await asyncio.sleep(STEP)

    def _drawn(self, now: float, start: float) -> list[str]:
        if self._told is None:
            return [f"running, {now - start:.0f} s (Ctrl-C ends it)"]
        import shutil

        from chatops_cli.rendering.progress_block import LINES, Frame, block

        told, when = self._told
        rows = shutil.get_terminal_size().lines
        frame = Frame(
            width=width(self._stream) - 1,
            height=max(min(LINES, rows - 1), 2),
            color=has_color(self._stream),
            unicode=has_unicode(self._stream),
        )
        return block(told, frame, elapsed=now - start, since=now - when)
