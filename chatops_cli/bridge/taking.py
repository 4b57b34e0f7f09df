"""How a line's messages are taken where the database is away or locked: in time, or not at all."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from chatops_cli.bridge.contract import Capabilities
from chatops_cli.bridge.store import AwayError
from chatops_cli.errors import RecordError
from chatops_cli.model.chat import Message

AWAY = 1.0
"""Seconds until a message is tried again that could not be taken: its database is away."""
LONGEST_WAIT = 600.0
"""Seconds after which nobody expects any more that it is run."""

_log = logging.getLogger(__name__)


class Taking:
    """Takes the messages of a line in the order in which they were heard.

    A network that is told when a message was taken waits for that, or says it again. One that
    forgets what it has said is heard on meanwhile: what can't be taken yet is kept here.

    Args:
        line: The name of the line.
        able: What its network can.
        take: Puts a message on disk; raises `RecordError`.
        refuse: Says that a message isn't run, and why.
    """

    def __init__(
        self,
        line: str,
        able: Capabilities,
        *,
        take: Callable[[str, Message], None],
        refuse: Callable[[str, Message, RecordError], None],
    ) -> None:
        self._line = line
        self._able = able
        self._take = take
        self._refuse = refuse
        self._kept: deque[tuple[Message, float]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, message: Message) -> None:
        """See `contract.Take`."""
        heard = asyncio.get_running_loop().time()
        if self._able.repeats:
            self._take(self._line, message)
        elif not self._able.forgets:
            await self._taken(message, heard)
        elif self._kept or not self._try(message, heard):
            self._kept.append((message, heard))
            if self._task is None:
                self._task = asyncio.get_running_loop().create_task(self._go_on())

    async def close(self) -> None:
        """Nothing more is taken; what was not is told."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        while self._kept:
            message, _ = self._kept.popleft()
            self._refuse(self._line, message, AwayError("the bridge ends"))

    async def _go_on(self) -> None:
        while self._kept:
            try:
                await self._taken(*self._kept[0])
            except Exception:  # noqa: BLE001  # a bug must not have all others wait
                _log.exception("message-failed line=%s", self._line)
            self._kept.popleft()
        self._task = None

    async def _taken(self, message: Message, heard: float) -> None:
        is_told = False
        while not self._try(message, heard):
            if not is_told:
                _log.warning("message-waits line=%s message=%s", self._line, message.id)
                is_told = True
            await asyncio.sleep(AWAY)

    def _try(self, message: Message, heard: float) -> bool:
        """Whether it was taken, or never will be."""
        try:
            self._take(self._line, message)
        except RecordError as error:
            waited = asyncio.get_running_loop().time() - heard
            if isinstance(error, AwayError) and waited < LONGEST_WAIT:
                return False
            self._refuse(self._line, message, error)
        return True
