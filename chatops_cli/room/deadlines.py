"""Inquiries and approvals end when their time is over, as long as a room lasts."""

from contextlib import suppress
from contextvars import Context
from typing import TYPE_CHECKING

from chatops_cli.access.decide import LOCAL
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.chat import Message, Principal

if TYPE_CHECKING:
    from chatops_cli.room.approvals import Approvals
    from chatops_cli.room.continuing import Continuing
    from chatops_cli.room.services import Services

STEP = 10.0
"""Seconds between two looks."""


class Deadlines:
    """Looks now and then whether the time of something is over; what comes of it is posted.

    It begins in the running event loop.
    """

    def __init__(
        self,
        continuing: "Continuing",
        services: "Services",
        *,
        approvals: "Approvals | None" = None,
        step: float = STEP,
    ) -> None:
        import asyncio

        self._continuing = continuing
        self._approvals = approvals
        self._services = services
        self._step = step
        loop = asyncio.get_running_loop()
        # The message that it begins with has nothing to do with what it does later.
        self._task: asyncio.Task[None] = loop.create_task(self._watch(), context=Context())

    async def close(self) -> None:
        """It looks no more; what goes on because of it is ended."""
        import asyncio

        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _watch(self) -> None:
        import asyncio

        while True:
            await asyncio.sleep(self._step)
            # What can't be read or written now is tried again.
            with suppress(ChatOpsError):
                async for _ in self._continuing.expire(self._message()):
                    pass
                if self._approvals is not None:
                    async for _ in self._approvals.expire(self._message()):
                        pass

    def _message(self) -> Message:
        """Nobody has said anything: it is in no room, so all is posted where it was asked for."""
        return Message(
            id=self._services.new_id(),
            text="",
            principal=Principal(network=LOCAL, user="chatops"),
            room="",
            time=self._continuing.now(),
        )
