"""The lines of the settings: made, run, exchanged and closed as the settings change."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING

from chatops_cli.bridge.connections import Outside, adapter_of, connections_of
from chatops_cli.bridge.line import Line, LineState, Turn
from chatops_cli.bridge.rooms import NamedRooms
from chatops_cli.settings.values import Settings

if TYPE_CHECKING:
    from chatops_cli.bridge.contract import Adapter, Capabilities, Take
    from chatops_cli.settings.bridge import Connection

LOOK = 2.0
"""Seconds between two looks at whether any line will hear anything again."""

_log = logging.getLogger(__name__)


class Lines:
    """All connections of one bridge, in its event loop.

    Args:
        outside: What adapters are given.
        turn: When it is this bridge's turn to be connected; None where it always is.
    """

    def __init__(self, outside: Outside, turn: Callable[[str], Turn] | None = None) -> None:
        self._outside = outside
        self._turn = turn
        self._made: dict[Connection, Adapter] = {}
        self._connections: dict[str, Connection] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self.by_name: dict[str, Line] = {}

    def prepare(self, settings: Settings) -> None:
        """Adapters for what these settings have new; nothing is connected yet.

        Raises:
            SettingsError: They name no network, or a connection is wrong.
        """
        self._made = {
            connection: adapter_of(connection, settings, self._outside)
            for connection in connections_of(settings)
            if self._connections.get(connection.name) != connection
        }

    def connect(
        self, settings: Settings, take_for: "Callable[[str, Capabilities], Take]"
    ) -> tuple[list[str], list[str]]:
        """The lines are those that were prepared; one that is the same stays up.

        `take_for` gives what a line gives its messages to, and is told what its network can.

        Gives the names of those that are new, and of those that are gone.
        """
        made, self._made = self._made, {}
        wanted = {connection.name for connection in connections_of(settings)}
        gone = [name for name in self._connections if name not in wanted]
        for name in gone:
            self._part(name)
        new = [connection.name for connection in made if connection.name not in self.by_name]
        for connection, adapter in made.items():
            name = connection.name
            named = NamedRooms(adapter, connection.rooms) if connection.rooms else adapter
            if (before := self._tasks.get(name)) is not None:
                before.cancel()
            if name in new:
                turn = None if named.capabilities.local or not self._turn else self._turn(name)
                self.by_name[name] = Line(name, named, turn=turn)
            other = None if name in new else named
            self._connections[name] = connection
            self._tasks[name] = asyncio.get_running_loop().create_task(
                self.by_name[name].run(take_for(name, named.capabilities), other)
            )
        return new, gone

    @property
    def are_over(self) -> bool:
        """Whether none will ever hear anything again."""
        return all(line.state is LineState.OVER for line in self.by_name.values())

    async def until(self, ending: "asyncio.Task[bool]") -> None:
        """Waits until `ending` is done, or all are over; a bug in one of them is raised."""
        while not ending.done() and not self.are_over:
            await asyncio.wait(
                {ending, *self._tasks.values()}, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED
            )
            for name in [name for name, task in self._tasks.items() if task.done()]:
                self._tasks.pop(name).result()

    def later(self, work: Coroutine[None, None, None]) -> None:
        """It is done beside all else, and awaited by `close`."""
        task = asyncio.get_running_loop().create_task(work)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """All are down."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        for line in self.by_name.values():
            await line.close()
        await asyncio.gather(*self._closing)

    def _part(self, name: str) -> None:
        """A line that the settings have no more is closed."""
        line = self.by_name.pop(name)
        del self._connections[name]
        if (task := self._tasks.pop(name, None)) is not None:
            task.cancel()
        self.later(line.close())
        _log.info("line-closed line=%s", name)
