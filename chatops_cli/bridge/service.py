"""The bridge as a service: lines, hall and delivery, from the first message to the last reply."""

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli import __version__
from chatops_cli.bridge.claims import Claims
from chatops_cli.bridge.connections import Outside
from chatops_cli.bridge.database import NAME, Database
from chatops_cli.bridge.delivery import Delivery
from chatops_cli.bridge.hall import Hall
from chatops_cli.bridge.lines import Lines
from chatops_cli.bridge.outbox import Outbox
from chatops_cli.bridge.posting import address_of
from chatops_cli.bridge.recovery import mark_of
from chatops_cli.bridge.reporting import Reporting
from chatops_cli.bridge.standing import LineStanding, Standing, lock_of
from chatops_cli.bridge.succession import Succession
from chatops_cli.bridge.web.hooks import Hooks, Outlet
from chatops_cli.errors import ChatOpsError, RecordError
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.model.hook import Hook
from chatops_cli.model.trace import UNTRACED, Tracer
from chatops_cli.notifications.courier import Post
from chatops_cli.records.events import Event, ExecutionRequested
from chatops_cli.records.journal import open_journal
from chatops_cli.records.key_file import NAME as KEY
from chatops_cli.records.sealed import Seal
from chatops_cli.room.changes import Changes
from chatops_cli.room.house import House
from chatops_cli.room.room import Room
from chatops_cli.room.stamps import stamps
from chatops_cli.settings.bridge import Bridge as BridgeSettings
from chatops_cli.settings.values import Settings

FLUSH = 10.0
"""Seconds in which replies are posted when the bridge is to end; the others are kept."""
TIDY = 3600.0
"""Seconds between two looks for what may be forgotten."""
LOOK = 2.0
"""Seconds between two looks for files that have changed."""

if TYPE_CHECKING:
    from datetime import datetime

    from chatops_cli.bridge.peers import Shared
    from chatops_cli.bridge.store import Store
    from chatops_cli.bridge.web.metrics import Metrics
    from chatops_cli.execution.durable.executor import Executor

OpenRoom: TypeAlias = Callable[[Post], Room]
"""Makes a room with the settings and packs of now; what is said in other rooms is given to the
post. It raises `ChatOpsError`."""

_log = logging.getLogger(__name__)


