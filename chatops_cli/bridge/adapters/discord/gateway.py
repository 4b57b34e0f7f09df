"""Discord's gateway by the vendor library's websocket: one session, gone on with where it broke."""

import asyncio
import zlib
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from chatops_cli.bridge.adapters.discord.failures import closed, failure_of
from chatops_cli.bridge.contract import LineError
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json

if TYPE_CHECKING:
    from chatops_cli.bridge.adapters.discord.api import Api

PATIENCE = 30.0
"""Seconds in which the gateway must say that it is ready."""
SILENCE = 60.0
"""Seconds without a sign of life after which the line is broken."""
GOODBYE = 1.0
WANTED = (
    *("MESSAGE_CREATE", "MESSAGE_UPDATE", "INTERACTION_CREATE"),
    *("GUILD_CREATE", "READY", "RESUMED"),
    *("CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_CREATE", "THREAD_UPDATE", "THREAD_LIST_SYNC"),
)


@frozen
class Session:
    """What a connection is gone on with: `sequence` is the last event that was worked on."""

    id: str
    address: str
    sequence: int


@frozen
class Event:
    """An event, and its number in the session."""

    name: str
    data: Json
    sequence: int


class _State:
    """What the library's websocket wants to know of a client: no more than what it is to hear."""

    shard_count: int | None = None
    heartbeat_timeout = SILENCE
    _activity = None
    _status = None

    def __init__(self, parsers: Mapping[str, Callable[[Json], None]]) -> None:
        self.parsers = parsers
        self._intents = discord.Intents(
            guilds=True, guild_messages=True, dm_messages=True, message_content=True
        )

    async def call_hooks(self, *names: object, **more: object) -> None:
        """There are none."""

    def _update_references(self, socket: DiscordWebSocket) -> None:
        """Nobody keeps it but the gateway."""


class _Client:
    """What stands for the library's client, which would keep servers and people in memory."""

    _enable_debug_events = False

    def __init__(self, api: "Api", parsers: Mapping[str, Callable[[Json], None]]) -> None:
        self.http = api.http
        self.loop = asyncio.get_running_loop()
        self._connection = _State(parsers)

    def dispatch(self, *event: object) -> None:
        """Nobody hears the library's own events."""


class Gateway:
    """One connection to the gateway."""

    def __init__(self) -> None:
        self._socket: DiscordWebSocket | None = None
        self._events: deque[Event] = deque()
        self.is_new = True
        """Whether the session is a new one: what was said before it isn't sent."""
        self.has_ended = False
        """Whether the session can't be gone on with."""

    async def open(self, api: "Api", session: Session | None) -> None:
        """It says that it is ready, or that it goes on.

        Raises:
            LineError, RefusedError: It doesn't.
        """
        address = session.address if session else await self._address(api)
        _safe(address, api.url)
        parsers = {name: self._parser(name) for name in WANTED}
        client = cast("discord.Client", _Client(api, parsers))
        self.is_new = session is None
        try:
            async with asyncio.timeout(PATIENCE):
                self._socket = await DiscordWebSocket.from_client(
                    client,
                    gateway=yarl.URL(address),
                    session=session.id if session else None,
                    sequence=session.sequence if session else None,
                    resume=session is not None,
                )
                while not any(each.name in {"READY", "RESUMED"} for each in self._events):
                    await self._poll(self._socket)
        except ChatOpsError:
            await self.close()
            raise
        except _BROKEN as error:
            await self.close()
            raise self._broken(error) from None
        except BaseException:
            await self.close()
            raise

    async def next(self) -> Event:
        """The next event.

        Raises:
            LineError: The connection is broken.
            RefusedError: Discord lets the bot not in any more.
        """
        while not self._events:
            if self._socket is None:
                raise LineError("the connection is closed")
            await self._poll(self._socket)
        return self._events.popleft()

    @property
    def address(self) -> str:
        """Where the session is gone on with."""
        return str(self._socket.gateway) if self._socket else ""

    async def close(self) -> None:
        """The connection is down; the session can be gone on with."""
        socket, self._socket = self._socket, None
        if socket is not None:
            with suppress(*_BROKEN):
                async with asyncio.timeout(GOODBYE):
                    await socket.close()

    def _parser(self, name: str) -> Callable[[Json], None]:
        def take(data: Json) -> None:
            sequence = self._socket.sequence if self._socket else None
            self._events.append(Event(name=name, data=data, sequence=sequence or 0))

        return take

    async def _poll(self, socket: DiscordWebSocket) -> None:
        try:
            await socket.poll_event()
        except _BROKEN as error:
            raise self._broken(error) from None

    def _broken(self, error: Exception) -> ChatOpsError:
        if isinstance(error, discord.ConnectionClosed):
            return closed(error.code)
        if isinstance(error, ReconnectWebSocket):
            self.has_ended = not error.resume
            again = "Discord begins a new session" if self.has_ended else "Discord's line broke"
            return LineError(again)
        if isinstance(error, (ValueError, zlib.error)):
            return LineError("Discord's gateway sends what can't be read")
        return failure_of("the gateway", error)

    async def _address(self, api: "Api") -> str:
        url, left, seconds = await api.gateway()
        if left <= 0:
            raise LineError(f"Discord begins no new session of this bot for {seconds:.0f} s")
        return url


_BROKEN = (
    discord.ConnectionClosed,
    ReconnectWebSocket,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
    zlib.error,
    ValueError,
)


def _safe(address: str, api: str) -> None:
    """The token goes there.

    Raises:
        LineError: Everybody could read it.
    """
    if not address.startswith("wss://" if api.startswith("https://") else ("ws://", "wss://")):
        raise LineError("Discord names no gateway, or one that is not encrypted")
