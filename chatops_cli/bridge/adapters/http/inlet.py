"""Where messages come in: signed requests, answered when their messages are on disk."""

import json

from aiohttp import web

from chatops_cli.bridge.adapters.json_messages import message_in
from chatops_cli.bridge.contract import Context, RefusedError, Take
from chatops_cli.bridge.web.guard import guard, said
from chatops_cli.bridge.web.signatures import UnsignedError, verified
from chatops_cli.errors import RecordError
from chatops_cli.model.hook import Scheme
from chatops_cli.settings.listener import Listener

PATH = "/messages"
BODY = 1_048_576
"""Bytes of a message."""
PATIENCE = 15.0
"""Seconds in which a request must have been answered."""
AT_ONCE = 64


class Inlet:
    """A server that listens. Messages are given to `take`, once there is one.

    Args:
        listener: Where.
        secret: By which requests are signed.
        context: The adapter's.
        network: The network of the people who speak there.
    """

    def __init__(self, listener: Listener, secret: str, context: Context, network: str) -> None:
        self._listener = listener
        self._secret = secret
        self._context = context
        self._network = network
        self._runner: web.AppRunner | None = None
        self.take: Take | None = None
        self.port = 0

    async def start(self) -> None:
        """It listens.

        Raises:
            RefusedError: It can't, there.
        """
        app = web.Application(client_max_size=BODY, middlewares=[guard(AT_ONCE, PATIENCE)])
        app.router.add_post(PATH, self._message)
        self._runner = web.AppRunner(app, access_log=None, keepalive_timeout=PATIENCE)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._listener.host, self._listener.port).start()
        except OSError as error:
            await self.stop()
            raise RefusedError(
                f"can't listen on {self._listener}: {error.strerror or error}",
                hint="set listen to an address of this machine and a free port",
            ) from error
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """It listens no more."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _message(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            now = self._context.now()
            delivery = verified(Scheme.STANDARD, self._secret, headers, body, now)
            data = json.loads(body)
            message = message_in(data, self._context, self._network, delivery.id)
        except UnsignedError as error:
            return said(401, {"error": error.message})
        except (ValueError, TypeError, RecursionError) as error:
            return said(422, {"error": f"this is no message: {error}"[:200]})
        if self.take is None:
            return said(503, {"error": "the bridge is about to begin, or to end"})
        try:
            await self.take(message)
        except RecordError:
            return said(503, {"error": "it can't be kept now: send it again"})
        return said(202, {"id": message.id})
