"""Inquiries of a rehearsal end when their time is over, by its own clock."""

import asyncio
from contextlib import suppress

from chatops_cli.access.decide import LOCAL
from chatops_cli.model.chat import Message, Principal
from chatops_cli.records.events import Event, ExecutionWaiting
from chatops_cli.room.room import Room


class Expiry:
    """Waits for the end of each inquiry's time; what comes of it is posted where it was asked for.

    It works in the running event loop, and waits there without taking any time.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._waiting: set[asyncio.Task[None]] = set()
        self._lock = asyncio.Lock()

    def told(self, event: Event) -> None:
        """An event is on record: something may wait for an answer from now on."""
        if isinstance(event, ExecutionWaiting):
            task = asyncio.get_running_loop().create_task(self._wait(event.execution_id))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    async def look(self) -> None:
        """What is over by now has ended, and all that follows from that has.

        Raises:
            RecordError: The audit log can't be written.
        """
        async with self._lock:
            async for _ in self._room.continuing.expire(self._message()):
                pass

    async def close(self) -> None:
        """It waits no more."""
        for task in tuple(self._waiting):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _wait(self, execution_id: str) -> None:
        continuing = self._room.continuing
        inquiry = next((each for each in continuing.inquiries() if each.id == execution_id), None)
        if inquiry is None or inquiry.expires is None:
            return
        # Floating point may lose a microsecond of a long wait.
        while not inquiry.is_over(now := continuing.now()):
            await asyncio.sleep((inquiry.expires - now).total_seconds())
        await self.look()

    def _message(self) -> Message:
        """Nobody has said anything: it is in no room, so all is posted where it was asked for."""
        return Message(
            id="expiry",
            text="",
            principal=Principal(network=LOCAL, user="chatops"),
            room="",
            time=self._room.continuing.now(),
        )
