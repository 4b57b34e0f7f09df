"""Replies posted: none is lost, each room has its own in order, progress is told by editing."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextvars import Context
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from chatops_cli.bridge.contract import (
    Adapter,
    LimitedError,
    LineError,
    OversizedError,
    Posting,
    UndeliverableError,
)
from chatops_cli.bridge.line import Line, Sleep
from chatops_cli.bridge.outbox import Letter, Outbox
from chatops_cli.bridge.pace import Pace
from chatops_cli.bridge.postings import posts_of
from chatops_cli.bridge.tracing import sending
from chatops_cli.errors import ChatOpsError, RecordError
from chatops_cli.model.chat import Reply, ReplyKind
from chatops_cli.model.frozen import frozen
from chatops_cli.model.trace import UNTRACED, Tracer
from chatops_cli.rendering.networks import Network

SPARING = 30.0
"""Seconds between two lines of progress where a network can't edit."""
SMALLEST = 200
"""A limit that is not halved any more when a network finds a post too long."""

Where: TypeAlias = tuple[str, str]
"""A line, and a room of it."""

_log = logging.getLogger(__name__)


@frozen
class News:
    """How far an execution is; only the newest of each is worth posting."""

    reply: Reply


class Delivery:
    """Works on what is to be posted, each room by itself.

    Args:
        lines: The connections by name.
        outbox: Where replies are kept until they are posted.
        now: The time, aware UTC.
        more: Where the rest of a reply that is cut can be read.
        sleep: Waits for seconds.
        tracer: Told of each reply that is posted.
    """

    def __init__(
        self,
        *,
        lines: Mapping[str, Line],
        outbox: Outbox,
        now: Callable[[], datetime],
        more: Callable[[Reply], str] = lambda _: "",
        sleep: Sleep = asyncio.sleep,
        tracer: Tracer = UNTRACED,
    ) -> None:
        self._tracer = tracer
        self._lines = lines
        self._outbox = outbox
        self._now = now
        self._more = more
        self.sleep = sleep
        self._rooms: dict[Where, _RoomQueue] = {}
        self.lost = 0

    def resume(self, only: str | None = None) -> int:
        """What was kept and not posted is on its way; how many letters.

        `only` is a line that wasn't there before: what is for others is on its way already.

        Raises:
            RecordError: They can't be read.
        """
        letters = self._outbox.waiting()
        return self.take(each for each in letters if only is None or each.line == only)

    def take(self, letters: Iterable[Letter]) -> int:
        """Letters that are kept are on their way; how many."""
        count = 0
        for letter in letters:
            if letter.line in self._lines:
                self._queue((letter.line, letter.reply.room)).put(letter)
                count += 1
            else:
                _log.error("letter-without-line line=%s key=%s", letter.line, letter.key)
        return count

    def put(self, line: str, key: str, reply: Reply) -> None:
        """The reply is kept, and on its way. A reply of progress is not kept.

        Where it can't be kept, it is posted all the same: a full disk keeps no answer back.
        """
        if reply.kind is ReplyKind.PROGRESS:
            if line in self._lines:
                self._queue((line, reply.room)).put(News(reply=reply))
            return
        try:
            letter = self._kept(line, key, reply)
        except RecordError as error:
            _log.error("letter-not-kept key=%s error=%s", key, error.message)
            traceparent = self._tracer.traceparent
            letter = Letter(number=0, key=key, line=line, reply=reply, traceparent=traceparent)
        if letter is not None and line in self._lines:
            self._queue((line, reply.room)).put(letter)

    def put_once(self, line: str, key: str, reply: Reply) -> bool:
        """As `put`, for what is sent again until it is kept; whether it is new.

        Raises:
            RecordError: It can't be kept, and is not on its way.
        """
        letter = self._kept(line, key, reply)
        if letter is not None and line in self._lines:
            self._queue((line, reply.room)).put(letter)
        return letter is not None

    def _kept(self, line: str, key: str, reply: Reply) -> Letter | None:
        return self._outbox.put(
            line, key, reply, now=self._now(), traceparent=self._tracer.traceparent
        )

    def drop(self, line: str) -> None:
        """A line is gone: what is for it is kept until there is one of this name again."""
        for where in [where for where in self._rooms if where[0] == line]:
            task = self._rooms.pop(where).task
            if task is not None:
                task.cancel()

    @property
    def waiting(self) -> int:
        """How many are on their way."""
        return sum(len(queue.items) for queue in self._rooms.values())

    async def settle(self) -> None:
        """Waits until all is posted."""
        while tasks := [queue.task for queue in self._rooms.values() if queue.task is not None]:
            await asyncio.wait(tasks)

    async def close(self) -> None:
        """Nothing more is posted; what is kept is posted by the next bridge."""
        for queue in self._rooms.values():
            if queue.task is not None:
                queue.task.cancel()
        await self.settle()

    def _queue(self, where: Where) -> "_RoomQueue":
        if where not in self._rooms:
            line = self._lines[where[0]]
            able = line.adapter.capabilities
            time = asyncio.get_running_loop().time
            pace = Pace(able.burst, able.pace, time=time, sleep=self.sleep)
            self._rooms[where] = _RoomQueue(self, line, pace)
        return self._rooms[where]

    async def post(self, letter: Letter, line: Line, pace: Pace) -> None:
        """A letter is posted, however long that takes; or it is lost, which is told."""
        with sending(self._tracer, line.adapter.network.name, letter) as span:
            try:
                await _Posting(self._outbox, letter, line, pace, more=self._more).post(self.sleep)
            except UndeliverableError as error:
                span.fail(type(error).__name__)
                _log.error("letter-lost key=%s error=%s", letter.key, error.in_full)
                self.lost += 1
                self._end(letter, is_lost=True)
            else:
                self._end(letter)

    def _end(self, letter: Letter, *, is_lost: bool = False) -> None:
        try:
            self._outbox.done(letter, is_lost=is_lost)
        except RecordError as error:
            # It will be posted again by the next bridge, and say so.
            _log.error("letter-not-done key=%s error=%s", letter.key, error.message)


