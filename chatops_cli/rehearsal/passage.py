"""One message on its way into a room, and the replies to it on theirs to people."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TypeAlias

from chatops_cli.model.chat import Reply
from chatops_cli.rehearsal.outbox import Parcel

Deliver: TypeAlias = Callable[[Reply, Reply, bool], None]
"""Told what has reached people: a reply or a part of one, the whole reply, whether it is all."""


class Passage:
    """Knows what of a message's traffic is still under way.

    `name` is what the network knows the message by. `reasons` are those of replies that tell of
    what the network itself has made of the message: ``edited``, ``cut``.
    """

    def __init__(self, *, name: str, deliver: Deliver) -> None:
        self.name = name
        self.reasons: set[str] = set()
        self._deliver = deliver
        self._tasks: set[asyncio.Task[None]] = set()
        self._expected = 0
        self._ended = asyncio.Event()
        self._error: BaseException | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is under way."""
        return self._ended.is_set()

    def begin(self, work: Coroutine[object, object, None]) -> None:
        """This belongs to it, in the running event loop."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def expect(self) -> None:
        """One more reply is on its way."""
        self._expected += 1

    def arrived(self, parcel: Parcel) -> None:
        """A reply, or a part of it, has reached people."""
        self._deliver(parcel.reply, parcel.whole, parcel.is_last)
        if parcel.is_last:
            self._expected -= 1
            self._look()

    async def settle(self) -> None:
        """Waits until all of it is over; what went wrong in the room is raised then."""
        await self._ended.wait()
        if self._error is not None:
            raise self._error

    def cancel(self) -> None:
        """What has not ended does now; replies that are under way arrive nowhere."""
        self._deliver = lambda _part, _whole, _is_last: None
        for task in self._tasks:
            task.cancel()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            self._error = self._error or task.exception()
        self._look()

    def _look(self) -> None:
        if not self._tasks and not self._expected:
            self._ended.set()
