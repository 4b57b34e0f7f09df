"""How the setup of several packs goes on: lines on stderr, on a terminal one that changes."""

import re
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from chatops_cli.catalog.virtualenvs.setup import Stage
from chatops_cli.cli.output import has_color, print_note, width
from chatops_cli.rendering.cleaning import clean

if TYPE_CHECKING:
    import asyncio

    from rich.live import Live
    from rich.table import Table

STEP = 0.12
"""Seconds between two drawings on a terminal."""

_TOLD = re.compile(r"(Collecting|Processing|Downloading|Building|Installing|Resolved|Prepared)\b.*")


def open_progress(stream: TextIO, *, total: int) -> "Lines | Display":
    """What fits the stream: a display that changes where it is a terminal, otherwise lines."""
    if stream.isatty() and has_color(stream):
        return Display(stream, total=total)
    return Lines(total=total)


class Lines:
    """A line for each pack that begins to be built, and for each whose build has ended."""

    def __init__(self, *, total: int) -> None:
        self._total = total
        self._ended = 0
        self._running: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def tell(self, ref: str, stage: Stage, text: str) -> None:
        """What happens to a pack."""
        match stage:
            case Stage.WAITING:
                print_note(f"{ref}: waiting for another setup of it")
            case Stage.BUILDING:
                self._running.add(ref)
                print_note(f"{ref}: building; the virtual environment {text}")
            case Stage.LINE:
                pass
            case Stage.ENDED:
                self._ended += 1
                if ref in self._running:
                    print_note(f"{ref}: {text} ({self._ended} of {self._total})")


class Display:
    """A line for each pack that is being built, and how many have ended; gone at the end.

    It is drawn in the event loop: rich's own thread would draw what is being changed.
    """

    def __init__(self, stream: TextIO, *, total: int) -> None:
        self._stream = stream
        self._total = total
        self._ended = 0
        self._running: dict[str, tuple[float, str]] = {}
        self._live: Live | None = None
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        import asyncio

        from rich.console import Console
        from rich.live import Live

        console = Console(file=self._stream, highlight=False, width=width(self._stream))
        self._live = Live(
            console=console,
            get_renderable=self._draw,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()
        self._task = asyncio.create_task(self._tick())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        assert self._live is not None
        self._live.stop()

    def tell(self, ref: str, stage: Stage, text: str) -> None:
        """What happens to a pack."""
        begun, said = self._running.get(ref, (time.perf_counter(), ""))
        match stage:
            case Stage.WAITING:
                self._running[ref] = (begun, "waiting for another setup of it")
            case Stage.BUILDING:
                self._running[ref] = (begun, "")
            case Stage.LINE:
                told = _TOLD.match(text.strip())
                self._running[ref] = (begun, told[0] if told else said)
            case Stage.ENDED:
                self._ended += 1
                self._running.pop(ref, None)

    def draw(self) -> None:
        """What is shown is what has been told."""
        assert self._live is not None
        self._live.refresh()

    async def _tick(self) -> None:
        import asyncio

        while True:
            self.draw()
            await asyncio.sleep(STEP)

    def _draw(self) -> "Table":
        from rich.spinner import Spinner
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 1), expand=True)
        for _ in range(3):
            table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        now = time.perf_counter()
        for ref, (begun, said) in self._running.items():
            seconds = f"{now - begun:.0f} s"
            table.add_row(Spinner("line"), Text(ref), Text(seconds), Text(clean(said), style="dim"))
        table.add_row("", Text(f"{self._ended} of {self._total}"))
        return table
