"""Calls of the client-server API, and what its refusals mean."""

import json
import ssl
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

import aiohttp

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.contract import (
    LimitedError,
    LineError,
    OversizedError,
    RefusedError,
    UndeliverableError,
)
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.json import Json

CLIENT = "/_matrix/client/v3"
PATIENCE = 30.0
"""Seconds in which a server must answer, beside those that it was asked to wait."""
WAIT = 5.0
"""Seconds of a pause that the server wants without saying how long."""
LONGEST = 32 * 1024 * 1024
"""Bytes of an answer."""
_TOKEN = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED"})
_NOTHING: Mapping[str, str] = MappingProxyType({})


class SaidNoError(UndeliverableError):
    """The server has refused a call; `code` is its name for why, such as ``M_FORBIDDEN``."""

    def __init__(self, code: str, told: str, status: int) -> None:
        super().__init__(told or code or f"HTTP {status}", hint=_HINTS.get(code))
        self.code = code
        self.status = status


class Api:
    """A session with one server and one token.

    Calls raise `LineError`, `RefusedError`, `LimitedError`, `OversizedError`, `SaidNoError`.
    """

    def __init__(self, url: str, token: str, *, ca: str = "", proxy: str | None = None) -> None:
        self._url = url
        self._proxy = proxy
        self._tls = _context(ca) if url.startswith("https:") else True
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"})

    async def get(self, path: str, query: Mapping[str, str] = _NOTHING, *, wait: float = 0) -> Json:
        """What stands at a path below that of the client API."""
        return await self._call("GET", CLIENT + path, query=query, wait=wait)

    async def put(self, path: str, body: Mapping[str, Json]) -> Json:
        """Something is there from now on."""
        return await self._call("PUT", CLIENT + path, data=_encoded(body))

    async def post(self, path: str, body: Mapping[str, Json]) -> Json:
        """Something is done."""
        return await self._call("POST", CLIENT + path, data=_encoded(body))

    async def upload(self, name: str, data: bytes) -> str:
        """The address of a text that the server has now, ``mxc://…``."""
        found = await self._call(
            "POST",
            "/_matrix/media/v3/upload",
            query={"filename": name},
            data=data,
            kind="text/plain",
        )
        return inner(found, "content_uri")

    async def close(self) -> None:
        """The session is over."""
        await self._session.close()

    async def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] = _NOTHING,
        data: bytes | None = None,
        kind: str = "application/json",
        wait: float = 0,
    ) -> Json:
        timeout = aiohttp.ClientTimeout(total=PATIENCE + wait, connect=PATIENCE)
        try:
            async with self._session.request(
                method,
                self._url + path,
                params=dict(query),
                data=data,
                headers={"Content-Type": kind} if data is not None else None,
                proxy=self._proxy,
                ssl=self._tls,
                timeout=timeout,
                allow_redirects=False,
            ) as answer:
                said = await answer.content.read(LONGEST)
                return _read(answer, said)
        except aiohttp.ClientConnectorCertificateError as error:
            cause = error.certificate_error
            why = cause.verify_message if isinstance(cause, ssl.SSLCertVerificationError) else cause
            raise RefusedError(
                f"the certificate of {error.host} is not trusted: {why}",
                hint="have it mended, or name the authority's file: ca",
            ) from error
        except aiohttp.InvalidURL as error:
            raise RefusedError(f"{self._url} is no address", hint="look at url") from error
        except TimeoutError as error:
            raise LineError(f"{self._url} did not answer in {PATIENCE:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise LineError(f"{self._url} can't be reached: {error}") from error


def part(text: str) -> str:
    """A text as a part of a path."""
    return quote(text, safe="")


def _read(answer: aiohttp.ClientResponse, said: bytes) -> Json:
    try:
        data: Json = json.loads(said)
    except (ValueError, RecursionError):
        data = None
    if answer.status == 200 and isinstance(data, dict):  # noqa: PLR2004  # RFC 9110, 15.3
        return data
    raise _refusal(answer, data)


def _refusal(answer: aiohttp.ClientResponse, data: Json) -> ChatOpsError:
    """The error for an answer that is none. Source: "Standard error response"."""
    code, told, status = inner(data, "errcode"), inner(data, "error"), answer.status
    if status == 429 or code == "M_LIMIT_EXCEEDED":  # noqa: PLR2004  # RFC 6585, 4
        return LimitedError(_pause(answer, data))
    if code in _TOKEN or status == 401:  # noqa: PLR2004  # RFC 9110, 15.5
        return RefusedError(
            f"the server doesn't take the token: {told or code or status}",
            hint="log the bot in anew, and put its access token where 'token' says",
        )
    if code == "M_TOO_LARGE" or status == 413:  # noqa: PLR2004  # RFC 9110, 15.5
        return OversizedError(told or "too large")
    if status >= 500:  # noqa: PLR2004  # RFC 9110, 15.6
        return LineError(f"the server fails: HTTP {status} {told}".rstrip())
    if not code:
        return RefusedError(
            f"what is at {answer.url.origin()} is no Matrix server: HTTP {status}",
            hint="look at url: it is the address of the client API",
        )
    return SaidNoError(code, told, status)


def _pause(answer: aiohttp.ClientResponse, data: Json) -> float:
    after = answer.headers.get("Retry-After", "")
    if after.isascii() and after.isdigit():
        return max(float(after), 0.1)
    told = data.get("retry_after_ms") if isinstance(data, dict) else None
    return max(told / 1000, 0.1) if isinstance(told, int | float) else WAIT


def _encoded(body: Mapping[str, Json]) -> bytes:
    # Characters as they are: the server counts them so.
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _context(ca: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca or None)
    except (OSError, ssl.SSLError) as error:
        raise RefusedError(
            f"{ca} can't be read as certificates: {error.strerror or error}", hint="mend ca"
        ) from error


_HINTS: Mapping[str, str] = MappingProxyType(
    {
        "M_FORBIDDEN": "invite the bot, and let it write there",
        "M_NOT_FOUND": "look at the room's id",
    }
)
