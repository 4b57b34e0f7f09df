"""Replies are posted: none lost, in order in their room, each known again where it comes twice."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatops_cli.bridge.contract import (
    Capabilities,
    Check,
    LimitedError,
    LineError,
    OversizedError,
    Posting,
    RefusedError,
    Take,
    UndeliverableError,
)
from chatops_cli.bridge.database import NAME, Database
from chatops_cli.bridge.delivery import Delivery
from chatops_cli.bridge.line import Line, LineState
from chatops_cli.bridge.outbox import Outbox
from chatops_cli.model.chat import Attachment, Field, Reply, ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.records.sealed import Seal
from chatops_cli.rendering.networks import Markup, Network, Unit
from tests.support.bridges import until

NETWORK = Network(name="test", limit=40, unit=Unit.CHARACTERS, markup=Markup.MARKDOWN)
REPLY = Reply(
    kind=ReplyKind.RESULT,
    message_id="m1",
    room="#ops",
    text="done",
    execution_id="e1",
    status=Status.SUCCEEDED,
)


@dataclass
class Scripted:
    """An adapter that answers each post with the next of its troubles, until none is left."""

    troubles: list[Exception | None] = field(default_factory=list)
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(pace=0))
    network: Network = NETWORK
    connects: list[Exception | None] = field(default_factory=list)
    posts: list[Posting] = field(default_factory=list)
    updates: list[tuple[str, str]] = field(default_factory=list)
    connected: int = 0
    longest: int = 1000

    async def connect(self) -> None:
        if self.connects and (error := self.connects.pop(0)) is not None:
            raise error
        self.connected += 1

    async def hear(self, take: Take) -> None:
        del take
        await asyncio.Event().wait()

    async def post(self, posting: Posting) -> str:
        if self.troubles and (error := self.troubles.pop(0)) is not None:
            raise error
        if len(posting.text) > self.longest:
            raise OversizedError("too long")
        self.posts.append(posting)
        return f"p{len(self.posts)}"

    async def update(self, posting: Posting, post_id: str) -> None:
        self.updates.append((post_id, posting.text))

    async def upload(self, posting: Posting, name: str, text: str) -> str:
        self.posts.append(replace(posting, text=f"{posting.text}\n{name}: {text}"))
        return "file"

    async def react(self, room: str, message_id: str, sign: str) -> None:
        raise NotImplementedError

    async def check(self) -> tuple[Check, ...]:
        return ()

    async def close(self) -> None:
        pass


@dataclass
class Post:
    """A delivery over one line, whose sleeps take no time; `slept` has their seconds."""

    adapter: Scripted
    folder: Path
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    async def deliver(self, *replies: Reply, resume: bool = False) -> None:
        """The replies are posted, each under a key of its own."""
        line = Line("one", self.adapter, sleep=self.sleep, chance=lambda: 0.0)
        running = asyncio.create_task(line.run(_take))
        outbox = self.outbox()
        delivery = Delivery(
            lines={"one": line},
            outbox=outbox,
            now=lambda: datetime(2026, 5, 4, tzinfo=UTC),
            more=lambda reply: f"see {reply.execution_id}",
            sleep=self.sleep,
        )
        if resume:
            delivery.resume()
        for number, reply in enumerate(replies):
            delivery.put("one", f"key {number}", reply)
        await asyncio.wait_for(delivery.settle(), 20)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    def outbox(self) -> Outbox:
        return Outbox(Database(self.folder / NAME), Seal(self.folder / "none.key"))

    @property
    def texts(self) -> list[str]:
        return [posting.text for posting in self.adapter.posts]


async def _take(message: object) -> None:
    del message


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with ExitStack():
        yield Post(Scripted(), tmp_path)


async def test_replies_of_a_room_are_posted_in_order(post: Post) -> None:
    await post.deliver(*(replace(REPLY, text=f"number {n}") for n in range(20)))
    assert post.texts == [f"number {n}" for n in range(20)]
    assert post.outbox().count() == 0


async def test_the_same_key_is_posted_once(post: Post) -> None:
    await post.deliver(REPLY)
    await post.deliver(REPLY)
    assert post.texts == ["done"]


async def test_what_says_nothing_is_not_posted(post: Post) -> None:
    """A silent denial, and an end that nobody wants shown."""
    await post.deliver(replace(REPLY, text=""), replace(REPLY, text="next"))
    assert post.texts == ["next"]
    assert post.outbox().count() == 0


async def test_a_broken_line_is_made_anew_and_the_reply_posted(post: Post) -> None:
    post.adapter.troubles = [LineError("reset"), LineError("reset again"), None]
    await post.deliver(REPLY, replace(REPLY, text="next"))
    assert post.texts == ["done", "next"]
    assert post.adapter.connected == 3


async def test_a_pause_that_the_network_wants_is_made(post: Post) -> None:
    post.adapter.troubles = [LimitedError(2.5)]
    await post.deliver(REPLY)
    assert post.texts == ["done"]
    assert 2.5 in post.slept


async def test_what_is_too_long_after_all_is_split_smaller(post: Post) -> None:
    post.adapter.network = replace(NETWORK, limit=1600)
    post.adapter.longest = 450
    text = "\n".join(f"line {number:04}" for number in range(100))
    await post.deliver(replace(REPLY, text=text))
    assert "\n".join(each.strip("\n") for each in post.texts) == text
    assert max(map(len, post.texts)) <= 450


async def test_what_can_not_be_posted_there_holds_nobody_up(post: Post) -> None:
    post.adapter.troubles = [UndeliverableError("the room is gone")]
    await post.deliver(REPLY, replace(REPLY, text="next"))
    assert post.texts == ["next"]
    assert post.outbox().count() == 0


async def test_what_was_not_posted_is_posted_by_the_next_bridge_and_says_so(post: Post) -> None:
    full = replace(
        REPLY,
        attachments=(Attachment(text="a", color="good", fields=(Field(title="t", value="v"),)),),
        extra={"test": {"x": 1}},
    )
    post.outbox().put("one", "key 7", full, now=datetime(2026, 5, 4, tzinfo=UTC))
    await post.deliver(resume=True)
    assert post.texts[0].startswith("done")
    assert "a second time: execution e1" in " ".join(post.texts)


async def test_a_network_that_knows_keys_is_told_nothing_of_a_second_time(post: Post) -> None:
    post.adapter.capabilities = Capabilities(pace=0, keys=True)
    post.outbox().put("one", "key 7", REPLY, now=datetime(2026, 5, 4, tzinfo=UTC))
    await post.deliver(resume=True)
    assert (post.texts, post.adapter.posts[0].key) == (["done"], "key 7.0")


async def test_a_long_reply_goes_on_where_it_was_left(post: Post) -> None:
    """Parts that are known to be there are not posted again."""
    post.adapter.network = replace(NETWORK, limit=20)
    letter = post.outbox().put(
        "one",
        "k",
        replace(REPLY, text="first line\nsecond line\nthird line"),
        now=datetime(2026, 5, 4, tzinfo=UTC),
    )
    assert letter is not None
    post.outbox().posted(letter, ("p1",))
    await post.deliver(resume=True)
    assert post.texts == ["second line", "third line"]


async def test_what_is_too_much_is_cut_with_where_to_read_it(post: Post) -> None:
    text = "\n".join(f"line {number:04}" for number in range(200))
    await post.deliver(replace(REPLY, text=text))
    assert len(post.texts) == 5
    assert post.texts[-1].endswith("more messages of this length are left out: see e1")


async def test_what_is_too_much_is_a_file_where_there_are_files(post: Post) -> None:
    post.adapter.capabilities = Capabilities(pace=0, files=True)
    text = "\n".join(f"line {number:04}" for number in range(200))
    await post.deliver(replace(REPLY, text=text))
    assert len(post.texts) == 2
    assert post.texts[-1].endswith(f"reply.txt: {text}")


async def test_progress_is_told_by_editing(post: Post) -> None:
    post.adapter.capabilities = Capabilities(pace=0, edits=True)
    news = replace(REPLY, kind=ReplyKind.PROGRESS, status=None)
    await post.deliver(replace(news, text="1 of 3"), replace(news, text="2 of 3"))
    assert post.texts == ["2 of 3"], "what is old before it is posted is not posted"
    line_of_two = [replace(news, text="1 of 3"), replace(REPLY, text="end")]
    await post.deliver(*line_of_two)
    assert post.texts[-2:] == ["1 of 3", "end"] or post.texts[-1] == "1 of 3"


async def test_a_network_that_refuses_is_asked_again_after_a_minute(tmp_path: Path) -> None:
    post = Post(Scripted(connects=[RefusedError("bad token", hint="get another")]), tmp_path)
    await post.deliver(REPLY)
    assert post.slept[0] == 60.0
    assert post.texts == ["done"]


async def test_pauses_between_connects_grow(tmp_path: Path) -> None:
    adapter = Scripted(connects=[LineError("no route")] * 4)
    post = Post(adapter, tmp_path)
    await post.deliver(REPLY)
    assert post.slept[:4] == pytest.approx([1.0, 1.75, 1.75**2, 1.75**3])


async def test_a_bug_in_an_adapter_is_a_broken_line() -> None:
    adapter = Scripted(connects=[ZeroDivisionError("x")])
    line = Line("one", adapter, sleep=lambda _: asyncio.sleep(0))
    running = asyncio.create_task(line.run(_take))
    await until(lambda: line.state is LineState.UP)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
