"""The bridge's HTTP server: probes for orchestrators, metrics for Prometheus.

It answers nothing that chat or packs say. Encryption and who may ask are a proxy's matter: it
listens on the address of the settings, which should be this machine's own.
"""

import asyncio
import logging
from collections.abc import Callable
from http import HTTPStatus
from importlib.util import find_spec
from typing import TYPE_CHECKING

from chatops_cli.bridge.standing import Standing
from chatops_cli.bridge.web.hooks import UnreadableError
from chatops_cli.bridge.web.signatures import UnsignedError
from chatops_cli.errors import ChatOpsError, NotFoundError, RecordError, SettingsError
from chatops_cli.settings.listener import Listener

if TYPE_CHECKING:
    from aiohttp import web

    from chatops_cli.bridge.web.hooks import Hooks
    from chatops_cli.bridge.web.metrics import Metrics
    from chatops_cli.model.json import Json

BODY = 1_048_576
"""Bytes of a body."""
PATIENCE = 15.0
"""Seconds in which a request must have been answered, its body read."""
AT_ONCE = 64
"""Requests at once; others are told to come later."""

_STATUS = (
    (UnsignedError, HTTPStatus.UNAUTHORIZED),
    (UnreadableError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (RecordError, HTTPStatus.SERVICE_UNAVAILABLE),
)

_log = logging.getLogger(__name__)


class Web:
    """A listening server. `start` and `stop` are for one event loop.

    Args:
        listener: Where it listens.
        standing: How the bridge stands.
        writable: Whether what comes in can be kept; may wait for the disk.
        metrics: What is counted; None where that can't be told.
        hooks: What other programs may ask for.
    """

    def __init__(
        self,
        listener: Listener,
        *,
        standing: Callable[[], Standing],
        writable: Callable[[], bool],
        metrics: "Metrics | None",
        hooks: "Hooks | None" = None,
    ) -> None:
        self.listener = listener
        self._standing = standing
        self._writable = writable
        self._metrics = metrics
        self._hooks = hooks
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        """It listens.

        Raises:
            SettingsError: It can't, there.
        """
        if find_spec("aiohttp") is None:
            raise SettingsError(
                "bridge.http needs the package aiohttp, which is not installed",
                hint="pip install 'chatops-cli[service]'",
            )
        from aiohttp import web

        from chatops_cli.bridge.web.guard import guard

        app = web.Application(client_max_size=BODY, middlewares=[guard(AT_ONCE, PATIENCE)])
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/readyz", self._readiness)
        app.router.add_get("/metrics", self._exposition)
        app.router.add_post("/hooks/{name}", self._hook)
        self._runner = web.AppRunner(app, access_log=None, keepalive_timeout=PATIENCE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.listener.host, self.listener.port)
        try:
            await site.start()
        except OSError as error:
            await self.stop()
            raise SettingsError(
                f"can't listen on {self.listener}: {error.strerror or error}",
                hint="set bridge.http.listen to an address of this machine and a free port",
            ) from error
        self.port = self._runner.addresses[0][1]
        _log.info("listening address=%s port=%d", self.listener.host, self.port)

    async def stop(self) -> None:
        """It listens no more."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _health(self, request: "web.Request") -> "web.StreamResponse":
        """The process lives, and its loop goes round: else nobody would answer."""
        from chatops_cli.bridge.web.guard import said

        del request
        return said(200, {"status": "ok"})

    async def _readiness(self, request: "web.Request") -> "web.StreamResponse":
        """Whether messages are heard and kept; what isn't in order is named, not why."""
        from chatops_cli.bridge.web.guard import said

        del request
        standing = self._standing()
        is_writable = await asyncio.to_thread(self._writable)
        is_ready = standing.is_ready and is_writable
        told: dict[str, Json] = {
            "ready": is_ready,
            "ending": standing.is_ending,
            "writable": is_writable,
            "lines": {line.name: str(line.state) for line in standing.lines},
        }
        return said(200 if is_ready else 503, told)

    async def _hook(self, request: "web.Request") -> "web.StreamResponse":
        """A delivery of another program: on disk before it is told so."""
        from chatops_cli.bridge.web.guard import said

        if self._hooks is None:
            return said(404, {"error": "not found"})
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            taken = self._hooks.deliver(request.match_info["name"], headers, body)
        except ChatOpsError as error:
            status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
            if status == HTTPStatus.UNAUTHORIZED:
                _log.warning("hook-refused hook=%s", request.match_info["name"][:64])
            return said(status, {"error": error.message})
        return said(202, dict(taken))

    async def _exposition(self, request: "web.Request") -> "web.StreamResponse":
        from aiohttp import web

        from chatops_cli.bridge.web.guard import said

        if self._metrics is None:
            hint = "pip install 'chatops-cli[service]'"
            return said(501, {"error": "the package prometheus-client is missing", "hint": hint})
        body, content_type = self._metrics.text(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})
