"""The REST API of a server, with the contract's errors."""

import json
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from chatops_cli.bridge.adapters.breakage import broken
from chatops_cli.bridge.adapters.mattermost.failures import failure_of
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.json import Json

PATIENCE = 30.0
"""Seconds in which the server must answer."""
LONGEST = 16_000_000
"""Bytes of an event."""
_WRONG = 400


class Api:
    """What a token may do.

    Args:
        url: Where the server is.
        token: The bot's.
        proxy: What it is reached through.
        now: The time, aware UTC.
        trust: What certificates are held against; the system's where it is None.
    """

    def __init__(
        self,
        url: str,
        token: str,
        proxy: str | None,
        now: Callable[[], datetime],
        *,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._url = f"{url}/api/v4/"
        self._name = urlsplit(url).hostname or "the server"
        self._token = token
        self._proxy = proxy
        self._now = now
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trust if trust is not None else True),
            timeout=aiohttp.ClientTimeout(total=PATIENCE),
            headers={"X-Requested-With": "XMLHttpRequest", "User-Agent": "chatops"},
        )
        self.time = 0
        """Milliseconds since the epoch, as the server told them last."""

    async def get(self, path: str, **query: str) -> Json:
        """What is there. `path` and the query must not be of anybody's making.

        Raises:
            LimitedError, LineError, OversizedError, RefusedError, UndeliverableError: See there.
        """
        return await self._call("GET", path, params=query)

    async def post(self, path: str, body: Json) -> Json:
        """Something new. It raises what `get` raises."""
        return await self._call("POST", path, json=body)

    async def put(self, path: str, body: Json) -> Json:
        """Something else in its place. It raises what `get` raises."""
        return await self._call("PUT", path, json=body)

    async def upload(self, channel: str, name: str, data: bytes) -> Json:
        """A file for a channel. It raises what `get` raises."""
        query = {"channel_id": channel, "filename": name}
        headers = {"Content-Type": "application/octet-stream"}
        return await self._call("POST", "files", params=query, data=data, headers=headers)

    async def socket(self, query: Mapping[str, str]) -> aiohttp.ClientWebSocketResponse:
        """A websocket, on which nobody has been told yet who we are.

        Raises:
            LineError, RefusedError: There is none.
        """
        url = f"{self._url}websocket".replace("http", "ws", 1)
        try:
            return await self._session.ws_connect(
                url,
                params=query,
                headers={"Authorization": f"Bearer {self._token}"},
                proxy=self._proxy,
                heartbeat=PATIENCE,
                max_msg_size=LONGEST,
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self.broken(error) from error

    def broken(self, error: Exception) -> ChatOpsError:
        """The error for a connection that isn't there."""
        return broken(error, name=self._name, patience=PATIENCE)

    @property
    def token(self) -> str:
        """The bot's, for the websocket."""
        return self._token

    async def close(self) -> None:
        """No more calls."""
        await self._session.close()

    async def _call(
        self,
        verb: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Json = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        try:
            async with self._session.request(
                verb,
                self._url + path,
                params=params or None,
                json=json,
                data=data,
                headers={"Authorization": f"Bearer {self._token}", **(headers or {})},
                proxy=self._proxy,
                allow_redirects=False,
            ) as answer:
                body = _read(await answer.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self.broken(error) from error
        self.time = _time(answer.headers.get("Date")) or self.time
        if answer.status >= _WRONG or body is None:
            now = self._now().timestamp()
            what = f"{verb} {path.partition('/')[0]}"
            raise failure_of(what, answer.status, dict(answer.headers), body, now=now)
        return body


def _read(data: bytes) -> Json:
    try:
        found: Json = json.loads(data)
    except ValueError:
        return None
    return found


def _time(date: str | None) -> int:
    try:
        found = parsedate_to_datetime(date or "")
    except ValueError:
        return 0
    return int(found.replace(tzinfo=found.tzinfo or UTC).timestamp() * 1000)
