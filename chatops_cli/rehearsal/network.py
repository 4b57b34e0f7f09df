"""A chat network that misbehaves, between people and a room; by its seed it always does the same.

Messages arrive late, twice, out of order, cut short, and are edited; replies meet a broken line, a
limit of their rate, or of their length. What it does to a message depends on the seed and on the
message's name alone, so that it is the same however long anything takes.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from random import Random
from typing import TypeAlias

from chatops_cli.model.chat import Message, Reply
from chatops_cli.rehearsal.outbox import (
    CutError,
    DisconnectedError,
    Outbox,
    Parcel,
    RateLimitedError,
)
from chatops_cli.rehearsal.passage import Deliver, Passage
from chatops_cli.rehearsal.rough import Roughness

Handle: TypeAlias = Callable[[Message], AsyncIterator[Reply]]
"""A room: gives the replies to a message."""
SLOWEST = 5.0
"""Seconds that a message is late at most."""
SHORTEST = 40
"""Characters of a reply that a network takes at least."""


class RoughNetwork:
    """Takes what people say to a room, and what the room says to people, as roughly as is wanted.

    One network is for all that is said in a session: messages overtake one another in it, and
    replies wait for those before them in their thread.

    Args:
        roughness: How often what happens.
        happened: Told in words what has gone wrong.
        sleep: Waits for so many seconds.
    """

    def __init__(
        self,
        *,
        roughness: Roughness,
        happened: Callable[[str], None] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.roughness = roughness
        self._happened = happened
        self._sleep = sleep
        self._is_down = False
        self._met: dict[tuple[str, int, int], int] = {}
        self._taken: set[tuple[str, int, int]] = set()
        self._passages: list[Passage] = []
        self._numbers: dict[str, int] = {}
        self._ways: dict[tuple[str, int], Passage] = {}
        self._outbox = Outbox(post=self._post, sleep=sleep)

    def send(
        self, message: Message, *, handle: Handle, deliver: Deliver, name: str = ""
    ) -> Passage:
        """Somebody types a message: it is on its way, in the running event loop.

        Args:
            message: What is typed.
            handle: The room.
            deliver: Told each reply, or part of one, as it reaches people.
            name: What chance, and what is told of it, knows the message by; its id where empty.
        """
        passage = Passage(name=name or message.id, deliver=deliver)
        self._passages = [each for each in self._passages if not each.is_over]
        self._passages.append(passage)
        passage.begin(self._travel(passage, message, handle))
        return passage

    async def settle(self) -> None:
        """Waits until all messages have arrived, and all replies have reached people."""
        for passage in self._passages:
            await passage.settle()
        await self._outbox.settle()

    async def _travel(self, passage: Passage, message: Message, handle: Handle) -> None:
        """A message on its way into the room."""
        rough, rng = self.roughness, self._rng("message", passage.name, str(message.is_edited))
        late = 0.0
        if rng.random() < rough.delays:
            late += self._told(passage, "is late", rng.uniform(0.1, SLOWEST))
        if rng.random() < rough.reorders:
            late += self._told(passage, "is overtaken", SLOWEST)
        copies = []
        if rng.random() < rough.duplicates:
            copies.append(self._told(passage, "arrives twice", rng.uniform(0.0, SLOWEST)))
        if rng.random() < rough.disconnects:
            copies.append(self._told(passage, "is sent again after the line broke", SLOWEST))
            self._is_down = True
        is_edited = rng.random() < rough.edits and not message.is_edited
        is_cut = rng.random() < rough.cuts and not message.is_edited and len(message.text) > 1
        if late:
            await self._sleep(late)
        if is_cut:
            await self._cut_short(passage, message, handle, rng)
        passage.begin(self._arrive(passage, message, handle))
        for after in copies:
            passage.begin(self._arrive(passage, message, handle, after))
        if is_edited:
            passage.reasons.add("edited")
            self._told(passage, "is edited", 0.0)
            edit = replace(message, text=f"{message.text} (edited)", is_edited=True)
            passage.begin(self._arrive(passage, edit, handle, rng.uniform(0.1, 1.0)))

    async def _cut_short(
        self, passage: Passage, message: Message, handle: Handle, rng: Random
    ) -> None:
        """The beginning of a message arrives, and some time after it the whole is sent again."""
        passage.reasons.add("cut")
        self._told(passage, "arrives cut short, and whole after that", 0.0)
        beginning = message.text[: rng.randint(1, len(message.text) - 1)]
        cut = replace(message, text=beginning, is_cut=True)
        passage.begin(self._arrive(passage, cut, handle))
        await self._sleep(rng.uniform(0.1, SLOWEST))

    async def _arrive(
        self, passage: Passage, message: Message, handle: Handle, after: float = 0.0
    ) -> None:
        if after:
            await self._sleep(after)
        async for reply in handle(message):
            number = self._numbers.get(passage.name, 0)
            self._numbers[passage.name] = number + 1
            key = (passage.name, number)
            self._ways[key] = passage
            passage.expect()
            self._outbox.put(reply, key=key)

    async def _post(self, parcel: Parcel) -> None:
        """A part of a reply on its way to people; see `outbox.Outbox` for what it may meet."""
        rough, key = self.roughness, (*parcel.key, parcel.number)
        tries = self._met[key] = self._met.get(key, 0) + 1
        rng = self._rng("reply", *map(str, key), str(tries))
        if self._is_down:
            self._is_down = False
            raise DisconnectedError
        is_first = tries == 1
        if is_first and rng.random() < rough.rate_limits:
            self._say(f"a reply to {key[0]} comes too fast")
            raise RateLimitedError(rng.uniform(0.5, SLOWEST))
        if is_first and len(parcel.text) > SHORTEST and rng.random() < rough.cuts:
            self._say(f"a reply to {key[0]} is too long")
            raise CutError(rng.randint(SHORTEST, len(parcel.text) - 1))
        is_lost = is_first and rng.random() < rough.disconnects
        if not is_lost or rng.random() < 0.5:  # noqa: PLR2004  # it was taken, or it was not
            self._take(parcel, key)
        if is_lost:
            self._say(f"the line breaks under a reply to {key[0]}")
            raise DisconnectedError

    def _take(self, parcel: Parcel, key: tuple[str, int, int]) -> None:
        """The network takes a part once, however often it is posted."""
        if key in self._taken:
            return
        self._taken.add(key)
        self._ways[parcel.key].arrived(parcel)

    def _told(self, passage: Passage, what: str, seconds: float) -> float:
        self._say(f"{passage.name} {what}")
        return seconds

    def _say(self, what: str) -> None:
        if self._happened is not None:
            self._happened(what)

    def _rng(self, *parts: str) -> Random:
        return Random("\n".join((str(self.roughness.seed), *parts)))  # noqa: S311  # nothing secret
