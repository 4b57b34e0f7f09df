"""The Bot API with a bot's token, which is in no error and no log; with the contract's errors."""

import json
import os
from collections.abc import Mapping

import aiohttp

from chatops_cli.bridge.adapters.telegram.failures import failure_of
from chatops_cli.bridge.contract import LineError
from chatops_cli.model.json import Json

PATIENCE = 30.0
"""Seconds in which Telegram must answer, beyond those that it was asked to wait."""
_WRONG = 400


class Api:
    """What a bot may do.

    Args:
        url: Where the API is.
        token: The bot's: it is a part of each address.
        proxy: What it is reached through.
    """

    def __init__(self, url: str, token: str, proxy: str | None) -> None:
        self._base = f"{url}/bot{token}/"
        self._proxy = proxy
        self._session = aiohttp.ClientSession(headers={"User-Agent": "chatops"})

    async def call(
        self, method: str, body: Mapping[str, Json] | None = None, *, wait: float = 0.0
    ) -> Json:
        """What a method answers; `wait` is how long Telegram may wait for something to tell.

        Raises:
            LimitedError, LineError, OversizedError, RefusedError, UndeliverableError: See there.
        """
        headers = {"Content-Type": "application/json"}
        return await self._ask(method, json.dumps(body or {}).encode(), headers, wait)

    async def upload(self, method: str, body: Mapping[str, str], name: str, data: bytes) -> Json:
        """A document in a chat. It raises what `call` raises."""
        form = aiohttp.FormData(dict(body))
        form.add_field("document", data, filename=name, content_type="text/plain")
        return await self._ask(method, form, {}, 0.0)

    async def close(self) -> None:
        """No more calls."""
        await self._session.close()

    async def _ask(
        self, method: str, data: bytes | aiohttp.FormData, headers: Mapping[str, str], wait: float
    ) -> Json:
        try:
            async with self._session.post(
                self._base + method,
                data=data,
                headers=headers,
                proxy=self._proxy,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=PATIENCE + wait),
            ) as answer:
                found = _read(await answer.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Not from it: its text, and that of what it holds, may have the address.
            raise _broken(error) from None
        if answer.status >= _WRONG or not isinstance(found, dict) or found.get("ok") is not True:
            raise failure_of(method, answer.status, found)
        return found.get("result")


def _broken(error: Exception) -> LineError:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return LineError(f"Telegram's certificate is not trusted: {error.certificate_error}")
    if isinstance(error, TimeoutError):
        return LineError("Telegram did not answer in time")
    number = error.errno if isinstance(error, OSError) else None
    # What can't be looked up has numbers of its own, below nought.
    reason = os.strerror(number) if number and number > 0 else type(error).__name__
    return LineError(f"Telegram can't be reached: {reason}")


def _read(data: bytes) -> Json:
    try:
        found: Json = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found
