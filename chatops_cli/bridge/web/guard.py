"""What stands before every handler of a server: limits, and an answer in JSON whatever happens."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web
from aiohttp.typedefs import Middleware

from chatops_cli.model.json import Json

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_log = logging.getLogger(__name__)


def guard(at_once: int, patience: float) -> Middleware:
    """The middleware of a server.

    Args:
        at_once: Requests at once; others are told to come later.
        patience: Seconds in which a request must have been answered, its body read.
    """
    free = asyncio.Semaphore(at_once)

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        if free.locked():
            return said(503, {"error": "too many requests at once"})
        async with free:
            try:
                async with asyncio.timeout(patience):
                    return await handler(request)
            except TimeoutError:
                return said(408, {"error": "the request took too long"})
            except web.HTTPException as error:
                return said(error.status, {"error": error.reason.lower()})
            except Exception as bug:  # noqa: BLE001  # the boundary of a request: others go on
                _log.exception("request-failed path=%s", request.path)
                return said(500, {"error": type(bug).__name__})

    return guarded


def said(status: int, told: dict[str, Json]) -> web.Response:
    """An answer in JSON."""
    return web.json_response(told, status=status)
