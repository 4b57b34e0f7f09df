"""Where posts go: signed requests to a program, which knows a repeat by its id."""

import json
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urlsplit

import aiohttp

from chatops_cli.bridge.adapters.breakage import broken
from chatops_cli.bridge.contract import (
    LimitedError,
    LineError,
    OversizedError,
    RefusedError,
    UndeliverableError,
)
from chatops_cli.bridge.web.signatures import signed
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.json import JsonObject

PATIENCE = 30.0
"""Seconds that are waited for an answer."""
PAUSE = 5.0
"""Seconds of a pause that the receiver wants without saying how long."""
LONGEST = 3600.0


class Outlet:
    """Posts to one address.

    Args:
        url: It.
        secret: By which requests are signed.
        now: The time, aware UTC.
        proxy: What it is reached through; None for a direct connection.
        trust: What certificates are held against; None for the system's.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        now: Callable[[], datetime],
        *,
        proxy: str | None,
        trust: ssl.SSLContext | None,
    ) -> None:
        self._url = url
        self._name = urlsplit(url).hostname or "the receiver"
        self._secret = secret
        self._now = now
        self._proxy = proxy
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trust if trust is not None else True),
            timeout=aiohttp.ClientTimeout(total=PATIENCE),
            headers={"User-Agent": "chatops", "Content-Type": "application/json"},
        )

    async def send(self, key: str, content: JsonObject) -> None:
        """It was taken.

        Raises:
            LimitedError, LineError, OversizedError, RefusedError, UndeliverableError: It wasn't.
        """
        body = json.dumps(content).encode("ascii")
        try:
            async with self._session.post(
                self._url,
                data=BytesIO(body),
                headers=signed(self._secret, key, body, self._now()),
                proxy=self._proxy,
                allow_redirects=False,
            ) as answer:
                status, headers = answer.status, answer.headers
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise broken(error, name=self._name, patience=PATIENCE) from error
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise _failure(self._name, status, headers)

    async def close(self) -> None:
        """Nothing more is sent."""
        await self._session.close()


def _failure(name: str, status: int, headers: Mapping[str, str]) -> ChatOpsError:
    told = f"{name} answers HTTP {status}"
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return RefusedError(told, hint="has it the same secret, and a clock that goes right?")
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return OversizedError(told)
    if status == HTTPStatus.TOO_MANY_REQUESTS or "Retry-After" in headers:
        return LimitedError(_seconds(headers))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return LineError(told)
    return UndeliverableError(told)


def _seconds(headers: Mapping[str, str]) -> float:
    text = headers.get("Retry-After", "")
    return min(float(text), LONGEST) if text.isascii() and text.isdigit() else PAUSE
