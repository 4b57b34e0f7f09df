"""Discord's REST API by the vendor library's client, with the contract's errors."""

import asyncio
import io
import json
import logging
from collections.abc import Mapping
from typing import Any, TypeAlias, cast

import aiohttp
import discord
from discord.http import HTTPClient, Route

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.discord.failures import failure_of
from chatops_cli.bridge.contract import RefusedError
from chatops_cli.model.json import Json

PATIENCE = 60.0
"""Seconds in which Discord must answer; the library tries again meanwhile."""
IMPATIENT = 0.001
"""Seconds of a limit that the library waits for by itself: none, the bridge does."""
Raw: TypeAlias = Any  # the library's own type of what its client answers


class _Http(HTTPClient):
    """The library's client, of which each call goes where the settings say."""

    def __init__(self, url: str, proxy: str | None) -> None:
        super().__init__(asyncio.get_running_loop(), proxy=proxy)
        self._url = url
        # The argument can't be that short.
        self.max_ratelimit_timeout = IMPATIENT

    async def request(self, route: Route, **how: Raw) -> Raw:
        """What the library calls for every route."""
        if route.url.startswith(Route.BASE):
            route.url = self._url + route.url.removeprefix(Route.BASE)
        return await super().request(route, **how)


class Api:
    """What a bot's token may do.

    Args:
        url: Where the API is.
        token: The bot's.
        proxy: What it is reached through.
    """

    def __init__(self, url: str, token: str, proxy: str | None) -> None:
        self.http = _Http(url, proxy)
        self.url = url
        self._token = token
        # It would write addresses with ids of rooms, and at `debug` all that is said.
        logging.getLogger("discord").setLevel(logging.ERROR)

    async def login(self) -> Mapping[str, Json]:
        """The bot, as Discord knows it.

        Raises:
            LimitedError, LineError, RefusedError, UndeliverableError: See there.
        """
        if self._token.lower().startswith("bot "):
            raise RefusedError("token begins with 'Bot '", hint="leave that word away")
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self.http.static_login(self._token)
        except (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise failure_of("the token", error) from None
        return cast("Mapping[str, Json]", found)

    async def call(self, method: str, path: str, body: Json = None, **query: str) -> Json:
        """What Discord answers; `path` must not be of anybody's making.

        Raises:
            LimitedError, LineError, OversizedError, RefusedError, UndeliverableError: See there.
        """
        how: dict[str, Raw] = {}
        if body is not None:
            how["json"] = body
        if query:
            how["params"] = query
        return await self._ask(self._route(method, path), how)

    async def upload(self, path: str, body: Mapping[str, Json], name: str, data: bytes) -> Json:
        """A message with a file. It raises what `call` raises."""
        file = discord.File(io.BytesIO(data), filename=name)
        form = [
            {"name": "payload_json", "value": json.dumps(body)},
            {
                "name": "files[0]",
                "value": file.fp,
                "filename": name,
                "content_type": "text/plain; charset=utf-8",
            },
        ]
        return await self._ask(self._route("POST", path), {"files": [file], "form": form})

    async def gateway(self) -> tuple[str, int, float]:
        """The gateway's address, new sessions that are left, and seconds until there are more."""
        found = await self.call("GET", "gateway/bot")
        limit = found.get("session_start_limit") if isinstance(found, dict) else None
        left = limit.get("remaining") if isinstance(limit, dict) else None
        reset = limit.get("reset_after") if isinstance(limit, dict) else None
        return (
            inner(found, "url"),
            left if isinstance(left, int) else 1,
            reset / 1000 if isinstance(reset, int) else 0.0,
        )

    async def close(self) -> None:
        """No more calls."""
        await self.http.close()

    def _route(self, method: str, path: str) -> Route:
        """Limits are those of a kind of call and a channel."""
        kind, _, rest = path.partition("/")
        if kind != "channels":
            return Route(method, f"/{path}")
        number, _, rest = rest.partition("/")
        return Route(method, f"/channels/{{channel_id}}/{rest}".rstrip("/"), channel_id=number)

    async def _ask(self, route: Route, how: Mapping[str, Raw]) -> Json:
        what = f"{route.method} {route.path.strip('/').rpartition('{channel_id}/')[2]}"
        try:
            async with asyncio.timeout(PATIENCE):
                found: Json = await self.http.request(route, **how)
        except (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise failure_of(what, error) from None
        return found
