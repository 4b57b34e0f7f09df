"""The bridge as a service: lines, hall and delivery, from the first message to the last reply."""

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.bridge.claims import Claims
from chatops_cli.bridge.connections import Outside, adapter_of, connections_of
from chatops_cli.bridge.database import NAME, Database
from chatops_cli.bridge.delivery import Delivery
from chatops_cli.bridge.hall import Hall
from chatops_cli.bridge.line import Line, LineState
from chatops_cli.bridge.outbox import Outbox
from chatops_cli.bridge.posting import address_of
from chatops_cli.bridge.recovery import Recovery
from chatops_cli.bridge.rooms import NamedRooms
from chatops_cli.bridge.sealed import Seal
from chatops_cli.errors import ChatOpsError, RecordError
from chatops_cli.model.chat import Reply
from chatops_cli.notifications.courier import Post
from chatops_cli.records.atomic import make_folder
from chatops_cli.records.journal import open_journal
from chatops_cli.records.key_file import NAME as KEY
from chatops_cli.records.lock import take_now
from chatops_cli.room.changes import Changes
from chatops_cli.room.house import House
from chatops_cli.room.room import Room
from chatops_cli.room.stamps import stamps
from chatops_cli.settings.bridge import Bridge as BridgeSettings
from chatops_cli.settings.bridge import Connection
from chatops_cli.settings.values import Settings

LOCK = "bridge.lock"
FLUSH = 10.0
"""Seconds in which replies are posted when the bridge is to end; the others are kept."""
TIDY = 3600.0
"""Seconds between two looks for what may be forgotten."""
LOOK = 2.0
"""Seconds between two looks for files that have changed."""

if TYPE_CHECKING:
    from chatops_cli.bridge.contract import Adapter

OpenRoom: TypeAlias = Callable[[Post], Room]
"""Makes a room with the settings and packs of now; what is said in other rooms is given to the
post. It raises `ChatOpsError`."""

_log = logging.getLogger(__name__)


