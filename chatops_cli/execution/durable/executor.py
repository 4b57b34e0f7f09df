"""One process that runs durable executions: it takes them from queues, and records their ends."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from chatops_cli.errors import RecordError
from chatops_cli.execution.durable.alive import alive_of, new_name
from chatops_cli.execution.durable.guard import Guard
from chatops_cli.execution.durable.store import (
    APPLICATION,
    FLOW,
    LOST,
    PROTOCOL,
    Ledger,
    Store,
    json_serializer,
    unusable,
)
from chatops_cli.execution.durable.watch import Watch

if TYPE_CHECKING:
    from dbos import DBOS

POLL, CLUSTER_POLL = 0.1, 0.25
"""Seconds between two looks into a queue, of SQLite and of PostgreSQL."""
LAST = 10.0
"""Seconds in which the ends of what was ended are recorded."""

_log = logging.getLogger(__name__)


class Performs(Protocol):
    """Runs what was taken from a queue."""

    async def perform(self, execution_id: str, request: str, *, is_again: bool) -> str:
        """The execution's end, sealed; never raises. `is_again`: a dead executor had begun."""
        ...

    def repeats(self, execution_id: str, request: str) -> bool:
        """Whether it may be run again. Called in any thread."""
        ...

    def lose(self) -> None:
        """The executor may count as dead from now on: nothing of what it runs may go on."""
        ...

    def find(self) -> None:
        """It counts as alive again."""
        ...

    def end(self) -> None:
        """The executor is to end: so is what still runs."""
        ...


class Executor:
    """The executor of this process; there is one at most, for so it is with DBOS.

    Args:
        store: The database.
        queues: Where it takes work from.
        at_once: How many executions it takes at once of each queue.
        now: The time, aware UTC.
    """

    def __init__(
        self,
        store: Store,
        *,
        queues: Collection[str],
        at_once: int,
        now: Callable[[], datetime],
    ) -> None:
        self.name = new_name(f"{os.getpid()}-{os.urandom(4).hex()}")
        self._store = store
        self._queues = tuple(dict.fromkeys((*queues, LOST)))
        self._at_once = at_once
        self._now = now
        self._dbos: DBOS | None = None
        self._watch: Watch | None = None
        self._guard: Guard | None = None
        self._performing: list[Performs] = []
        self._active: set[str] = set()
        self._done: dict[str, str] = {}
        self._idle = asyncio.Event()

    @property
    def active(self) -> int:
        """How many executions it has taken and not yet given back."""
        return len(self._active)

    def serve(self, performs: Performs) -> None:
        """What is taken from now on is performed by this one."""
        self._performing.append(performs)

    def leave(self, performs: Performs) -> None:
        """This one performs nothing any more."""
        self._performing.remove(performs)

    async def start(self) -> None:
        """From now on it takes work. Called in the running loop, where the work is done.

        Raises:
            RecordError: The database can't be used.
        """
        from dbos import DBOS

        self._store.prepare()
        self._idle.set()
        loop = asyncio.get_running_loop()
        watch = Watch(
            alive=alive_of(self._store, self.name),
            ledger=Ledger(self._store, patient=False),
            name=self.name,
            now=self._now,
            repeats=self._repeats,
            stuck=self._stuck,
            lost=lambda: _in(loop, lambda: self._all(lambda each: each.lose())),
            found=lambda: _in(loop, lambda: self._all(lambda each: each.find())),
        )
        quiet()
        dbos = DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": self._store.url,
                "executor_id": self.name,
                "application_version": PROTOCOL,
                "serializer": json_serializer(),
                "log_level": "ERROR",
                "sys_db_pool_size": 8,
                "use_listen_notify": False,
            }
        )
        self._dbos = dbos
        self._register(self._counted)
        DBOS.listen_queues(self._queues)
        try:
            DBOS.launch()
            # Its tables are there now; from here on others may judge it.
            watch.start()
        except RecordError:
            DBOS.destroy(destroy_registry=True)
            raise
        except Exception as error:
            DBOS.destroy(destroy_registry=True)
            raise unusable(self._store, error) from error
        self._watch = watch
        self._guard = Guard(self.name)
        for queue in self._queues:
            await DBOS.register_queue_async(
                queue,
                polling_interval_sec=CLUSTER_POLL if self._store.is_cluster else POLL,
                worker_concurrency=self._at_once,
                on_conflict="always_update",
            )
        quiet()
        _log.info("executor-started name=%s queues=%s", self.name, ",".join(self._queues[:-1]))

    async def close(self, drain: float | None) -> None:
        """No more work is taken; what runs has so many seconds to end, or all the time it takes."""
        from dbos import DBOS

        if self._dbos is None:
            return
        for event in self._dbos.background_thread_stop_events:
            event.set()
        if not await self._idled(drain):
            self._all(lambda each: each.end())
            await self._idled(LAST)
        if self._watch is not None:
            await asyncio.to_thread(self._watch.stop)
        # It has put its own threads in place of the loop's, and takes them away with it.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        if self._guard is not None:
            await asyncio.to_thread(self._guard.close)
        self._dbos = None

    async def _idled(self, seconds: float | None) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def _counted(self, execution_id: str, request: str, *, is_again: bool) -> str:
        if execution_id in self._done:
            # It has run here, and its end could not be recorded: a full disk, a locked file.
            return self._done[execution_id]
        self._active.add(execution_id)
        self._idle.clear()
        try:
            performs = self._performing[-1]
            end = await performs.perform(execution_id, request, is_again=is_again)
            self._done[execution_id] = end
            return end
        finally:
            self._active.discard(execution_id)
            if not self._active:
                self._idle.set()

    def _stuck(self, pending: Collection[str]) -> list[str]:
        """Those of its own executions that are to be given to it once more.

        `pending` are all of its own that have no end on record. Called in any thread.
        """
        for execution_id in tuple(self._done):
            if execution_id not in pending:
                self._done.pop(execution_id, None)
        return [each for each in pending if each not in self._active]

    def _repeats(self, execution_id: str, request: str) -> bool:
        return self._performing[-1].repeats(execution_id, request)

    def _all(self, tell: "Callable[[Performs], None]") -> None:
        for each in tuple(self._performing):
            tell(each)

    def _register(self, perform: "Callable[..., Awaitable[str]]") -> None:
        from dbos import DBOS

        own = self.name

        @DBOS.step(name="begin")
        async def begin() -> str:
            return own

        # Preemptible: otherwise a cancellation would arrive between two steps only.
        @DBOS.step(name="perform", preemptible=True)
        async def step(begun: str, execution_id: str, request: str) -> str:
            return await perform(execution_id, request, is_again=begun != own)

        # Who has begun with it is recorded before it starts: after a kill others read it there.
        @DBOS.workflow(name=FLOW)
        async def execution(execution_id: str, request: str) -> str:
            return await step(await begin(), execution_id, request)

        _ = execution


def quiet() -> None:
    """The library's log goes where ours goes, in lines of its own worst news only."""
    log = logging.getLogger("dbos")
    for handler in list(log.handlers):
        log.removeHandler(handler)
    log.propagate = True
    log.setLevel(logging.CRITICAL)


def _in(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call)
