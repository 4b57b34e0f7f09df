"""The socket that Slack's events come by: the vendor's client, watched."""

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, cast

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

from chatops_cli.bridge.adapters.slack.api import Api, silent
from chatops_cli.bridge.contract import LineError, RefusedError
from chatops_cli.errors import ChatOpsError

if TYPE_CHECKING:
    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

PATIENCE = 30.0
"""Seconds in which the socket must say hello."""
PING = 10.0
"""Seconds between two signs of life."""
LOOK = 0.25
"""Seconds between two looks whether the socket is still there."""
REFRESH = 20.0
"""Seconds that the client has for a new socket when Slack has announced that it closes this one."""
GOODBYE = 1.0


class _Client(Protocol):
    """What is used of the client: its own methods have no types."""

    closed: bool
    wss_uri: str
    proxy: str | None
    current_session: aiohttp.ClientWebSocketResponse | None
    aiohttp_client_session: aiohttp.ClientSession
    message_processor: asyncio.Future[None]
    current_session_monitor: asyncio.Future[None] | None
    message_receiver: asyncio.Future[None] | None

    async def connect(self) -> None: ...
    async def close(self) -> None: ...
    async def is_ping_pong_failing(self) -> bool: ...
    async def send_socket_mode_response(self, response: SocketModeResponse) -> None: ...


class Socket:
    """One socket, and those that follow it when Slack wants to close one.

    Slack announces that some seconds before, and the client has another one then. Any other end is
    an error of `next`: whoever waits for events connects anew.
    """

    def __init__(self, client: SocketModeClient, *, refresh: float) -> None:
        self._client = cast("_Client", client)
        self._heard: asyncio.Queue[SocketModeRequest | ChatOpsError] = asyncio.Queue()
        self._hello = asyncio.Event()
        self._failure: ChatOpsError | None = None
        self._refresh = refresh
        self._is_announced = False
        self._lost: float | None = None
        self._watching: asyncio.Task[None] | None = None
        client.on_message_listeners.append(self._look_at)
        client.socket_mode_request_listeners.append(self._take)

    @classmethod
    async def open(
        cls,
        api: Api,
        app_token: str,
        proxy: str | None,
        *,
        patience: float = PATIENCE,
        refresh: float = REFRESH,
    ) -> "Socket":
        """A socket that has said hello.

        Raises:
            LineError: There is none now.
            RefusedError, UndeliverableError, LimitedError: Slack gives none.
        """
        answer = await api.call("apps.connections.open", token=app_token)
        client = SocketModeClient(
            app_token=app_token,
            logger=silent(),
            web_client=api.client,
            auto_reconnect_enabled=False,
            ping_interval=PING,
        )
        socket = cls(client, refresh=refresh)
        socket._client.proxy = proxy
        socket._client.wss_uri = answer.text("url")
        try:
            async with asyncio.timeout(patience):
                await socket._client.connect()
                socket._watching = asyncio.get_running_loop().create_task(socket._watch())
                await socket._greeted()
        except TimeoutError as error:
            await socket.close()
            raise LineError(f"Slack's socket says no hello in {patience:g} s") from error
        except BaseException:
            await socket.close()
            raise
        return socket

    async def next(self) -> "SocketModeRequest":
        """The next envelope.

        Raises:
            LineError: The socket is gone.
            RefusedError: Slack wants no socket of this app any more.
        """
        found = await self._heard.get()
        if isinstance(found, ChatOpsError):
            raise found
        return found

    async def acknowledge(self, envelope_id: str) -> bool:
        """Slack is told that it needn't send the envelope again; whether it could be told."""
        try:
            await self._client.send_socket_mode_response(SocketModeResponse(envelope_id))
        except (aiohttp.ClientError, OSError, AttributeError):  # none, while there is no socket
            return False
        return True

    async def close(self) -> None:
        """No socket is left."""
        if self._watching is not None:
            self._watching.cancel()
        with suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with asyncio.timeout(GOODBYE):
                await self._client.close()
        # Where the goodbye took too long, what it would have done after that.
        client = self._client
        client.closed = True
        tasks = (
            client.message_processor,
            client.current_session_monitor,
            client.message_receiver,
        )
        for task in tasks:
            if task is not None:
                task.cancel()
        await client.aiohttp_client_session.close()

    async def _greeted(self) -> None:
        """Slack has said hello; or why it doesn't."""
        await self._hello.wait()
        if self._failure is not None:
            raise self._failure

    def _fail(self, error: ChatOpsError) -> None:
        """Whoever waits is told."""
        self._failure = error
        self._heard.put_nowait(error)
        self._hello.set()

    async def _look_at(self, message: aiohttp.WSMessage) -> None:
        """Sees what Slack says of the socket itself; the client does what there is to do."""
        said = message.data
        if not isinstance(said, str) or ('"hello"' not in said and '"disconnect"' not in said):
            return
        with suppress(ValueError):
            data = json.loads(said)
            if data.get("type") == "hello":
                self._is_announced = False
                self._hello.set()
            elif data.get("type") == "disconnect":
                self._announced(str(data.get("reason")))

    def _announced(self, reason: str) -> None:
        self._is_announced = True
        if reason == "link_disabled":
            self._fail(
                RefusedError(
                    "Socket Mode is turned off for this app",
                    hint="turn it on at the app's page, Socket Mode",
                )
            )
        elif reason == "too_many_websockets":
            self._fail(LineError("too many connections of this app: Slack allows ten at once"))

    async def _take(
        self, client: "AsyncBaseSocketModeClient", request: "SocketModeRequest"
    ) -> None:
        del client
        self._heard.put_nowait(request)

    async def _watch(self) -> None:
        """Ends, with an error for who waits, when the socket is gone."""
        time = asyncio.get_running_loop().time
        while True:
            session = self._client.current_session
            is_failing = await self._client.is_ping_pong_failing()
            if session is not None and not session.closed and not is_failing:
                self._lost = None
            else:
                self._lost = self._lost or time()
                if not self._is_announced or time() - self._lost > self._refresh:
                    self._fail(LineError("Slack's socket is closed"))
                    return
            await asyncio.sleep(LOOK)