class Service:
    """The bridge in one process. `run` is its life; it is made in the running event loop.

    Args:
        open_room: Makes rooms.
        outside: What adapters are given.
        incident: Writes down a bug, and gives the id of what it wrote.

    Raises:
        SettingsError: They name no network, or a connection is wrong.
        RecordError: Another bridge has this state folder.
    """

    def __init__(
        self, *, open_room: OpenRoom, outside: Outside, incident: Callable[[Exception], str]
    ) -> None:
        self._open_room = open_room
        self._outside = outside
        self._made: dict[Connection, Adapter] = {}
        self._connections: dict[str, Connection] = {}
        self.house = House(self._opened)
        settings = self._settings
        self._lock = _locked(settings.home / LOCK)
        self._database = Database(settings.home / NAME)
        self._journal = open_journal(
            settings.home,
            clock=outside.now,
            warn=_log.warning,
            rotate_at=settings.audit_file_limit,
            indexes=False,
        )
        seal = Seal(settings.key_file or settings.home / KEY)
        self.claims = Claims(self._database, seal)
        self.outbox = Outbox(self._database, seal)
        self.lines: dict[str, Line] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._ending = asyncio.Event()
        self.delivery = Delivery(
            lines=self.lines, outbox=self.outbox, now=outside.now, more=self._more
        )
        self.hall = Hall(
            house=self.house,
            claims=self.claims,
            delivery=self.delivery,
            incident=incident,
            at_once=self._bridge.at_once,
        )

    async def run(self) -> None:
        """All lines are up, as far as they can be, until `end` is called; then all is brought home.

        It ends by itself where no line will ever hear anything again.

        Raises:
            RecordError: What an earlier bridge has left can't be read.
        """
        loop = asyncio.get_running_loop()
        others = (loop.create_task(self._watch()), loop.create_task(self._tidy()))
        try:
            self._connect()
            self._recover()
            await self._ended()
        finally:
            for task in others:
                task.cancel()
            await self._close()

    def end(self) -> None:
        """No more messages are begun with; what runs has its time to end."""
        self._ending.set()

    def reload(self) -> Changes:
        """Packs and settings are read anew, all or none; connections that differ are made anew.

        Raises:
            ChatOpsError: The settings are wrong; the old ones stay.
        """
        changes = self.house.reload()
        if not changes.broken:
            for name in self._connect():
                self.delivery.resume(name)
        return changes

    @property
    def is_ready(self) -> bool:
        """Whether a line is up, and the bridge is not about to end."""
        up = {LineState.UP, LineState.OVER}
        return not self._ending.is_set() and any(line.state in up for line in self.lines.values())

    @property
    def _settings(self) -> Settings:
        return self.house.world.settings

    @property
    def _bridge(self) -> BridgeSettings:
        return self._settings.bridge or BridgeSettings()

    def _opened(self) -> Room:
        """A room, and adapters for what its settings have new; where one is wrong, neither is."""
        room = self._open_room(self._post)
        settings = room.world.settings
        self._made = {
            connection: adapter_of(connection, settings, self._outside)
            for connection in connections_of(settings)
            if self._connections.get(connection.name) != connection
        }
        return room

    def _connect(self) -> list[str]:
        """The lines are those of the settings; one that is the same stays up. Names of new ones."""
        made, self._made = self._made, {}
        for name in self._connections.keys() - {
            each.name for each in connections_of(self._settings)
        }:
            self._part(name)
        new = [connection.name for connection in made if connection.name not in self.lines]
        for connection, adapter in made.items():
            name = connection.name
            named = NamedRooms(adapter, connection.rooms) if connection.rooms else adapter
            if (before := self._tasks.get(name)) is not None:
                before.cancel()
            if name in new:
                self.lines[name] = Line(name, named)
            other = None if name in new else named
            self._connections[name] = connection
            self._tasks[name] = asyncio.get_running_loop().create_task(
                self.lines[name].run(self.hall.take_for(name), other)
            )
        return new

    def _part(self, name: str) -> None:
        """A line that the settings have no more is closed."""
        line = self.lines.pop(name)
        del self._connections[name]
        self.delivery.drop(name)
        if (task := self._tasks.pop(name, None)) is not None:
            task.cancel()
        closing = asyncio.get_running_loop().create_task(line.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        _log.info("line-closed line=%s", name)

    def _recover(self) -> None:
        from chatops_cli.records.history import open_history
        from chatops_cli.records.results import FOLDER, ResultStore

        home = self._settings.home
        history = open_history(home, note=_log.warning)
        recovery = Recovery(
            claims=self.claims,
            history=history,
            results=ResultStore(home / FOLDER),
            records=self._journal,
            now=self._outside.now,
        )
        try:
            letters = self.delivery.resume()
            messages = recovery.recover(
                self.hall, self.delivery, self.house.room, frozenset(self.lines)
            )
        finally:
            history.close()
        if letters or messages:
            _log.info("recovered messages=%d letters=%d", messages, letters)

    async def _ended(self) -> None:
        """Waits until it is to end, or no line will ever hear again."""
        ending = asyncio.get_running_loop().create_task(self._ending.wait())
        try:
            while not self._ending.is_set() and not self._is_over():
                await asyncio.wait(
                    {ending, *self._tasks.values()},
                    timeout=LOOK,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for name in [name for name, task in self._tasks.items() if task.done()]:
                    self._tasks.pop(name).result()
        finally:
            ending.cancel()

    def _is_over(self) -> bool:
        return all(line.state is LineState.OVER for line in self.lines.values())

    async def _close(self) -> None:
        await self.hall.drain(None if self._is_over() else self._bridge.drain)
        await self.hall.close()
        try:
            async with asyncio.timeout(FLUSH):
                await self.delivery.settle()
        except TimeoutError:
            _log.warning("letters-kept count=%d", self.delivery.waiting)
        await self.delivery.close()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        for line in self.lines.values():
            await line.close()
        await asyncio.gather(*self._closing)
        await self.house.close()
        self._journal.close()
        self._database.close()
        os.close(self._lock)

    async def _post(self, reply: Reply) -> None:
        """Something is said that nobody has asked for."""
        address = address_of(reply.room, self.lines, self.claims.lines_of)
        key = f"{address.line} post {self._outside.new_id()}"
        self.delivery.put(address.line, key, replace(reply, room=address.room))

    def _more(self, reply: Reply) -> str:
        """Where all of a reply can be read."""
        url = self._settings.web_url
        if reply.execution_id is None:
            return ""
        return (
            f"{url}/executions/{reply.execution_id}"
            if url
            else f"chatops history show {reply.execution_id}"
        )

    async def _watch(self) -> None:
        """Packs and settings are read again when their files have changed."""
        before = await asyncio.to_thread(stamps, self._settings)
        while True:
            await asyncio.sleep(LOOK)
            after = await asyncio.to_thread(stamps, self._settings)
            if after == before or not self._bridge.watch:
                continue
            before = after
            tell_reload(self)

    async def _tidy(self) -> None:
        while True:
            try:
                self.claims.forget(self._outside.now())
                self.outbox.forget(self._outside.now())
            except RecordError as error:
                _log.error("not-tidied error=%s", error.message)
            await asyncio.sleep(TIDY)


def tell_reload(service: Service) -> None:
    """A reload, and what came of it, in the log."""
    try:
        changes = service.reload()
    except ChatOpsError as error:
        _log.error("reload-refused error=%s", error.in_full)
        return
    for problem in changes.broken:
        _log.error("reload-refused error=%s", problem)
    for line in changes.lines:
        _log.info("reloaded %s", line)


def _locked(path: Path) -> int:
    make_folder(path.parent)
    found = take_now(path)
    if found is None:
        raise RecordError(
            f"another bridge uses {path.parent}",
            hint="end that one, or give this one a state folder of its own: --home",
        )
    return found
