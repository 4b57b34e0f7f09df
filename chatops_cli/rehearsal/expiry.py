"""What waits for people in a rehearsal ends when its time is over, by the rehearsal's clock."""

import asyncio
from contextlib import suppress
from datetime import datetime

from chatops_cli.access.decide import LOCAL
from chatops_cli.model.chat import Message, Principal
from chatops_cli.records.events import ApprovalConfirmed, ApprovalRequested, Event, ExecutionWaiting
from chatops_cli.room.room import Room


class Expiry:
    """Waits for the end of the time that inquiries and approvals have.

    What comes of it is posted where it was asked for.

    It works in the running event loop, and waits there without taking any time.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._waiting: set[asyncio.Task[None]] = set()
        self._lock = asyncio.Lock()

    def told(self, event: Event) -> None:
        """An event is on record: something may wait for an answer from now on."""
        if isinstance(event, ExecutionWaiting | ApprovalRequested | ApprovalConfirmed):
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
            async for _ in self._room.approvals.expire(self._message()):
                pass

    async def close(self) -> None:
        """It waits no more."""
        for task in tuple(self._waiting):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _wait(self, execution_id: str) -> None:
        while (expires := self._expires(execution_id)) is not None:
            left = (expires - self._room.continuing.now()).total_seconds()
            if left <= 0:
                return await self.look()
            # Floating point may lose a microsecond of a long wait: then it is looked at again.
            await asyncio.sleep(left)
        return None

    def _expires(self, execution_id: str) -> datetime | None:
        """When its time is over; None for never, and where it waits no more."""
        times = {each.id: each.expires for each in self._room.continuing.inquiries()}
        times |= {each.id: each.expires for each in self._room.approvals.all()}
        return times.get(execution_id)

    def _message(self) -> Message:
        """Nobody has said anything: it is in no room, so all is posted where it was asked for."""
        return Message(
            id="expiry",
            text="",
            principal=Principal(network=LOCAL, user="chatops"),
            room="",
            time=self._room.continuing.now(),
        )
