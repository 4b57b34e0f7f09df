"""Work that nobody waits for now, and that must be over before the program ends."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


class Errands:
    """Tasks that run beside all else. Each ends by itself: what it does has a time limit."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, work: Coroutine[object, object, None]) -> None:
        """The work is begun, in the running event loop."""
        import asyncio

        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    async def settle(self) -> None:
        """Waits until all is over, also what is begun meanwhile.

        Cancelled, it cancels the work, and still waits: what an action started has to be ended,
        and its end has to be recorded.
        """
        import asyncio

        while self._tasks:
            try:
                done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                for task in self._tasks:
                    task.cancel()
                continue
            self._tasks -= done
            for task in done:
                if not task.cancelled():
                    task.result()

    def _forget(self, task: "asyncio.Task[None]") -> None:
        """What ended well is kept no longer; a bug is, for `settle` to raise it."""
        if task.cancelled() or task.exception() is None:
            self._tasks.discard(task)
