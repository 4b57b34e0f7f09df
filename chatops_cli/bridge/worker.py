"""A process that runs what bridges ask for: no network, no rooms, only queues."""

import asyncio
import logging
from typing import TYPE_CHECKING

from chatops_cli.bridge.service import LOOK
from chatops_cli.bridge.systemd import Systemd
from chatops_cli.errors import ChatOpsError
from chatops_cli.room.house import House
from chatops_cli.room.stamps import stamps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chatops_cli.execution.durable.executor import Executor
    from chatops_cli.room.room import Room

_log = logging.getLogger(__name__)


class Worker:
    """Takes work from queues until `end` is called. It is made in the running event loop.

    Args:
        open_room: Makes rooms with the packs and settings of now, whose engine `executor` serves.
        executor: Takes the work.
        drain: Seconds that what runs has to end when it is to end.
        environment: The process' own variables.

    Raises:
        ChatOpsError: The settings are wrong.
    """

    def __init__(
        self,
        *,
        open_room: "Callable[[], Room]",
        executor: "Executor",
        drain: float,
        environment: "Mapping[str, str]",
    ) -> None:
        self.house = House(open_room)
        self._executor = executor
        self._drain = drain
        self._ending = asyncio.Event()
        self._systemd = Systemd(environment)

    async def run(self) -> None:
        """Its life.

        Raises:
            ChatOpsError: The engine's database can't be used.
        """
        watching = asyncio.get_running_loop().create_task(self._watch())
        try:
            await self._executor.start()
            self._systemd.ready("started")
            await self._ending.wait()
        finally:
            watching.cancel()
            self._systemd.ending()
            await self._executor.close(self._drain)
            await self.house.close()

    def end(self) -> None:
        """No more work is taken; what runs has its time to end."""
        self._ending.set()

    def reload(self) -> None:
        """Packs and settings are read anew; where something is wrong, the old ones stay."""
        try:
            changes = self.house.reload()
        except ChatOpsError as error:
            _log.error("reload-refused error=%s", error.in_full)
            return
        for problem in changes.broken:
            _log.error("reload-refused error=%s", problem)
        for line in changes.lines:
            _log.info("reloaded %s", line)

    async def _watch(self) -> None:
        settings = self.house.world.settings
        before = await asyncio.to_thread(stamps, settings)
        while True:
            await asyncio.sleep(LOOK)
            after = await asyncio.to_thread(stamps, settings)
            if after != before:
                before = after
                self.reload()