class Service:
    """The bridge in one process. `run` is its life; it is made in the running event loop.

    Args:
        open_room: Makes rooms.
        outside: What adapters are given.
        incident: Writes down a bug, and gives the id of what it wrote.
        metrics: Counts for those who ask by HTTP; None where nothing is counted.
        executor: Takes work from queues, as long as the bridge runs; None where nobody does here.
        tracer: Told of the work on messages; whoever gave it closes it.
        shared: What it has to do with other bridges; None where there are none.

    Raises:
        SettingsError: They name no network, or a connection is wrong.
        RecordError: Another bridge has this state folder.
    """

    def __init__(
        self,
        *,
        open_room: OpenRoom,
        outside: Outside,
        incident: Callable[[Exception], str],
        metrics: "Metrics | None" = None,
        executor: "Executor | None" = None,
        tracer: Tracer = UNTRACED,
        shared: "Shared | None" = None,
    ) -> None:
        self._shared = shared
        self._open_room = open_room
        self._executor = executor
        self._outside = outside
        self.lines = Lines(outside, shared.peers.turn if shared is not None else None)
        self.house = House(self._opened)
        settings = self._settings
        self._lock = lock_of(settings.home)
        self._database: Store = shared.store if shared else Database(settings.home / NAME)
        self._journal = open_journal(
            settings.home,
            clock=outside.now,
            warn=_log.warning,
            rotate_at=settings.audit_file_limit,
            indexes=False,
        )
        seal = Seal(settings.key_file or settings.home / KEY)
        own = shared.peers.name if shared is not None else ""
        self.claims = Claims(self._database, seal, bridge=own)
        self.outbox = Outbox(self._database, seal, bridge=own)
        self._ending = asyncio.Event()
        self._since = outside.now()
        self._reloaded: datetime | None = None
        self._refusal = ""
        self.reporting = Reporting(
            settings.home,
            standing=lambda: self.standing,
            environment=outside.environment,
            metrics=metrics,
            hooks=Hooks(
                find=self._hook,
                follow=outside.follow,
                outlet=Outlet(take=self._take, say=self._say),
                now=outside.now,
                new_id=outside.new_id,
                tracer=tracer,
            ),
        )
        self.delivery = Delivery(
            lines=self.lines.by_name,
            outbox=self.outbox,
            now=outside.now,
            more=self._more,
            tracer=tracer,
        )
        self.hall = Hall(
            house=self.house,
            claims=self.claims,
            delivery=self.delivery,
            incident=incident,
            at_once=self._bridge.at_once,
            ready=shared.peers.ready if shared is not None else None,
            tracer=tracer,
        )

        self.succession = Succession(
            claims=self.claims,
            outbox=self.outbox,
            hall=self.hall,
            delivery=self.delivery,
            house=self.house,
            lines=self.lines,
            records=self._journal,
            home=settings.home,
            now=outside.now,
            has=shared.peers.has if shared is not None else lambda _: True,
        )

    async def run(self) -> None:
        """All lines are up, as far as they can be, until `end` is called; then all is brought home.

        It ends by itself where no line will ever hear anything again.

        Raises:
            RecordError: What an earlier bridge has left can't be read.
        """
        loop = asyncio.get_running_loop()
        others = [loop.create_task(each) for each in (self._watch(), self._tidy())]
        try:
            await self.reporting.listen(self._bridge.http)
            if self._executor is not None:
                await self._executor.start()
            if self._shared is not None:
                await self._shared.peers.start()
            self._connect()
            await self.succession.recover()
            work = self.succession.keep_up()
            if self._shared is not None:
                work = self._shared.peers.run(
                    self.succession.owners, self.succession.take_over, self.succession.catch_up
                )
            others.append(loop.create_task(work))
            self.reporting.systemd.ready("started")
            others.append(loop.create_task(self.reporting.run()))
            await self._ended()
        finally:
            self.reporting.systemd.ending()
            for task in others:
                task.cancel()
            await self._close()

    def end(self) -> None:
        """No more messages are begun with; what runs has its time to end."""
        self._ending.set()

    def reload(self) -> Changes:
        """Packs and settings are read anew, all or none; connections that differ are made anew.

        Raises:
            ChatOpsError: The settings are wrong; the old ones stay.
        """
        self.reporting.systemd.reloading()
        try:
            changes = self.house.reload()
        except ChatOpsError as error:
            self._refusal = error.message
            raise
        finally:
            self.reporting.systemd.ready("reloaded")
        self._refusal = str(changes.broken[0]) if changes.broken else ""
        if not changes.broken:
            self._reloaded = self._outside.now()
            for name in self._connect():
                self.delivery.resume(name)
            self.lines.later(self.reporting.relisten(self._bridge.http))
        return changes

    def fence(self, event: Event) -> None:
        """An execution that a message asks for begins only where no other bridge has the message.

        Raises:
            RecordError: One has, or that can't be told.
        """
        if self._shared is None or not isinstance(event, ExecutionRequested) or event.parent:
            return
        from chatops_cli.execution.durable.engine import HERE

        if event.message_id:
            mark = mark_of(event, is_queued=event.runner not in HERE)
            self.claims.begins(event.principal, event.message_id, mark)

    @property
    def is_ready(self) -> bool:
        """Whether a line is up, and the bridge is not about to end."""
        return self.standing.is_ready

    @property
    def standing(self) -> Standing:
        """How it stands now."""
        lines = tuple(
            LineStanding(
                name=line.name,
                network=line.adapter.network.name,
                state=line.state,
                connected=line.connected,
                error=line.error.message if line.error is not None else "",
            )
            for line in self.lines.by_name.values()
        )
        return Standing(
            version=__version__,
            pid=os.getpid(),
            since=self._since,
            time=self._outside.now(),
            is_ending=self._ending.is_set(),
            lines=lines,
            working=len(self.hall.working),
            taken=self.hall.taken,
            waiting=self.delivery.waiting,
            lost=self.delivery.lost,
            reloaded=self._reloaded,
            refusal=self._refusal,
        )

    @property
    def _settings(self) -> Settings:
        return self.house.world.settings

    @property
    def _bridge(self) -> BridgeSettings:
        return self._settings.bridge or BridgeSettings()

    def _opened(self) -> Room:
        """A room, and adapters for what its settings have new; where one is wrong, neither is."""
        room = self._open_room(self._post)
        self.lines.prepare(room.world.settings)
        return room

    def _connect(self) -> list[str]:
        """The lines are those of the settings; names of new ones."""
        new, gone = self.lines.connect(self._settings, self.hall.take_for)
        for name in gone:
            self.delivery.drop(name)
        return new

    async def _ended(self) -> None:
        """Waits until it is to end, or no line will ever hear again."""

        async def told() -> bool:
            return await self._ending.wait()

        ending = asyncio.get_running_loop().create_task(told())
        try:
            await self.lines.until(ending)
        finally:
            ending.cancel()

    async def _close(self) -> None:
        drain = None if self.lines.are_over else self._bridge.drain
        has_ended = await self.hall.drain(drain)
        await self.hall.close()
        if self._executor is not None:
            # What others have asked for may still run here.
            await self._executor.close(drain if has_ended else 0)
        try:
            async with asyncio.timeout(FLUSH):
                await self.delivery.settle()
        except TimeoutError:
            _log.warning("letters-kept count=%d", self.delivery.waiting)
        await self.delivery.close()
        await self.lines.close()
        try:
            self.succession.write_late()
        except RecordError as error:
            _log.error("not-written error=%s", error.message)
        if self._shared is not None:
            await self._shared.peers.close()
        await self.reporting.close()
        await self.house.close()
        self._journal.close()
        self._database.close()
        os.close(self._lock)

    def _hook(self, name: str) -> Hook | None:
        return self._settings.hooks.get(name)

    def _take(self, room: str, message: Message) -> bool:
        """What a hook asks for; whether it is new."""
        address = address_of(room, self.lines.by_name, self.claims.lines_of)
        return self.hall.take_wanted(address.line, replace(message, room=address.room))

    def _say(self, room: str, key: str, text: str) -> bool:
        """What a hook says; whether it is new."""
        address = address_of(room, self.lines.by_name, self.claims.lines_of)
        reply = Reply(kind=ReplyKind.NOTICE, message_id="", room=address.room, text=text)
        return self.delivery.put_once(address.line, f"{address.line} {key}", reply)

    async def _post(self, reply: Reply) -> None:
        """Something is said that nobody has asked for."""
        address = address_of(reply.room, self.lines.by_name, self.claims.lines_of)
        key = f"{address.line} post {self._outside.new_id()}"
        self.delivery.put(address.line, key, replace(reply, room=address.room))

    def _more(self, reply: Reply) -> str:
        """Where all of a reply can be read."""
        url = self._settings.web_url
        if reply.execution_id is None:
            return ""
        return (
            f"{url}/executions/{reply.execution_id}"
            if url
            else f"chatops history show {reply.execution_id}"
        )

    async def _watch(self) -> None:
        """Packs and settings are read again when their files have changed."""
        before = await asyncio.to_thread(stamps, self._settings)
        while True:
            await asyncio.sleep(LOOK)
            after = await asyncio.to_thread(stamps, self._settings)
            if after == before or not self._bridge.watch:
                continue
            before = after
            tell_reload(self)

    async def _tidy(self) -> None:
        while True:
            try:
                self.claims.forget(self._outside.now())
                self.outbox.forget(self._outside.now())
            except RecordError as error:
                _log.error("not-tidied error=%s", error.message)
            await asyncio.sleep(TIDY)


def tell_reload(service: Service) -> None:
    """A reload, and what came of it, in the log."""
    try:
        changes = service.reload()
    except ChatOpsError as error:
        _log.error("reload-refused error=%s", error.in_full)
        return
    for problem in changes.broken:
        _log.error("reload-refused error=%s", problem)
    for line in changes.lines:
        _log.info("reloaded %s", line)
