"""Rooms over packs that a test writes, with a clock, ids and records that it can look at."""

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chatops_cli.errors import RecordError
from chatops_cli.execution.inline import InlineEngine
from chatops_cli.execution.keeper import Keeper
from chatops_cli.execution.parameters import Binder
from chatops_cli.execution.parts import Surroundings
from chatops_cli.execution.performer import Performer
from chatops_cli.model.access import AccessPolicy
from chatops_cli.model.chat import Message, Reply
from chatops_cli.model.json import Json
from chatops_cli.records.canonical import digest, encode
from chatops_cli.records.events import Event
from chatops_cli.records.results import Stored
from chatops_cli.room.claims import Claims
from chatops_cli.room.opening import conducting, open_world, waiting_of
from chatops_cli.room.room import Room
from chatops_cli.room.services import Services
from chatops_cli.runners.registry import find_runner
from chatops_cli.settings.values import Settings


@dataclass
class Memory:
    """Records in memory. `full_at` is the number of the event at which the disk is full."""

    events: list[tuple[Event, bool]] = field(default_factory=list)
    results: list[Json] = field(default_factory=list)
    full_at: int | None = None

    def append(self, *events: Event, sync: bool) -> None:
        if self.full_at is not None and len(self.events) + len(events) > self.full_at:
            raise RecordError("the audit log can't be written", hint="free some space")
        self.events.extend((event, sync) for event in events)

    def put(self, result: Json) -> Stored:
        self.results.append(result)
        data = encode(result)
        return Stored(digest=digest(data), size=len(data))

    def names(self) -> list[str]:
        """The names of the events, in order."""
        return [event.event for event, _ in self.events]


@dataclass
class Clock:
    """A second passes each time somebody looks."""

    time: datetime = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


def make_room(
    root: Path,
    *,
    home: Path,
    memory: Memory | None = None,
    access: AccessPolicy | None = None,
    settings: Settings | None = None,
    first: int = 1,
    claims: Claims | None = None,
) -> Room:
    """A room over the packs in `root`; ids are ``id-1``, ``id-2`` and so on, from the `first`."""
    ids = itertools.count(first)
    chosen = settings or Settings(home=home, roots=(root,), access=access or AccessPolicy())
    world = open_world(chosen)
    clock = Clock()

    def new_id() -> str:
        return f"id-{next(ids)}"

    engine = InlineEngine(
        find_runner=find_runner,
        binder=Binder(world.templates),
        clock=clock,
        new_id=new_id,
        conduct=conducting(world),
    )
    records = memory or Memory()
    performer = Performer(
        engine=engine,
        records=records,
        clock=clock,
        new_id=new_id,
        policies=world.policies,
        slots=home / "slots",
        around=Surroundings(known=world, engine=engine, new_id=new_id),
        keeper=Keeper(waiting_of(chosen), find_runner=find_runner, clock=clock),
    )
    services = Services(
        new_id=new_id, records=records, engine=engine, performer=performer, claims=claims
    )
    return Room(world=world, services=services)


def replies_to(room: Room, message: Message, *, timeout: float | None = None) -> list[Reply]:
    """All replies to one message."""

    async def collect() -> list[Reply]:
        return [reply async for reply in room.handle(message, timeout=timeout)]

    return asyncio.run(collect())
