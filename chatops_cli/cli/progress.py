"""A line that says what is running and for how long, while it runs, on a terminal."""

from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from chatops_cli.cli.output import write

if TYPE_CHECKING:
    import asyncio


PATIENCE = 0.8
"""Seconds before anything is shown: what is quick needs no line."""
STEP = 0.2


class Progress:
    """Shows a line on a terminal while something runs, and takes it away; elsewhere nothing."""

    def __init__(self, stream: TextIO, *, is_shown: bool) -> None:
        self._stream = stream
        self._is_shown = is_shown and stream.isatty()
        self._is_there = False
        self._task: asyncio.Task[None] | None = None

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

    def clear(self) -> None:
        """The line is gone."""
        if self._is_there:
            write(self._stream, "\r\x1b[K")
            self._is_there = False

    async def _tick(self) -> None:
        import asyncio

        loop = asyncio.get_running_loop()
        start = loop.time()
        await asyncio.sleep(PATIENCE)
        while True:
            elapsed = loop.time() - start
            write(self._stream, f"\r\x1b[Krunning, {elapsed:.0f} s (Ctrl-C ends it)")
            self._is_there = True
            await asyncio.sleep(STEP)
