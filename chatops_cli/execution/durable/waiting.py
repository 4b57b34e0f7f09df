"""Waiting for ends: one look for all that is waited for, as long as something is."""

import asyncio
import logging
from typing import TYPE_CHECKING

from chatops_cli.errors import RecordError
from chatops_cli.execution.durable.store import Ledger

if TYPE_CHECKING:
    from chatops_cli.execution.durable.store import Flow

SOON, LATER = 0.05, 0.5
"""Seconds between two looks: at first, and after a while."""
WHILE = 10.0
"""Seconds after which what is waited for takes long."""


AWAY = 2.0
"""Seconds until the next look where the database can't be read."""

_log = logging.getLogger(__name__)


class Ends:
    """Hears of the ends of executions, wherever they run."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: dict[str, asyncio.Future[Flow]] = {}
        self._since: dict[str, float] = {}
        self._looking: asyncio.Task[None] | None = None

    async def wait(self, execution_id: str) -> "Flow":
        """The execution, when it has ended."""
        loop = asyncio.get_running_loop()
        end: asyncio.Future[Flow] = loop.create_future()
        self._waiting[execution_id] = end
        self._since[execution_id] = loop.time()
        if self._looking is None or self._looking.done():
            self._looking = loop.create_task(self._look())
        try:
            return await end
        finally:
            self._waiting.pop(execution_id, None)
            self._since.pop(execution_id, None)

    async def close(self) -> None:
        """Nobody is told any more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            try:
                ended = await asyncio.to_thread(self._ledger.ended, tuple(self._waiting))
            except RecordError as error:
                # They have their ends, or will: nothing is lost by looking later.
                _log.error("ends-not-read error=%s", error.message)
                await asyncio.sleep(AWAY)
                continue
            for flow in ended:
                end = self._waiting.get(flow.workflow_id)
                if end is not None and not end.done():
                    end.set_result(flow)
            young = loop.time() - max(self._since.values(), default=0.0) < WHILE
            await asyncio.sleep(SOON if young else LATER)
