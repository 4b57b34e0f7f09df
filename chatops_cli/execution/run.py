"""One runner at work: a task that can be cancelled, and that is given up in the end."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine

    from chatops_cli.runners.contract import Outcome


class Run:
    """A running task that can be cancelled once and for all."""

    def __init__(self, work: "Coroutine[object, object, Outcome]", longest_end: float) -> None:
        import asyncio

        self._longest_end = longest_end
        self._loop = asyncio.get_running_loop()
        self._deadline: float | None = None
        self._changed: asyncio.Future[None] = self._loop.create_future()
        self.task = self._loop.create_task(work)
        self.task.add_done_callback(lambda _: self._wake())

    def cancel(self) -> None:
        """The task is told to end; from now on it has its last seconds."""
        self.task.cancel()
        if self._deadline is None:
            self._deadline = self._loop.time() + self._longest_end
            self._wake()

    async def ended(self) -> bool:
        """Waits for the task; False where it was cancelled and didn't end in time.

        A cancellation from outside is handed on to the task, and kept back here.
        """
        import asyncio

        # One future, which is cheaper than `asyncio.wait`: nearly all end without a deadline.
        try:
            await self._changed
        except asyncio.CancelledError:
            self.cancel()
        while not self.task.done():
            left = self._deadline - self._loop.time() if self._deadline is not None else None
            if left is not None and left <= 0:
                self.task.add_done_callback(_retrieve)
                return False
            try:
                await asyncio.wait([self.task], timeout=left)
            except asyncio.CancelledError:
                self.cancel()
        return True

    def _wake(self) -> None:
        """It has ended, or has a deadline from now on."""
        if not self._changed.done():
            self._changed.set_result(None)


def _retrieve(task: "asyncio.Task[Outcome]") -> None:
    """Whatever came of a task that nobody waits for any more: asyncio wants it to be asked for."""
    if not task.cancelled():
        task.exception()
