"""What every adapter does, whatever its network: see `chatops_cli.bridge.contract`.

A test module of an adapter has a class that inherits `Conformance`, names the module, and has a
fixture ``world`` (`support.bridges.World`).
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import cast

import pytest

from chatops_cli.bridge.contract import (
    Adapter,
    AdapterModule,
    LimitedError,
    LineError,
    OversizedError,
    Posting,
    RefusedError,
    UndeliverableError,
)
from chatops_cli.bridge.postings import posts_of
from chatops_cli.model.chat import Reply, ReplyKind
from chatops_cli.rendering.networks import size_of
from tests.support.bridges import (
    World,
    context,
    hearing,
    options_of,
    posted,
    serving,
    until,
)

ODD = "žluťoučký 漢字 👩‍👩‍👧 שלום é <b>&amp;</b> *x* _y_ `z`"


class Conformance:
    """The tests; `MODULE` is the adapter's, `SECRETS` the environment that options refer to.

    `CAN` names which of these the network has: ``direct``, ``thread``, ``edit`` (people edit),
    ``update`` (the bot edits), ``duplicate``, ``limit``, ``oversize``, ``drop``, ``catch_up`` (what
    was said while the line was down is heard later), ``refuse``, ``unknown_room``, ``mention``,
    ``react``, ``file``.
    """

    MODULE: ModuleType
    CAN: frozenset[str]
    SECRETS: Mapping[str, str] = MappingProxyType({})

    def make(self, world: World, options: str | None = None) -> Adapter:
        """An adapter of the world's network."""
        module = cast("AdapterModule", self.MODULE)
        chosen = world.options if options is None else options
        return module.make(options_of(module, chosen), context(self.SECRETS))

    def who(self, world: World) -> str:
        """The part of a rule by which ann may, and bob may not."""
        return f'who: ["{world.network}:{world.workspace}:{world.users["ann"]}"]'

    def posting(
        self, world: World, text: str, *, key: str = "k", thread: str | None = None
    ) -> Posting:
        """A posting in the world's room."""
        return Posting(key=key, room=world.room, text=text, thread=thread)

    @pytest.fixture(autouse=True)
    def _needs(self, request: pytest.FixtureRequest) -> None:
        """Skips a test of what the network hasn't, before a world is made for it."""
        for mark in request.node.iter_markers("needs"):
            if mark.args[0] not in self.CAN:
                name = self.MODULE.__name__.rpartition(".")[2]
                pytest.skip(f"{name} has no {mark.args[0]}")

    async def refused(self, world: World) -> None:
        """Bob tries it, and is refused."""
        await world.say("bob", "!echo four five six")
        await posted(world, "may not run")

    async def test_what_is_said_in_a_room_is_heard(self, world: World) -> None:
        """With the person's own id, the room, and an id that is unique."""
        async with hearing(self.make(world)) as ear:
            first = await world.say("ann", f"!echo {ODD}")
            message = await ear.next()
            await world.say("bob", "hello")
            other = await ear.next()
        assert message.text == f"!echo {ODD}"
        assert (message.room, message.is_direct, message.is_edited) == (world.room, False, False)
        assert message.principal.network == world.network
        assert message.principal.user == world.users["ann"]
        assert other.principal.user == world.users["bob"]
        assert message.id != other.id
        assert not first or message.id.endswith(first)
        assert message.time.tzinfo is not None

    @pytest.mark.needs("direct")
    async def test_a_direct_message_is_direct(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            await world.say("ann", "help", direct=True)
            message = await ear.next()
            assert message.is_direct
            answer = Posting(key="d", room=message.room, text="only for you")
            await ear.adapter.post(answer)

    @pytest.mark.needs("mention")
    async def test_a_mention_of_the_bot_is_its_name(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            await world.say("ann", "<bot> ping")
            assert (await ear.next()).text.split() == ["@chatops", "ping"]

    async def test_the_bot_does_not_hear_itself(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            await ear.adapter.post(self.posting(world, "!ping"))
            await posted(world, "!ping")
            await world.say("ann", "and then")
            await ear.nothing_but("and then")

    async def test_what_is_posted_stands_there(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            await ear.adapter.post(self.posting(world, "řeka 漢字 👩‍👩‍👧 \\ \" ' < > &"))
            (post,) = await posted(world, "řeka")
        assert post.text == "řeka 漢字 👩‍👩‍👧 \\ \" ' < > &"

    @pytest.mark.needs("thread")
    async def test_a_reply_stands_in_its_thread(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            root = await world.say("ann", "!first")
            await ear.next()
            await world.say("ann", "!second", thread=root)
            inside = await ear.next()
            assert inside.thread is not None
            await ear.adapter.post(self.posting(world, "in it", thread=inside.thread))
            (post,) = await posted(world, "in it")
        assert post.thread == inside.thread

    @pytest.mark.needs("edit")
    async def test_an_edited_message_says_so(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            number = await world.say("ann", "!echo one")
            before = await ear.next()
            await world.edit("ann", number, "!echo two")
            after = await ear.next()
        assert (after.text, after.is_edited, after.id) == ("!echo two", True, before.id)

    @pytest.mark.needs("duplicate")
    async def test_a_message_that_comes_twice_has_one_id(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            number = await world.say("ann", "!echo one")
            first = await ear.next()
            await world.again(number)
            second = await ear.next()
        assert (second.id, second.text) == (first.id, first.text)

    @pytest.mark.needs("update")
    async def test_a_post_can_be_changed(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            post = await ear.adapter.post(self.posting(world, "1 of 2"))
            await posted(world, "1 of 2")
            await ear.adapter.update(self.posting(world, "2 of 2", key="l"), post)
            posts = await posted(world, "2 of 2")
        assert len(posts) == 1

    @pytest.mark.needs("file")
    async def test_a_text_is_uploaded(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            await ear.adapter.upload(self.posting(world, "all of it"), "reply.txt", "line\n" * 900)
            posts = await posted(world, "all of it")
        assert any(post.file == "line\n" * 900 for post in posts)

    @pytest.mark.needs("react")
    async def test_a_sign_is_put_on_a_message(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            await world.say("ann", "!ping")
            message = await ear.next()
            await ear.adapter.react(message.room, message.id, "eyes")

    async def test_the_longest_post_is_taken(self, world: World) -> None:
        """What the limits let through the network takes, whatever the characters."""
        async with hearing(self.make(world)) as ear:
            network = ear.adapter.network
            for sign in ("x", "é", "漢", "👍"):
                text = sign * (network.limit // size_of(sign, network.unit))
                await ear.adapter.post(self.posting(world, text, key=f"long {sign}"))
                posts = await posted(world, sign * 20)
                assert text in "".join(post.text for post in posts)

    @pytest.mark.needs("oversize")
    async def test_what_is_too_long_is_refused(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            with pytest.raises(OversizedError):
                await ear.adapter.post(self.posting(world, "x" * 1_000_000))
            await ear.adapter.post(self.posting(world, "short", key="s"))
            await posted(world, "short")

    async def test_a_code_block_that_is_split_is_closed_and_opened(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            network, able = ear.adapter.network, ear.adapter.capabilities
            lines = "\n".join(
                f"line {number} of some output" for number in range(network.limit // 20)
            )
            reply = Reply(
                kind=ReplyKind.RESULT, message_id="m", room=world.room, text=f"```\n{lines}\n```"
            )
            posts = posts_of(reply, network, able, key="code").postings
            for each in posts if not network.by_line else posts[:3]:
                await ear.adapter.post(each)
            seen = await posted(world, "line 0 of")
        assert all(post.text.count("```") % 2 == 0 for post in seen)

    @pytest.mark.needs("limit")
    async def test_a_network_that_wants_a_pause_says_how_long(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            await world.limit()
            with pytest.raises(LimitedError) as refused:
                await ear.adapter.post(self.posting(world, "now"))
            assert 0 < refused.value.seconds < 3600
            await ear.adapter.post(self.posting(world, "later", key="l"))
            await posted(world, "later")

    @pytest.mark.needs("drop")
    async def test_a_line_that_breaks_is_told_and_made_anew(self, world: World) -> None:
        adapter = self.make(world)
        async with hearing(adapter) as ear:
            await world.say("ann", "before")
            await ear.nothing_but("before")
            await world.drop()
            with pytest.raises(LineError):
                await ear.next()
        if "catch_up" in self.CAN:
            await world.say("ann", "meanwhile")
        async with hearing(adapter) as ear:
            if "catch_up" in self.CAN:
                await ear.nothing_but("meanwhile")
            await world.say("ann", "after")
            await ear.nothing_but("after")

    @pytest.mark.needs("refuse")
    async def test_a_bot_that_is_not_let_in_is_told_so(self, world: World) -> None:
        adapter = self.make(world, world.bad_options())
        with pytest.raises(RefusedError) as refused:
            await adapter.connect()
        assert refused.value.hint
        await adapter.close()

    @pytest.mark.needs("unknown_room")
    async def test_a_room_that_is_not_there_takes_nothing(self, world: World) -> None:
        async with hearing(self.make(world)) as ear:
            with pytest.raises(UndeliverableError):
                await ear.adapter.post(Posting(key="u", room=world.room + "0000", text="x"))
            await ear.adapter.post(self.posting(world, "still there"))
            await posted(world, "still there")

    async def test_closing_twice_is_no_harm(self, world: World) -> None:
        adapter = self.make(world)
        await adapter.close()
        async with hearing(adapter):
            pass
        await adapter.close()

    async def test_it_can_be_checked(self, world: World) -> None:
        adapter = self.make(world)
        checks = await adapter.check()
        await adapter.close()
        assert checks
        assert all(check.is_fine for check in checks), checks

    async def test_a_command_is_answered_in_its_room(self, world: World, tmp_path: Path) -> None:
        """Through the bridge; and who has no right is told so."""
        name = str(self.MODULE.__name__).rsplit(".", 1)[-1]
        options = "\n".join(f"      {line}" for line in world.options.splitlines())
        settings = f"""\
bridge:
  networks:
    here:
      type: {name}
{options}
access:
  rules:
    - effect: allow
      {self.who(world)}
"""
        async with serving(tmp_path / "bridge", settings, environment=self.SECRETS) as service:
            await until(lambda: service.is_ready)
            await world.say("ann", "good morning")
            await world.say("ann", "!echo one two three")
            await posted(world, "one two three")
            await self.refused(world)
            posts = await world.posts()
        assert not any("four five six" in post.text for post in posts)
        assert not any("good morning" in post.text for post in posts)
