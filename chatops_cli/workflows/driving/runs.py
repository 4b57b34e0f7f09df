"""What runs of a workflow in this event loop: begun, cancelled, and heard of when it has ended."""

from collections import deque
from typing import TYPE_CHECKING

from chatops_cli.workflows.events import Run, RunAction

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Iterator

    from chatops_cli.runners.parts import PartEnd

ITEMS_AT_ONCE = 256
"""How many items are begun at a time: each costs memory, and most would wait for their turn."""


class Runs:
    """The runs of one workflow. To hear of one that has ended costs the same however many run.

    Args:
        run: Has the action of a run done.
    """

    def __init__(self, run: "Callable[[RunAction], Awaitable[PartEnd]]") -> None:
        import asyncio

        self._run = run
        self._tasks: dict[Run, asyncio.Task[PartEnd]] = {}
        self._queued: deque[RunAction] = deque()
        self._items = 0
        self._ended: deque[tuple[Run, asyncio.Task[PartEnd] | None]] = deque()
        self._news = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._tasks or self._queued or self._ended)

    def start(self, command: RunAction) -> None:
        """Its action runs; an item, when its turn comes."""
        if command.run.item is not None and self._items >= ITEMS_AT_ONCE:
            self._queued.append(command)
        else:
            self._begin(command)

    def resume(self, run: Run, work: "Awaitable[PartEnd]") -> None:
        """What waited goes on: `work` does."""
        self._items += run.item is not None
        self._watch(run, work)

    def poke(self) -> None:
        """There is news beside what has ended."""
        self._news.set()

    def cancel(self) -> None:
        """All that runs is told to end; what hasn't begun never does."""
        for command in self._queued:
            self._ended.append((command.run, None))
        self._queued.clear()
        if self._ended:
            self._news.set()
        for task in self._tasks.values():
            task.cancel()

    async def news(self) -> None:
        """Waits until something has ended."""
        await self._news.wait()

    def ended(self) -> "Iterator[tuple[Run, asyncio.Task[PartEnd] | None]]":
        """What has ended since this was asked; None for what never began."""
        self._news.clear()
        while self._ended:
            yield self._ended.popleft()

    async def stop(self) -> None:
        """All is cancelled and has ended; a cancellation from outside changes nothing about it."""
        import asyncio

        self.cancel()
        while self._tasks:
            self._news.clear()
            try:
                await self._news.wait()
            except asyncio.CancelledError:
                continue
        for _, task in self.ended():
            if task is not None and not task.cancelled():
                task.exception()  # asyncio wants it to be asked for

    def _begin(self, command: RunAction) -> None:
        self._items += command.run.item is not None
        self._watch(command.run, self._perform(command))

    def _watch(self, run: Run, work: "Awaitable[PartEnd]") -> None:
        import asyncio

        task = asyncio.ensure_future(work)
        self._tasks[run] = task
        task.add_done_callback(lambda done: self._has_ended(run, done))

    async def _perform(self, command: RunAction) -> "PartEnd":
        if command.delay > 0:
            import asyncio

            await asyncio.sleep(command.delay)
        return await self._run(command)

    def _has_ended(self, run: Run, task: "asyncio.Task[PartEnd]") -> None:
        del self._tasks[run]
        self._ended.append((run, task))
        self._news.set()
        if run.item is not None:
            self._items -= 1
            if self._queued:
                self._begin(self._queued.popleft())
