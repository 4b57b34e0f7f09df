"""Replies on their way to a network: none is lost, each arrives once, in order in its thread."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace

from chatops_cli.model.chat import Reply
from chatops_cli.model.frozen import frozen

PAUSE = 1.0
"""Seconds before a reply is sent again when the line was broken."""


class DisconnectedError(Exception):
    """The line is broken: whether the reply was taken is not known."""


class RateLimitedError(Exception):
    """The network takes nothing for `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"retry after {seconds:g} s")
        self.seconds = seconds


class CutError(Exception):
    """The network takes only so many characters at a time; it has taken nothing."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"at most {limit} characters")
        self.limit = limit


@frozen
class Parcel:
    """A reply, or a part of it, to be posted. By `key` and `number` a network knows it again."""

    whole: Reply
    reply: Reply
    key: tuple[str, int]
    number: int = 0
    is_last: bool = True

    @property
    def text(self) -> str:
        """What it says, without attachments."""
        return self.reply.text


class Outbox:
    """One line of replies for each thread; each is tried until the network has taken it.

    Args:
        post: Posts a parcel, and raises one of the errors above where it meets them.
        sleep: Waits for so many seconds.
    """

    def __init__(
        self,
        *,
        post: Callable[[Parcel], Awaitable[None]],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._post = post
        self._sleep = sleep
        self._lines: dict[tuple[str, str | None], deque[Parcel]] = {}
        self._tasks: dict[tuple[str, str | None], asyncio.Task[None]] = {}

    def put(self, reply: Reply, *, key: tuple[str, int]) -> None:
        """The reply is in its line. The same key is the same reply."""
        place = (reply.room, reply.thread)
        self._lines.setdefault(place, deque()).append(Parcel(whole=reply, reply=reply, key=key))
        if place not in self._tasks:
            self._tasks[place] = asyncio.get_running_loop().create_task(self._work(place))

    async def settle(self) -> None:
        """Waits until all lines are empty."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values())

    async def _work(self, place: tuple[str, str | None]) -> None:
        line = self._lines[place]
        try:
            while line:
                try:
                    await self._post(line[0])
                except DisconnectedError:
                    await self._sleep(PAUSE)
                except RateLimitedError as error:
                    await self._sleep(error.seconds)
                except CutError as error:
                    line.extendleft(reversed(split(line.popleft(), error.limit)))
                else:
                    line.popleft()
        finally:
            del self._tasks[place]


def split(parcel: Parcel, limit: int) -> tuple[Parcel, Parcel]:
    """A parcel as two, the first with at most `limit` characters; where it can, between lines.

    Attachments come with the last part.
    """
    text = parcel.text
    end = text.rfind("\n", 0, limit + 1) + 1 or max(limit, 1)
    head = replace(parcel.reply, text=text[:end], attachments=())
    tail = replace(parcel.reply, text=text[end:])
    return (
        replace(parcel, reply=head, is_last=False),
        replace(parcel, reply=tail, number=parcel.number + 1),
    )
