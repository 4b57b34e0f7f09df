"""A chat network that misbehaves, between people and a room; by its seed it always does the same.

Messages arrive late, twice, out of order, and are edited; replies meet a broken line, a limit of
their rate, or of their length. What it does to a message depends on the seed and the message's id
alone, so that it is the same however long anything takes.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from random import Random

from chatops_cli.model.chat import Message, Reply
from chatops_cli.rehearsal.outbox import (
    CutError,
    DisconnectedError,
    Outbox,
    Parcel,
    RateLimitedError,
)
from chatops_cli.rehearsal.rough import Roughness

SLOWEST = 5.0
"""Seconds that a message is late at most."""
SHORTEST = 40
"""Characters of a reply that a network takes at least."""


@dataclass
class _Line:
    """The line between room and network: up, or down until somebody has waited."""

    is_down: bool = False
    met: dict[tuple[str, int, int], int] = field(default_factory=dict)


class RoughNetwork:
    """Takes what people say to a room, and what the room says to people, as roughly as is wanted.

    Args:
        handle: The room: gives the replies to a message.
        roughness: How often what happens.
        deliver: Told each reply, or part of one, that has reached people; the second argument is
            the whole reply, the third whether this was the last of it.
        happened: Told in words what has gone wrong.
        sleep: Waits for so many seconds.
    """

    def __init__(
        self,
        *,
        handle: Callable[[Message], AsyncIterator[Reply]],
        roughness: Roughness,
        deliver: Callable[[Reply, Reply, bool], None],
        happened: Callable[[str], None] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._handle = handle
        self._rough = roughness
        self._deliver = deliver
        self._happened = happened
        self._sleep = sleep
        self._line = _Line()
        self._tasks: set[asyncio.Task[None]] = set()
        self._taken: set[tuple[str, int, int]] = set()
        self._numbers: dict[str, int] = {}
        self.edited: set[str] = set()
        self.outbox = Outbox(post=self._post, sleep=sleep)

    def send(self, message: Message) -> None:
        """Somebody types a message: it is on its way, in the running event loop."""
        self._begin(self._travel(message))

    async def settle(self) -> None:
        """Waits until all messages have arrived, and all replies have reached people."""
        while self._tasks:
            done, self._tasks = self._tasks, set()
            for result in await asyncio.gather(*done, return_exceptions=True):
                if isinstance(result, BaseException):
                    raise result
        await self.outbox.settle()

    async def _travel(self, message: Message) -> None:
        """A message on its way into the room."""
        rng = self._rng("message", message.id, str(message.is_edited))
        late = 0.0
        if rng.random() < self._rough.delays:
            late += self._told(message, "is late", rng.uniform(0.1, SLOWEST))
        if rng.random() < self._rough.reorders:
            late += self._told(message, "is overtaken", SLOWEST)
        copies = []
        if rng.random() < self._rough.duplicates:
            copies.append(self._told(message, "arrives twice", rng.uniform(0.0, SLOWEST)))
        if rng.random() < self._rough.disconnects:
            copies.append(self._told(message, "is sent again after the line broke", SLOWEST))
            self._line.is_down = True
        is_edited = rng.random() < self._rough.edits and not message.is_edited
        if late:
            await self._sleep(late)
        self._begin(self._arrive(message))
        for after in copies:
            self._begin(self._arrive(message, after))
        if is_edited:
            self.edited.add(message.id)
            self._told(message, "is edited", 0.0)
            edit = replace(message, text=f"{message.text} (edited)", is_edited=True)
            self._begin(self._arrive(edit, rng.uniform(0.1, 1.0)))

    async def _arrive(self, message: Message, after: float = 0.0) -> None:
        if after:
            await self._sleep(after)
        async for reply in self._handle(message):
            number = self._numbers.get(message.id, 0)
            self._numbers[message.id] = number + 1
            self.outbox.put(reply, key=(message.id, number))

    async def _post(self, parcel: Parcel) -> None:
        """A part of a reply on its way to people; see `outbox.Outbox` for what it may meet."""
        key = (*parcel.key, parcel.number)
        tries = self._line.met[key] = self._line.met.get(key, 0) + 1
        rng = self._rng("reply", *map(str, key), str(tries))
        if self._line.is_down:
            self._line.is_down = False
            raise DisconnectedError
        is_first = tries == 1
        if is_first and rng.random() < self._rough.rate_limits:
            self._say(f"a reply to {key[0]} comes too fast")
            raise RateLimitedError(rng.uniform(0.5, SLOWEST))
        if is_first and len(parcel.text) > SHORTEST and rng.random() < self._rough.cuts:
            self._say(f"a reply to {key[0]} is too long")
            raise CutError(rng.randint(SHORTEST, len(parcel.text) - 1))
        is_lost = is_first and rng.random() < self._rough.disconnects
        if not is_lost or rng.random() < 0.5:  # noqa: PLR2004  # it was taken, or it was not
            self._take(parcel, key)
        if is_lost:
            self._say(f"the line breaks under a reply to {key[0]}")
            raise DisconnectedError

    def _take(self, parcel: Parcel, key: tuple[str, int, int]) -> None:
        """The network takes a part once, however often it is posted."""
        if key not in self._taken:
            self._taken.add(key)
            part = parcel.reply
            self._deliver(part, parcel.whole, parcel.is_last)

    def _told(self, message: Message, what: str, seconds: float) -> float:
        self._say(f"{message.id} {what}")
        return seconds

    def _say(self, what: str) -> None:
        if self._happened is not None:
            self._happened(what)

    def _rng(self, *parts: str) -> Random:
        return Random("\n".join((str(self._rough.seed), *parts)))  # noqa: S311  # nothing secret

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
