"""The websocket that events come by, and what is known of those that were missed."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress

import aiohttp

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.mattermost.api import Api
from chatops_cli.bridge.contract import LineError, RefusedError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject

PATIENCE = 30.0
"""Seconds in which the server must answer."""
PING = 2


@frozen
class Position:
    """Which connection it was, and the number of the event that is expected next."""

    connection: str = ""
    number: int = 0


class Wire:
    """A websocket that is let in. `position` is what the next one is to go on from.

    `has_missed`: events were lost before or meanwhile; whoever sees it asks the API what was said,
    and sets it back.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, api: Api, before: Position) -> None:
        self._socket = socket
        self._api = api
        self._early: list[JsonObject] = []
        self.position = before
        self.has_missed = False

    @classmethod
    async def open(cls, api: Api, before: Position, *, patience: float = PATIENCE) -> "Wire":
        """A websocket that is let in; the server sends again what was missed, if it can.

        Raises:
            LineError: There is none now.
            RefusedError: The token isn't let in.
        """
        query = {}
        if before.connection:
            query = {"connection_id": before.connection, "sequence_number": str(before.number)}
        wire = cls(await api.socket(query), api, before)
        try:
            async with asyncio.timeout(patience):
                await wire._log_in()
        except TimeoutError as error:
            await wire.close()
            raise LineError(f"the websocket did not answer in {patience:g} s") from error
        except BaseException:
            await wire.close()
            raise
        return wire

    async def next(self) -> JsonObject:
        """The next event.

        Raises:
            LineError: The websocket is closed.
        """
        if self._early:
            return self._early.pop(0)
        while True:
            event = await self._receive()
            if self._counts(event):
                return event

    async def close(self) -> None:
        """The websocket is gone."""
        with suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._socket.close()

    async def _log_in(self) -> None:
        """The server knows the bot.

        It does by a header, where no proxy has taken that away; otherwise by the challenge, which
        it doesn't answer where it knows already. Only a ping is answered in any case: one that
        goes on says no hello.
        """
        challenge: dict[str, Json] = {"token": self._api.token}
        try:
            await self._socket.send_json(
                {"seq": 1, "action": "authentication_challenge", "data": challenge}
            )
            await self._socket.send_json({"seq": PING, "action": "ping", "data": {}})
        except (aiohttp.ClientError, OSError) as error:
            raise self._api.broken(error) from error
        while True:
            event = await self._receive()
            if event.get("seq_reply") == PING:
                if event.get("status") == "OK":
                    return
                raise RefusedError(
                    "the websocket lets the bot not in", hint="make a new token for it"
                )
            if self._counts(event):
                self._early.append(event)

    def _greet(self, event: JsonObject) -> None:
        """The server begins anew, unless it names the same connection."""
        connection = inner(event, "data", "connection_id")
        if connection and connection == self.position.connection:
            return
        self.has_missed = self.has_missed or bool(self.position.connection)
        self.position = Position(connection=connection, number=0)

    def _counts(self, event: JsonObject) -> bool:
        """Whether it is an event, and not one that has been there."""
        if event.get("event") == "hello":
            self._greet(event)
        number = event.get("seq")
        if "event" not in event or not isinstance(number, int):
            return False
        expected = self.position.number
        if number < expected:
            return False
        if number > expected:
            self.has_missed = True
        self.position = Position(connection=self.position.connection, number=number + 1)
        return True

    async def _receive(self) -> Mapping[str, Json]:
        while True:
            try:
                message = await self._socket.receive()
            except (aiohttp.ClientError, OSError) as error:
                raise self._api.broken(error) from error
            if message.type in _GONE:
                raise LineError("the websocket is closed")
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            with suppress(ValueError, RecursionError):
                data = json.loads(message.data)
                if isinstance(data, dict):
                    return data


_GONE = frozenset(
    {
        aiohttp.WSMsgType.CLOSE,
        aiohttp.WSMsgType.CLOSING,
        aiohttp.WSMsgType.CLOSED,
        aiohttp.WSMsgType.ERROR,
    }
)
