"""Where messages of all networks come in: each is taken once, handed to the room, and answered."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.bridge.claims import Claims, key_of
from chatops_cli.bridge.contract import Capabilities
from chatops_cli.bridge.delivery import Delivery
from chatops_cli.bridge.store import AwayError
from chatops_cli.bridge.taking import Taking
from chatops_cli.bridge.tracing import processing
from chatops_cli.errors import ChatOpsError, RecordError
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.model.trace import UNTRACED, Span, Tracer
from chatops_cli.room.address import command_of
from chatops_cli.room.help import is_help
from chatops_cli.room.house import House
from chatops_cli.room.waiting_words import is_of_waiting

if TYPE_CHECKING:
    from chatops_cli.bridge.contract import Take
    from chatops_cli.execution.engine import Prepared

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
        tracer: Told of the work on each message.
        ready: Waits until what an execution needs to begin is there; None where it always is.
    """

    def __init__(
        self,
        *,
        house: House,
        claims: Claims,
        delivery: Delivery,
        incident: Callable[[Exception], str],
        at_once: int = AT_ONCE,
        tracer: Tracer = UNTRACED,
        ready: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._ready = ready
        self._tracer = tracer
        self._house = house
        self._claims = claims
        self._delivery = delivery
        self._incident = incident
        self._free = asyncio.Semaphore(at_once)
        self._working: dict[asyncio.Task[None], Message] = {}
        self._takings: list[Taking] = []
        self.taken = 0
        self.is_closing = False

    def take_for(self, line: str, able: Capabilities) -> "Take":
        """What a line gives its messages to; its network is `able` to do this."""
        taking = Taking(line, able, take=self.take, refuse=self._unkept)
        self._takings.append(taking)
        return taking

    def _unkept(self, line: str, message: Message, error: RecordError) -> None:
        _log.error("message-not-kept line=%s error=%s", line, error.in_full)
        text = f"This can't be kept, so nothing was run: {error.in_full}. Say it again later."
        key = " ".join((line, *key_of(message), "unkept"))
        self._delivery.put(line, key, _told(message, text, reason="records"))

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

    def work(self, line: str, message: Message, kept: "Sequence[Prepared]" = ()) -> None:
        """The work on a message that was taken begins.

        `kept` are executions that it has asked an earlier bridge for, and that run or have ended
        elsewhere: then those are all the work.
        """
        task = asyncio.get_running_loop().create_task(self._work(line, message, kept))
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
        """What is still worked on is ended, and told so; so is what could not be taken."""
        for taking in self._takings:
            await taking.close()
        for task in self._working:
            task.cancel()
        if self._working:
            await asyncio.wait(self._working)

    def _over(self, task: asyncio.Task[None]) -> None:
        del self._working[task]
        if not task.cancelled():
            task.result()

    async def _work(self, line: str, message: Message, kept: "Sequence[Prepared]") -> None:
        with processing(self._tracer, line, message) as span:
            if kept:
                # They run already, and go on whether they are waited for or not.
                replies = [self._house.take_up(message, each) for each in kept]
                names = [each.execution.id for each in kept]
                tasks = [
                    self._answer(span, line, message, each, f"again {name}")
                    for each, name in zip(replies, names, strict=True)
                ]
                await asyncio.gather(*tasks)
            elif self._is_control(message):
                await self._handle(span, line, message)
            else:
                async with self._free:
                    if self._ready is not None:
                        await self._ready()
                    await self._handle(span, line, message)
        try:
            self._claims.done(message)
        except RecordError as error:
            _log.error("claim-not-done message=%s error=%s", message.id, error.message)

    def _is_control(self, message: Message) -> bool:
        """Whether it asks for help or has something go on: that never waits behind actions."""
        if message.wanted is not None:
            return False
        command = command_of(message, self._house.world.addressing) or ""
        return is_help(command) or is_of_waiting(command)

    async def _handle(self, span: Span, line: str, message: Message) -> None:
        """What it asks for is done; it waits where a database has gone away before it began."""
        while not await self._answer(span, line, message, self._house.handle(message)):
            assert self._ready is not None
            await self._ready()

    async def _answer(
        self,
        span: Span,
        line: str,
        message: Message,
        replies: AsyncIterator[Reply],
        more: str = "",
    ) -> bool:
        """The replies are on their way; False where nothing could be begun with just now."""
        key = " ".join((line, *key_of(message), *([more] if more else [])))
        number = 0

        def put(reply: Reply) -> None:
            nonlocal number
            self._delivery.put(line, f"{key} {number}", replace(reply, room=message.room))
            number += 1

        try:
            async for reply in replies:
                put(reply)
        except RecordError as error:
            # The fence is asked before an execution is recorded, and so before it is told of.
            if isinstance(error, AwayError) and number == 0 and self._ready is not None:
                _log.warning("message-waits line=%s error=%s", line, error.message)
                return False
            span.fail(type(error).__name__)
            text = f"This can't be recorded, so nothing was run: {error.in_full}."
            put(_told(message, text, reason="records"))
        except ChatOpsError as error:
            span.fail(type(error).__name__)
            put(_told(message, f"This doesn't work: {error.in_full}.", reason="runner"))
        except Exception as bug:  # noqa: BLE001  # the boundary of a message: others go on
            span.fail(type(bug).__name__)
            name = self._incident(bug)
            _log.error("message-failed message=%s incident=%s", message.id, name)
            put(_told(message, f"Something is wrong with chatops itself: incident {name}.", "bug"))
        return True


def _told(message: Message, text: str, reason: str) -> Reply:
    return Reply(
        kind=ReplyKind.ERROR,
        message_id=message.id,
        room=message.room,
        thread=message.thread,
        text=text,
        reason=reason,
    )
