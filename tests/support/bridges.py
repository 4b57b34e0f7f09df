"""Chat networks as a test sees them: people say something, and look at what the bot has posted."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from chatops_cli.bridge.connections import Outside
from chatops_cli.bridge.contract import Adapter, AdapterModule, Context
from chatops_cli.bridge.service import Service
from chatops_cli.bridge.web.metrics import Metrics
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.chat import Message
from chatops_cli.model.trace import UNTRACED, Tracer
from chatops_cli.notifications.courier import Post
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from chatops_cli.room.opening import new_id, now, open_room
from chatops_cli.room.ports import Ports
from chatops_cli.room.room import Room
from chatops_cli.runners.registry import find_runner
from chatops_cli.settings.load import load_settings

if TYPE_CHECKING:
    from chatops_cli.model.problem import Problem

PATIENCE = 20.0
"""Seconds in which something happens on a loaded machine, if it ever does."""


@dataclass
class Seen:
    """A post of the bot as the network has it; `posts` of one thread have the same `thread`."""

    text: str
    room: str
    thread: str | None = None
    id: str = ""
    is_edited: bool = False
    file: str = ""


class World(Protocol):
    """A network with a room and two people in it, ``ann`` and ``bob``.

    `options` are those of the adapter; `users` the immutable ids of people. What a
    network hasn't, its methods needn't do.
    """

    network: str
    workspace: str
    room: str
    options: str
    users: dict[str, str]

    async def say(
        self, who: str, text: str, *, thread: str | None = None, direct: bool = False
    ) -> str:
        """Somebody says something in the room, or to the bot alone; the message's id."""
        ...

    async def edit(self, who: str, message_id: str, text: str) -> None:
        """Somebody changes what they have said."""
        ...

    async def again(self, message_id: str) -> None:
        """The network delivers a message a second time."""
        ...

    async def posts(self) -> list[Seen]:
        """What the bot has posted in the room, in order."""
        ...

    async def drop(self) -> None:
        """The line is broken; the network is still there."""
        ...

    async def limit(self) -> None:
        """The next post is refused: too many."""
        ...

    def bad_options(self) -> str:
        """Options that the network lets nobody in with."""
        ...


def options_of(module: AdapterModule, text: str) -> object:
    """The options that a piece of YAML says; a mistake in it fails the test."""
    problems: list[Problem] = []
    reader = Reader.of_source(parse(text.encode(), file="options.yaml"), problems)
    assert reader is not None
    options = module.read(reader)
    reader.finish()
    assert problems == []
    return options


def context(environment: Mapping[str, str] | None = None) -> Context:
    """What an adapter is given; references of the form ``{{ env.NAME }}`` are followed."""
    known = environment or {}

    def follow(text: str) -> str:
        inner = text.strip().removeprefix("{{").removesuffix("}}").strip()
        if inner.startswith("env."):
            try:
                return known[inner.removeprefix("env.")]
            except KeyError:
                raise ChatOpsError(f"{inner} is not set") from None
        return text

    ids = itertools.count(1)
    return Context(
        name="here",
        bot="chatops",
        now=lambda: datetime.now(UTC),  # noqa: TID251  # a network's messages are of now
        new_id=lambda: f"new-{next(ids)}",
        follow=follow,
        environment={},
    )


@dataclass
class Ear:
    """What an adapter gives; `taken` is told of each message before the network is."""

    adapter: Adapter
    heard: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    task: "asyncio.Task[None] | None" = None

    async def take(self, message: Message) -> None:
        await self.heard.put(message)

    async def next(self) -> Message:
        """The next message, or the error that ended hearing."""
        getting = asyncio.create_task(self.heard.get())
        assert self.task is not None
        await asyncio.wait(
            {getting, self.task}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
        )
        if getting.done():
            return getting.result()
        getting.cancel()
        if self.task.done():
            self.task.result()
        raise AssertionError("nothing was heard")

    async def nothing_but(self, text: str) -> None:
        """The next that is heard has this text: what was before it was not heard."""
        message = await self.next()
        assert message.text == text


@asynccontextmanager
async def hearing(adapter: Adapter) -> AsyncIterator[Ear]:
    """The adapter is connected, and hears while this is entered."""
    await adapter.connect()
    ear = Ear(adapter)
    ear.task = asyncio.create_task(adapter.hear(ear.take))
    try:
        yield ear
    finally:
        ear.task.cancel()
        with suppress(asyncio.CancelledError, ChatOpsError):
            await ear.task
        await adapter.close()


async def until(what: Callable[[], object], *, patience: float = PATIENCE) -> None:
    """Waits until it holds."""
    async with asyncio.timeout(patience):
        while not what():  # noqa: ASYNC110  # what it waits for is in other processes, too
            await asyncio.sleep(0.01)


async def posted(world: World, text: str, *, times: int = 1) -> list[Seen]:
    """What the bot has posted, once this text stands in so many posts."""
    async with asyncio.timeout(PATIENCE):
        while True:
            posts = await world.posts()
            if sum(text in each.text for each in posts) >= times:
                return posts
            await asyncio.sleep(0.02)


@asynccontextmanager
async def serving(
    home: Path,
    settings: str,
    *,
    environment: Mapping[str, str] | None = None,
    outside: Mapping[str, str] | None = None,
    metrics: Metrics | None = None,
    tracer: Tracer = UNTRACED,
) -> AsyncIterator[Service]:
    """The bridge with these settings, in this process; its state is in `home`.

    `environment` is what references to it give, `outside` that of the process.
    """
    file = _written(home, settings)

    def opened(post: Post) -> Room:
        loaded = load_settings(config=file, home=home / "state")
        witness = metrics.witness if metrics is not None else None
        ports = Ports(
            find_runner=find_runner, clock=now, new_id=new_id, witness=witness, tracer=tracer
        )
        return open_room(loaded, operator=None, warn=_fail, post=post, ports=ports)

    given = Outside(
        now=now, new_id=new_id, follow=context(environment).follow, environment=outside or {}
    )
    service = Service(
        open_room=opened, outside=given, incident=_incident, metrics=metrics, tracer=tracer
    )
    task = asyncio.create_task(service.run())
    try:
        yield service
    finally:
        service.end()
        await asyncio.wait_for(task, PATIENCE * 2)


def _written(home: Path, settings: str) -> Path:
    home.mkdir(exist_ok=True)
    file = home / "chatops.yaml"
    file.write_text(settings)
    return file


def _fail(text: str) -> None:
    raise AssertionError(text)


def _incident(error: Exception) -> str:
    raise error