class _RoomQueue:
    """What one room is to read."""

    def __init__(self, delivery: Delivery, line: Line, pace: Pace) -> None:
        self._delivery = delivery
        self._line = line
        self._pace = pace
        self._shown: dict[str, tuple[str, float]] = {}
        self.items: deque[Letter | News] = deque()
        self.task: asyncio.Task[None] | None = None

    def put(self, item: Letter | News) -> None:
        if isinstance(item, News):
            for number, each in enumerate(self.items):
                if isinstance(each, News) and each.reply.execution_id == item.reply.execution_id:
                    self.items[number] = item
                    return
        self.items.append(item)
        if self.task is None:
            # It posts what others put, too: it is part of nobody's work.
            work = self._work()
            self.task = asyncio.get_running_loop().create_task(work, context=Context())

    async def _work(self) -> None:
        try:
            while self.items:
                item = self.items.popleft()
                if isinstance(item, News):
                    await self._tell(item.reply)
                else:
                    await self._delivery.post(item, self._line, self._pace)
                    self._shown.pop(item.reply.execution_id or "", None)
        except asyncio.CancelledError:
            pass
        except Exception:  # noqa: BLE001  # a bug must not stop other rooms; what is kept is posted later
            _log.exception("delivery-failed line=%s", self._line.name)
        finally:
            self.task = None

    async def _tell(self, reply: Reply) -> None:
        """Progress is posted, or what was posted of it is changed; if that fails, so be it."""
        adapter, execution = self._line.adapter, reply.execution_id or ""
        post, last = self._shown.get(execution, ("", 0.0))
        time = asyncio.get_running_loop().time()
        if not adapter.capabilities.edits and last and time - last < SPARING:
            return
        posts = posts_of(reply, adapter.network, adapter.capabilities, key=f"{execution}-news")
        if not posts.postings:
            return
        first = posts.postings[0]
        try:
            await self._pace.turn()
            if post and adapter.capabilities.edits:
                await adapter.update(first, post)
            else:
                post = await adapter.post(first)
        except LineError as error:
            self._line.lost(error)
        except LimitedError as error:
            await self._delivery.sleep(error.seconds)
        except ChatOpsError as error:
            _log.warning("progress-not-posted line=%s error=%s", self._line.name, error.in_full)
        else:
            self._shown[execution] = (post, time)


class _Posting:
    """One letter being posted."""

    def __init__(
        self,
        outbox: Outbox,
        letter: Letter,
        line: Line,
        pace: Pace,
        *,
        more: Callable[[Reply], str],
    ) -> None:
        self._outbox = outbox
        self._letter = letter
        self._line = line
        self._pace = pace
        self._posted = list(letter.posted)
        self._is_split = False
        posts = posts_of(
            letter.reply,
            line.adapter.network,
            line.adapter.capabilities,
            key=letter.key,
            is_again=letter.is_again and not letter.posted,
            more=more(letter.reply),
        )
        self._left = list(posts.postings[len(self._posted) :])
        self._file = posts.file

    async def post(self, sleep: Sleep) -> None:
        """All of it is posted; `sleep` waits where the network wants that.

        Raises:
            UndeliverableError: The room doesn't take it.
        """
        network = self._line.adapter.network
        while self._left:
            await self._line.up()
            await self._pace.turn()
            try:
                post = await self._next(self._line.adapter)
            except LimitedError as error:
                await sleep(error.seconds)
            except LineError as error:
                self._line.lost(error)
            except OversizedError as error:
                network = self._smaller(network, error)
            else:
                self._left.pop(0)
                self._posted.append(post)
                if self._left:
                    self._keep()

    async def _next(self, adapter: Adapter) -> str:
        posting = self._left[0]
        if self._file and len(self._left) == 1:
            return await adapter.upload(posting, "reply.txt", self._file)
        return await adapter.post(posting)

    def _smaller(self, network: Network, error: OversizedError) -> Network:
        """The post that was too long is several now, of half the length at most."""
        if network.limit <= SMALLEST:
            raise UndeliverableError(error.message, hint=error.hint) from error
        self._is_split = True
        network = replace(network, limit=max(network.limit // 2, SMALLEST))
        whole = self._left.pop(0)
        reply = Reply(kind=ReplyKind.INFO, message_id="", room=whole.room, text=whole.text)
        smaller = posts_of(reply, network, self._line.adapter.capabilities, key=whole.key)
        self._left[:0] = [self._part(whole, part, smaller.postings) for part in smaller.postings]
        return network

    def _part(self, whole: Posting, part: Posting, all_parts: tuple[Posting, ...]) -> Posting:
        is_last = part is all_parts[-1]
        return replace(
            part,
            thread=whole.thread,
            attachments=whole.attachments if is_last else (),
            extra=whole.extra if is_last else {},
            answers=whole.answers,
            choices=whole.choices if is_last else (),
        )

    def _keep(self) -> None:
        """So many parts are posted; parts of another length would be counted wrongly later."""
        if self._is_split:
            return
        try:
            self._outbox.posted(self._letter, tuple(self._posted))
        except RecordError as error:
            _log.error("letter-not-kept key=%s error=%s", self._letter.key, error.message)
