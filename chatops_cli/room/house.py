"""The rooms behind the one that lasts: today's, and those before a reload, until they are empty."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import TypeAlias

from chatops_cli.execution.engine import Prepared
from chatops_cli.execution.happening import OnStart
from chatops_cli.model.chat import Message, Reply
from chatops_cli.room.changes import Changes, changes_of, new_errors
from chatops_cli.room.room import Room
from chatops_cli.room.world import World

Open: TypeAlias = Callable[[], Room]
"""Reads settings and packs anew. It raises `ChatOpsError` where the settings are wrong."""


class House:
    """Hands messages to the newest room. `open_room` makes one; the first is made at once.

    Raises:
        ChatOpsError: The settings are wrong.
    """

    def __init__(self, open_room: Open) -> None:
        self._open = open_room
        self._room = open_room()
        self._guests: dict[Room, int] = {self._room: 0}
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def room(self) -> Room:
        """The room that the next message is handed to."""
        return self._room

    @property
    def world(self) -> World:
        """What that room knows."""
        return self._room.world

    async def handle(
        self, message: Message, *, on_start: OnStart | None = None
    ) -> AsyncGenerator[Reply, None]:
        """See `Room.handle`. A room that was replaced meanwhile answers to the end."""
        room = self._room
        async for reply in self._hosted(room, room.handle(message, on_start=on_start)):
            yield reply

    async def take_up(self, message: Message, prepared: Prepared) -> AsyncGenerator[Reply, None]:
        """See `Room.take_up`."""
        room = self._room
        async for reply in self._hosted(room, room.take_up(message, prepared)):
            yield reply

    async def wish(
        self, message: Message, execution_id: str, wish: str, *, on_start: OnStart | None = None
    ) -> AsyncGenerator[Reply, None]:
        """See `Continuing.wish`."""
        room = self._room
        replies = room.continuing_for(on_start).wish(message, execution_id, wish)
        async for reply in self._hosted(room, replies):
            yield reply

    async def _hosted(
        self, room: Room, replies: AsyncIterator[Reply]
    ) -> AsyncGenerator[Reply, None]:
        self._guests[room] += 1
        try:
            async for reply in replies:
                yield reply
        finally:
            self._guests[room] -= 1
            self._retire(room)

    def cancel(self, execution_id: str) -> bool:
        """See `Room.cancel`, in any of the rooms."""
        return any(room.cancel(execution_id) for room in self._guests)

    def reload(self) -> Changes:
        """Packs and settings are read anew; all of them hold from the next message on, or none.

        Where something is broken that was in order, the old ones stay: `Changes.broken` says what.

        Raises:
            ChatOpsError: The settings are wrong; the old ones stay.
        """
        opened = self._open()
        broken = new_errors(self.world, opened.world)
        if broken:
            self._close(opened)
            return Changes(broken=broken)
        changes = changes_of(self.world, opened.world)
        before, self._room = self._room, opened
        self._guests[opened] = 0
        self._retire(before)
        return changes

    async def close(self) -> None:
        """What followed from executions is over, and nothing is left behind.

        Cancelled, it ends what goes on.
        """
        for room in tuple(self._guests):
            await room.close()
        self._guests.clear()
        await asyncio.gather(*self._closing)

    def _retire(self, room: Room) -> None:
        """An old room that nobody is in any more is closed."""
        if room is not self._room and self._guests.get(room) == 0:
            del self._guests[room]
            self._close(room)

    def _close(self, room: Room) -> None:
        task = asyncio.get_running_loop().create_task(room.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
