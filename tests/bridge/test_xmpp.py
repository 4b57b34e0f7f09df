"""XMPP, against a real Prosody."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest

from chatops_cli.bridge.adapters import xmpp
from chatops_cli.bridge.adapters.xmpp import archive
from chatops_cli.bridge.contract import LineError, Posting, RefusedError, UndeliverableError
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from tests.bridge.conformance import Conformance
from tests.support.bridges import context, hearing, options_of, posted
from tests.support.xmpp_servers import Room, Server, needs_prosody, room_of

if TYPE_CHECKING:
    from chatops_cli.model.problem import Problem

SECRETS = {"BOT": "pw-chatops", "WRONG": "wrong"}
PING = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Prosody."""
    found = Server.new(tmp_path_factory.mktemp("prosody"))
    try:
        found.start()
        yield found
    finally:
        found.stop()


@pytest.mark.server
@needs_prosody
class TestProsody(Conformance):
    """Rooms that tell real addresses, an archive, files."""

    MODULE = xmpp
    SECRETS = SECRETS
    CAN = frozenset(
        {
            *("direct", "thread", "edit", "update", "oversize", "drop", "catch_up", "refuse"),
            *("unknown_room", "mention", "react", "file"),
        }
    )

    @pytest.fixture
    async def world(self, server: Server) -> AsyncIterator[Room]:
        async with room_of(server, next(_numbers)) as room:
            yield room

    async def test_a_nickname_is_nobody(self, world: Room) -> None:
        """Who takes ann's nickname when she has left is who he is."""
        async with hearing(self.make(world)) as ear:
            ann = world.people["ann"]
            ann.send(f"<presence type='unavailable' to='{world.room}/ann'/>")
            await world.people["bob"].until(lambda each: each.get("type") == "unavailable")
            world.people["bob"].send(f"<presence to='{world.room}/ann'/>")
            await world.people["bob"].ask("get", world.room, PING)
            await world.say("bob", "!deploy")
            message = await ear.next()
        assert (message.principal.name, message.principal.user) == ("ann", "bob@localhost")

    async def test_who_is_hidden_can_not_be_named(self, world: Room) -> None:
        """Nobody can call an account as an anonymous person is called."""
        await world.configure("muc#roomconfig_whois", "moderators")
        adapter = self.make(world)
        async with hearing(adapter) as ear:
            await world.say("ann", "!deploy")
            message = await ear.next()
        checks = {check.name: check for check in await adapter.check()}
        await adapter.close()
        assert message.principal.user == f"{world.room}/ann"
        assert not checks[f"{world.room} people"].is_fine
        assert checks[world.room].is_fine

    async def test_what_an_anonymous_room_has_kept_names_nobody(self, world: Room) -> None:
        """Somebody who says of himself who he is, is not believed."""
        await world.configure("muc#roomconfig_whois", "moderators")
        adapter = self.make(world)
        async with hearing(adapter) as ear:
            await world.say("ann", "before")
            await ear.nothing_but("before")
        item = "<item jid='ann@localhost/x' affiliation='owner' role='moderator'/>"
        forged = f"<x xmlns='http://jabber.org/protocol/muc#user'>{item}</x>"
        await world.people["bob"].say(world.room, "!deploy", kind="groupchat", inner=forged)
        async with hearing(adapter) as ear:
            message = await ear.next()
        assert (message.text, message.principal.user) == ("!deploy", f"{world.room}/bob")

    async def test_a_private_message_in_a_room_is_direct(self, world: Room) -> None:
        async with hearing(self.make(world)) as ear:
            inner = "<x xmlns='http://jabber.org/protocol/muc#user'/>"
            await world.people["ann"].say(f"{world.room}/chatops", "help", kind="chat", inner=inner)
            message = await ear.next()
            assert message.is_direct
            assert message.principal.user == "ann@localhost"
            await ear.adapter.post(Posting(key="p", room=message.room, text="only for ann"))
            got = await world.people["ann"].until(
                lambda each: each.findtext("{jabber:client}body") == "only for ann"
            )
        assert got.get("type") == "chat"

    async def test_a_person_who_is_not_there_takes_nothing(self, world: Room) -> None:
        async with hearing(self.make(world)) as ear:
            with pytest.raises(UndeliverableError):
                await ear.adapter.post(Posting(key="k", room="nobody@localhost", text="x"))
            with pytest.raises(UndeliverableError):
                await ear.adapter.react(world.room.replace("@", "@x"), "1", "eyes")

    async def test_a_bot_that_is_thrown_out_says_so(self, world: Room) -> None:
        async with hearing(self.make(world)) as ear:
            await world.kick()
            await world.say("ann", "hello", direct=True)
            await ear.nothing_but("hello")
            with pytest.raises(UndeliverableError, match="thrown out"):
                await ear.adapter.post(self.posting(world, "x"))

    async def test_a_room_that_is_closed_is_told_by_the_check(self, world: Room) -> None:
        await world.configure("muc#roomconfig_membersonly", "1")
        adapter = self.make(world)
        checks = {check.name: check for check in await adapter.check()}
        await adapter.close()
        assert checks["login"].is_fine
        assert not checks[world.room].is_fine
        assert checks[world.room].mend

    async def test_a_nickname_that_is_taken_is_another(self, world: Room) -> None:
        adapter = self.make(world, world.options + "\nnick: ann")
        async with hearing(adapter) as ear:
            await world.say("bob", "ann_: ping")
            assert (await ear.next()).text == "@chatops ping"

    async def test_signs_that_no_stream_can_hold_are_left_out(self, world: Room) -> None:
        async with hearing(self.make(world)) as ear:
            await ear.adapter.post(self.posting(world, "a\x00b\x1b[1mc\udc80 end"))
            (post,) = await posted(world, " end")
        assert post.text == "a\ufffdb\ufffd[1mc\ufffd end"

    async def test_a_message_of_a_megabyte_does_no_harm(self, world: Room) -> None:
        """The server refuses it; the bot hears what comes after it."""
        async with hearing(self.make(world)) as ear:
            await world.people["bob"].say(world.room, "x" * 1_000_000, kind="groupchat")
            await world.say("ann", "after")
            await ear.nothing_but("after")

    async def test_a_server_that_is_gone_for_a_while(self, world: Room) -> None:
        """What was said to the bot while it wasn't connected is heard when all is back."""
        adapter = self.make(world)
        async with hearing(adapter) as ear:
            await world.say("ann", "before")
            await ear.nothing_but("before")
            await world.say("ann", "meanwhile", direct=True)
            await ear.nothing_but("meanwhile")
            await world.gate.shut()
            with pytest.raises(LineError):
                await ear.next()
            with pytest.raises(LineError):
                await ear.adapter.post(self.posting(world, "x"))
        with pytest.raises(LineError, match="can't be reached"):
            await adapter.connect()
        for text in ("one", "two"):
            await world.say("ann", text, direct=True)
            await world.say("ann", f"{text} in the room")
        await world.gate.open()
        async with hearing(adapter) as ear:
            heard = [await ear.next() for _ in range(4)]
        room, direct = [each for each in heard if not each.is_direct], heard[-2:]
        assert [each.text for each in room] == ["one in the room", "two in the room"]
        assert {each.text for each in direct} == {"one", "two"}
        assert {each.principal.user for each in heard} == {"ann@localhost"}

    async def test_a_file_that_is_too_large_is_told(self, world: Room) -> None:
        async with hearing(self.make(world)) as ear:
            await ear.adapter.upload(self.posting(world, "see"), "reply.txt", "x" * 200_000)
            (post,) = await posted(world, "see")
        assert "larger than the server takes" in post.text

    async def test_a_person_who_is_renamed_is_the_same(self, world: Room) -> None:
        async with hearing(self.make(world)) as ear:
            bob = world.people["bob"]
            bob.send(f"<presence to='{world.room}/robert'/>")
            await bob.ask("get", world.room, PING)
            await world.say("bob", "hello")
            message = await ear.next()
        assert (message.principal.name, message.principal.user) == ("robert", "bob@localhost")

    async def test_a_room_that_is_destroyed_says_so(self, world: Room) -> None:
        async with hearing(self.make(world)) as ear:
            query = "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>"
            await world.people["ann"].ask("set", world.room, query)
            await world.say("ann", "hello", direct=True)
            await ear.nothing_but("hello")
            with pytest.raises(UndeliverableError, match="the room is gone"):
                await ear.adapter.post(self.posting(world, "x"))

    async def test_what_is_said_while_no_bridge_runs_is_heard_later(self, world: Room) -> None:
        """Whoever runs the bot next goes on where the server knows that it was."""
        async with hearing(self.make(world)) as ear:
            await world.say("ann", "before")
            await ear.nothing_but("before")
        for number in range(3):
            await world.say("ann", f"missed {number}")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(archive, "PAGE", 2)
            async with hearing(self.make(world)) as ear:
                heard = [await ear.next() for _ in range(3)]
                await world.say("ann", "now")
                await ear.nothing_but("now")
        assert [each.text for each in heard] == ["missed 0", "missed 1", "missed 2"]
        assert {each.principal.user for each in heard} == {"ann@localhost"}

    async def test_a_certificate_that_nobody_trusts_is_refused(self, world: Room) -> None:
        adapter = self.make(world, world.options + "\ntls: true")
        with pytest.raises(RefusedError, match="not trusted: self-signed") as refused:
            await adapter.connect()
        assert "ca" in (refused.value.hint or "")
        await adapter.close()

    async def test_a_certificate_that_is_named_is_trusted(
        self, world: Room, server: Server
    ) -> None:
        ca = server.folder / "good.crt"
        adapter = self.make(world, f"{world.options}\ntls: true\nca: {ca}")
        checks = {check.name: check for check in await adapter.check()}
        await adapter.close()
        assert "encrypted (TLS" in checks["login"].told

    async def test_a_certificate_that_has_expired_is_refused(
        self, world: Room, server: Server
    ) -> None:
        options = world.options.replace(world.bot, "chatops@old.test")
        ca = server.folder / "old.crt"
        adapter = self.make(world, f"{options}\ntls: true\nca: {ca}")
        with pytest.raises(RefusedError, match=r"of old\.test is not trusted: .*expired"):
            await adapter.connect()
        await adapter.close()

    async def test_a_secret_that_leads_nowhere_names_itself(self, world: Room) -> None:
        adapter = self.make(world, world.options_as("NONE"))
        with pytest.raises(RefusedError, match=r"env\.NONE"):
            await adapter.connect()


async def test_a_server_that_hangs_up_is_told() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        text = f"jid: a@localhost\npassword: '{{{{ env.BOT }}}}'\nserver: 127.0.0.1\nport: {port}"
        adapter = xmpp.make(options_of(xmpp, text), context(SECRETS))
        with pytest.raises(LineError, match="closed"):
            await adapter.connect()
        await adapter.close()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "jid is missing"),
        ("jid: a@b.example\npassword: x", "stands here in plain text"),
        ("jid: a@b.example\ntls: false\npassword: '{{ env.X }}'", "unencrypted"),
        ("jid: a\npassword: '{{ env.X }}'", "'a' is no address"),
        ("jid: a@b.example\npassword: '{{ env.X }}'\njoin: ops", "'ops' is no room"),
        ("jid: a@b.example\npassword: '{{ env.X }}'\nnick: ' '", "is no nickname"),
    ],
)
def test_options_that_are_wrong_are_told(text: str, told: str) -> None:
    problems: list[Problem] = []
    reader = Reader.of_source(parse(text.encode(), file="o.yaml"), problems)
    assert reader is not None
    xmpp.read(reader)
    assert told in " ".join(problem.message for problem in problems)
