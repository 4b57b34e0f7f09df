"""A way to run small commands of ours on a host that is busy with an action's."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import asyncssh

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.runners.remote import channel
from chatops_cli.runners.remote.channel import Ended
from chatops_cli.runners.remote.feed import Feed

OUTPUT_LIMIT = 4096

Open = Callable[[], AbstractAsyncContextManager[asyncssh.SSHClientConnection]]


@frozen
class Access:
    """The connection in use, and a way to another one."""

    connection: asyncssh.SSHClientConnection
    open_another: Open

    async def ask(self, feed: Feed, longest: float) -> Ended | None:
        """Runs `feed`; None if the host can't be made to within `longest` seconds.

        A host may allow one command for each connection (MaxSessions), or the connection may be
        lost: then another one is opened.
        """
        try:
            async with asyncio.timeout(longest):
                ended = await _try(self.connection, feed)
                if ended is None:
                    async with self.open_another() as connection:
                        ended = await _try(connection, feed)
        except (RunnerError, TimeoutError):
            return None
        return ended


async def _try(connection: asyncssh.SSHClientConnection, feed: Feed) -> Ended | None:
    try:
        ended = await channel.run(connection, feed, output_limit=OUTPUT_LIMIT)
    except RunnerError:
        return None
    return None if ended.return_code is None else ended
