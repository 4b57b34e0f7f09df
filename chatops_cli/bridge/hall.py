"""Where messages of all networks come in: each is taken once, handed to the room, and answered."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.bridge.claims import Claims, key_of
from chatops_cli.bridge.delivery import Delivery
from chatops_cli.errors import ChatOpsError, RecordError
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.room.address import command_of
from chatops_cli.room.help import is_help
from chatops_cli.room.house import House
from chatops_cli.room.waiting_words import is_of_waiting

if TYPE_CHECKING:
    from chatops_cli.bridge.contract import Take

AT_ONCE = 256
"""Messages that are worked on at once; others wait, but for those that help and control."""

_log = logging.getLogger(__name__)


class Hall:
    """Hands messages to the room, and its replies to the delivery.

    Args:
        house: The rooms.
        claims: Which messages were taken.
        delivery: Posts replies.
        incident: Writes down a bug, and gives the id of what it wrote.
        at_once: Messages that are worked on at once.
    """

    def __init__(
        self,
        *,
        house: House,
        claims: Claims,
        delivery: Delivery,
        incident: Callable[[Exception], str],
        at_once: int = AT_ONCE,
    ) -> None:
        self._house = house
        self._claims = claims
        self._delivery = delivery
        self._incident = incident
        self._free = asyncio.Semaphore(at_once)
        self._working: dict[asyncio.Task[None], Message] = {}
        self.taken = 0
        self.is_closing = False

    def take_for(self, line: str) -> "Take":
        """What a line gives its messages to."""

        async def take(message: Message) -> None:
            self.take(line, message)

        return take

    def take(self, line: str, message: Message) -> None:
        """A message was heard. When it returns, it is on disk if it is for the bot.

        Ordinary talk costs nothing but this look.

        Raises:
            RecordError: It can't be written: nothing is run, and the network is told nothing.
        """
        if command_of(message, self._house.world.addressing) is not None:
            self.take_wanted(line, message)

    def take_wanted(self, line: str, message: Message) -> bool:
        """Whether a message for the bot is new; then it is on disk, and worked on.

        Raises:
            RecordError: As `take`.
        """
        if not self._claims.take(line, message):
            return False
        self.taken += 1
        # What comes in while the bridge ends is kept for the next one.
        if not self.is_closing:
            self.work(line, message)
        return True

    def work(self, line: str, message: Message) -> None:
        """The work on a message that was taken begins."""
        task = asyncio.get_running_loop().create_task(self._work(line, message))
        self._working[task] = message
        task.add_done_callback(self._over)

    @property
    def working(self) -> tuple[Message, ...]:
        """The messages that are worked on."""
        return tuple(self._working.values())

    async def drain(self, seconds: float | None) -> bool:
        """Waits for what is worked on, so many seconds at most; whether all of it has ended."""
        self.is_closing = True
        if self._working:
            await asyncio.wait(self._working, timeout=seconds)
        return not self._working

    async def close(self) -> None:
        """What is still worked on is ended, and told so."""
        for task in self._working:
            task.cancel()
        if self._working:
            await asyncio.wait(self._working)

    def _over(self, task: asyncio.Task[None]) -> None:
        del self._working[task]
        if not task.cancelled():
            task.result()

    async def _work(self, line: str, message: Message) -> None:
        if self._is_control(message):
            await self._answer(line, message)
            return
        async with self._free:
            await self._answer(line, message)

    def _is_control(self, message: Message) -> bool:
        """Whether it asks for help or has something go on: that never waits behind actions."""
        if message.wanted is not None:
            return False
        command = command_of(message, self._house.world.addressing) or ""
        return is_help(command) or is_of_waiting(command)

    async def _answer(self, line: str, message: Message) -> None:
        key = " ".join((line, *key_of(message)))
        number = 0

        def put(reply: Reply) -> None:
            nonlocal number
            self._delivery.put(line, f"{key} {number}", replace(reply, room=message.room))
            number += 1

        try:
            async for reply in self._house.handle(message):
                put(reply)
        except RecordError as error:
            text = f"This can't be recorded, so nothing was run: {error.in_full}."
            put(_told(message, text, reason="records"))
        except ChatOpsError as error:
            put(_told(message, f"This doesn't work: {error.in_full}.", reason="runner"))
        except Exception as bug:  # noqa: BLE001  # the boundary of a message: others go on
            name = self._incident(bug)
            _log.error("message-failed message=%s incident=%s", message.id, name)
            put(_told(message, f"Something is wrong with chatops itself: incident {name}.", "bug"))
        try:
            self._claims.done(message)
        except RecordError as error:
            _log.error("claim-not-done message=%s error=%s", message.id, error.message)


def _told(message: Message, text: str, reason: str) -> Reply:
    return Reply(
        kind=ReplyKind.ERROR,
        message_id=message.id,
        room=message.room,
        thread=message.thread,
        text=text,
        reason=reason,
    )
