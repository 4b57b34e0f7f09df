"""Matrix, against a real Synapse."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from types import MappingProxyType
from urllib.parse import quote

import pytest

from chatops_cli.bridge.adapters import matrix
from chatops_cli.bridge.adapters.matrix import feed
from chatops_cli.bridge.adapters.matrix.adapter import Matrix
from chatops_cli.bridge.contract import LimitedError, LineError, Posting, UndeliverableError
from tests.bridge.conformance import Conformance
from tests.support.bridges import hearing, posted
from tests.support.matrix_servers import Account, Room, Server, needs_synapse, room_of


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, Account]]]:
    """Synapse, and the accounts of it."""
    found = Server.new(tmp_path_factory.mktemp("synapse"))
    try:
        found.start()
        yield found, {}
    finally:
        found.stop()


@pytest.mark.server
@needs_synapse
class TestSynapse(Conformance):
    """Rooms, threads, edits, files."""

    MODULE = matrix
    SECRETS: Mapping[str, str] = MappingProxyType({})
    CAN = frozenset(
        {
            *("direct", "thread", "edit", "update", "oversize", "drop", "catch_up", "refuse"),
            *("unknown_room", "mention", "react", "file"),
        }
    )

    @pytest.fixture
    async def world(self, server: tuple[Server, dict[str, Account]]) -> AsyncIterator[Room]:
        async with room_of(*server) as room:
            self.SECRETS = {"BOT": room.people["chatops"].token, "WRONG": "wrong"}
            yield room

    async def test_a_post_that_is_tried_again_is_there_once(self, world: Room) -> None:
        async with hearing(self.make(world)) as ear:
            first = await ear.adapter.post(self.posting(world, "once", key="a 1.0"))
            second = await ear.adapter.post(self.posting(world, "once", key="a 1.0"))
            await ear.adapter.post(self.posting(world, "and then", key="a 2.0"))
            posts = await posted(world, "and then")
        assert first == second
        assert [post.text for post in posts] == ["once", "and then"]

    async def test_what_is_said_while_no_bridge_runs_is_heard_later(self, world: Room) -> None:
        """As much as it may be, in order, and nothing of before; the server knows where it was."""
        async with hearing(self.make(world)) as ear:
            await world.say("ann", "before")
            await ear.nothing_but("before")
            await ear.adapter.post(self.posting(world, "noted"))
            await world.say("ann", "kept")
            await ear.nothing_but("kept")
            assert isinstance(ear.adapter, Matrix)
            assert ear.adapter._feed is not None
            await world.kept(feed.PLACE, ear.adapter._feed.token)
        texts = [f"missed {number}" for number in range(7)]
        for text in texts:
            await world.say("ann", text)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(feed, "PAGE", 2)
            async with hearing(self.make(world)) as ear:
                heard = [(await ear.next()).text for _ in texts]
        assert heard == texts

    async def test_what_was_said_before_the_bot_came_is_not_for_it(self, world: Room) -> None:
        async with hearing(self.make(world)) as ear:
            room = await world.new_room("ann", [])
            await world.send("ann", room, {"msgtype": "m.text", "body": "!deploy old"})
            body = {"user_id": world.users["chatops"]}
            await world.call("ann", "POST", f"/rooms/{quote(room)}/invite", body)
            await world.comes(room)
            await world.send("ann", room, {"msgtype": "m.notice", "body": "!deploy notice"})
            await world.send("ann", room, {"msgtype": "m.text", "body": "!deploy new"})
            message = await ear.next()
        assert (message.text, message.room, message.is_direct) == ("!deploy new", room, False)

    async def test_an_encrypted_room_is_told_nothing_in_plain_text(self, world: Room) -> None:
        adapter = self.make(world)
        async with hearing(adapter) as ear:
            await ear.adapter.post(self.posting(world, "open"))
            path = f"/rooms/{quote(world.room)}/state/m.room.encryption"
            await world.call("ann", "PUT", path, {"algorithm": "m.megolm.v1.aes-sha2"})
            await world.say("ann", "after")
            await ear.nothing_but("after")
            with pytest.raises(UndeliverableError, match="is encrypted"):
                await ear.adapter.post(self.posting(world, "secret", key="s"))
            with pytest.raises(UndeliverableError, match="is encrypted"):
                await ear.adapter.upload(self.posting(world, "x", key="u"), "a.txt", "secret")
        checks = {check.name: check for check in await adapter.check()}
        await adapter.close()
        assert not checks[f"{world.room} encryption"].is_fine
        assert [post.text for post in await world.posts()] == ["open"]

    async def test_code_is_shown_as_such(self, world: Room) -> None:
        async with hearing(self.make(world)) as ear:
            await ear.adapter.post(self.posting(world, "so:\n```\na < b\n```"))
            await posted(world, "so:")
        event = (await world.events())[-1]
        assert event["content"]["formatted_body"] == "so:<pre><code>a &lt; b\n</code></pre>"
        assert event["content"]["msgtype"] == "m.notice"

    async def test_a_limit_says_how_long(self, world: Room) -> None:
        async with hearing(self.make(world)) as ear:
            await ear.adapter.post(self.posting(world, "first", key="0"))
            path = f"/_synapse/admin/v1/users/{world.users['chatops']}/override_ratelimit"
            await world.call("ann", "POST", path, {"messages_per_second": 1, "burst_count": 1})
            posts = (
                ear.adapter.post(self.posting(world, "more", key=f"m{number}"))
                for number in range(5)
            )
            with pytest.raises(LimitedError) as refused:
                await asyncio.gather(*posts)
            assert 0 < refused.value.seconds <= 5
            await world.call("ann", "POST", path, {"messages_per_second": 0})
            await ear.adapter.post(self.posting(world, "later", key="l"))
            await posted(world, "later")

    async def test_a_bot_that_is_thrown_out_says_so(self, world: Room) -> None:
        adapter = self.make(world)
        async with hearing(adapter) as ear:
            body = {"user_id": world.users["chatops"]}
            await world.call("ann", "POST", f"/rooms/{quote(world.room)}/kick", body)
            with pytest.raises(UndeliverableError) as refused:
                await ear.adapter.post(self.posting(world, "x"))
            assert refused.value.hint
            await world.say("ann", "hello", direct=True)
            await ear.nothing_but("hello")
        checks = {check.name: check for check in await adapter.check()}
        await adapter.close()
        assert checks["token"].is_fine
        assert not checks[world.room].is_fine

    async def test_a_right_that_is_lacking_is_told_by_the_check(self, world: Room) -> None:
        path = f"/rooms/{quote(world.room)}/state/m.room.power_levels"
        levels = await world.call("ann", "GET", path)
        levels["events"] = {**levels["events"], "m.reaction": 50}
        await world.call("ann", "PUT", path, levels)
        adapter = self.make(world)
        checks = {check.name: check for check in await adapter.check()}
        await adapter.close()
        assert checks[f"{world.room} messages"].is_fine
        assert checks[f"{world.room} reactions"].mend

    async def test_a_server_that_is_gone_for_a_while(self, world: Room) -> None:
        adapter = self.make(world)
        async with hearing(adapter) as ear:
            await world.gate.shut()
            with pytest.raises(LineError):
                await ear.next()
            with pytest.raises(LineError):
                await ear.adapter.post(self.posting(world, "x"))
        with pytest.raises(LineError, match="can't be reached"):
            await adapter.connect()
        for text in ("one", "two"):
            await world.say("ann", text)
        await world.gate.open()
        async with hearing(adapter) as ear:
            assert [(await ear.next()).text for _ in range(2)] == ["one", "two"]

    async def test_what_is_no_room_takes_nothing(self, world: Room) -> None:
        async with hearing(self.make(world)) as ear:
            for room in ("#ops:localhost", "ops", "!../../x"):
                with pytest.raises(UndeliverableError):
                    await ear.adapter.post(Posting(key="k", room=room, text="x"))
