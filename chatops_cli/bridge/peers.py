"""Bridges that share a database: who lives, and which of them has each line.

A network that tells each of its connections everything is connected to by one of them; the others
stand by. Who is gone is seen by locks that the server drops; as a restart of the server drops all
of them, nobody counts as gone before some seconds, in which the living take theirs again.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from chatops_cli.bridge.store import AwayError, Store
from chatops_cli.bridge.store_server import StoreServer
from chatops_cli.errors import RecordError
from chatops_cli.execution.durable.alive import new_name
from chatops_cli.execution.durable.alive_session import AliveSession
from chatops_cli.model.frozen import frozen
from chatops_cli.records.atomic import make_folder, write_file

TICK = 1.0
"""Seconds between two looks."""
LOSS = 3.0
"""Seconds without its locks after which a bridge lets go of its lines, less than any grace."""
AWAY = 0.2
"""Seconds between two tries whether the database answers again."""
FILE = "bridge.id"
"""The name of the bridge, in its state folder: it is the same after a restart."""

_log = logging.getLogger(__name__)


class Turn:
    """Whether this bridge has a line."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.lock = f"line {line}"
        self._has_come = asyncio.Event()
        self._is_over = asyncio.Event()
        self._is_over.set()

    @property
    def is_mine(self) -> bool:
        """Whether it has come, and is not over."""
        return self._has_come.is_set()

    async def has_come(self) -> None:
        """Waits for it."""
        await self._has_come.wait()

    async def is_over(self) -> None:
        """Waits until another bridge may have the line."""
        await self._is_over.wait()

    def begin(self) -> None:
        """This bridge has the line."""
        self._is_over.clear()
        self._has_come.set()

    def end(self) -> None:
        """It has it no more."""
        self._has_come.clear()
        self._is_over.set()


class Peers:
    """The bridges of a database, seen from one of them.

    Args:
        name: Of this bridge.
        alive: Its locks.
        store: The database.
    """

    def __init__(self, name: str, alive: AliveSession, store: Store) -> None:
        self.name = name
        self._alive = alive
        self._store = store
        self._turns: dict[str, Turn] = {}
        self._free: dict[str, float] = {}
        self._held = 0.0

    async def start(self) -> None:
        """This bridge counts as alive.

        Raises:
            RecordError: Another one of its name does, or the server is away.
        """
        await asyncio.to_thread(self._alive.hold)
        self._held = time.monotonic()

    def turn(self, line: str) -> Turn:
        """That of a line, which this bridge wants from now on."""
        return self._turns.setdefault(line, Turn(line))

    def has(self, line: str) -> bool:
        """Whether this bridge may speak for a line."""
        turn = self._turns.get(line)
        return turn is None or turn.is_mine

    async def ready(self) -> None:
        """Waits until the database answers."""
        while True:
            try:
                self._store.rows("SELECT 1")
            except AwayError:
                await asyncio.sleep(AWAY)
            else:
                return

    async def run(
        self,
        owners: Callable[[], frozenset[str]],
        take_over: Callable[[str], Awaitable[None]],
        catch_up: Callable[[], Awaitable[None]],
    ) -> None:
        """Looks after it all until it is cancelled.

        Args:
            owners: The bridges that have left something undone.
            take_over: Takes what one that is gone has left.
            catch_up: Does what could not be done while the server was away.
        """
        while True:
            try:
                await asyncio.to_thread(self._alive.hold)
                self._held = time.monotonic()
                await catch_up()
                for turn in tuple(self._turns.values()):
                    await self._look(turn)
                for owner in await self._gone(owners() - {self.name}):
                    await take_over(owner)
            except RecordError as error:
                self._away(error)
            await asyncio.sleep(TICK)

    async def close(self) -> None:
        """This bridge counts as gone, and its lines are free."""
        for turn in self._turns.values():
            if turn.is_mine:
                try:
                    self._store.change((_LEAVE, (turn.line, self.name)))
                except RecordError as error:
                    _log.warning("line-not-left line=%s error=%s", turn.line, error.message)
            turn.end()
        await asyncio.to_thread(self._alive.close)

    async def _look(self, turn: Turn) -> None:
        if self._alive.has(turn.lock):
            return
        rows = self._store.rows(_HOLDER, turn.line)
        holder = str(rows[0][0]) if rows else self.name
        if holder != self.name and turn.lock not in await self._gone(frozenset({turn.lock})):
            if turn.is_mine:
                self._end(turn)
            return
        if not await asyncio.to_thread(self._alive.take, turn.lock):
            if turn.is_mine:
                self._end(turn)
            return
        self._store.change((_HOLD, (turn.line, self.name)))
        if not turn.is_mine:
            _log.info("line-taken line=%s", turn.line)
            turn.begin()

    async def _gone(self, names: frozenset[str]) -> frozenset[str]:
        """Those whose locks have been free for so long that nobody holds them any more."""
        now, found = time.monotonic(), set()
        for name in names:
            if await asyncio.to_thread(self._alive.lives, name):
                self._free.pop(name, None)
            elif now - self._free.setdefault(name, now) >= self._alive.GRACE:
                found.add(name)
        return frozenset(found)

    def _away(self, error: RecordError) -> None:
        self._free.clear()
        if time.monotonic() - self._held <= LOSS:
            return
        for turn in self._turns.values():
            if turn.is_mine:
                _log.error("line-lost line=%s error=%s", turn.line, error.message)
                turn.end()

    def _end(self, turn: Turn) -> None:
        _log.warning("line-lost line=%s error=another bridge has it", turn.line)
        turn.end()


_HOLDER = "SELECT bridge FROM lines WHERE line = ?"
_HOLD = (
    "INSERT INTO lines (line, bridge) VALUES (?, ?)"
    " ON CONFLICT (line) DO UPDATE SET bridge = excluded.bridge"
)
_LEAVE = "DELETE FROM lines WHERE line = ? AND bridge = ?"


@frozen
class Shared:
    """What this bridge has to do with others: the database, and who is who."""

    store: Store
    peers: Peers


def shared_of(home: Path, url: str, new_id: Callable[[], str]) -> Shared:
    """The bridge of a state folder among those that share the database at `url`.

    Raises:
        RecordError: The database can't be used.
    """
    name, store = name_in(home, new_id), StoreServer(url)
    store.open()
    return Shared(store=store, peers=Peers(name, AliveSession(url, name), store))


def name_in(home: Path, new_id: Callable[[], str]) -> str:
    """The name of the bridge of a state folder, made when it is asked for first.

    Raises:
        RecordError: It can't be read or written.
    """
    path = home / FILE
    try:
        if not path.exists():
            make_folder(home)
            write_file(path, f"bridge-{new_name(new_id()[-12:])}\n".encode())
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise RecordError(f"{path} cannot be read or written: {error}") from error
