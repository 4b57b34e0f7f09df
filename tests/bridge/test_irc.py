"""IRC, against two real servers: one with accounts and tags, and one that is old and strict."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.bridge.adapters import irc
from chatops_cli.bridge.adapters.irc.lines import folded, read_line, write_line
from chatops_cli.bridge.contract import LineError, Posting, RefusedError, UndeliverableError
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from tests.bridge.conformance import Conformance
from tests.support.bridges import World, context, hearing, options_of
from tests.support.irc_servers import (
    Channel,
    Person,
    Server,
    free_port,
    inspircd,
    needs_inspircd,
    needs_ngircd,
    ngircd,
    register,
)

if TYPE_CHECKING:
    from chatops_cli.model.problem import Problem

SECRETS = {"BOT": "pw-chatops", "SERVER": "s3rver", "WRONG": "wrong"}


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """InspIRCd and Atheme, with three accounts."""
    server = inspircd(tmp_path_factory.mktemp("inspircd"))
    try:
        asyncio.run(_ready(server))
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Ngircd."""
    server = ngircd(tmp_path_factory.mktemp("ngircd"))
    try:
        asyncio.run(server.greets())
        yield server
    finally:
        server.stop()


async def _ready(server: Server) -> None:
    await server.greets()
    await register(server)


@pytest.mark.server
@needs_inspircd
class TestInspIRCd(Conformance):
    """Accounts, tags, times."""

    MODULE = irc
    CAN = frozenset({"direct", "mention", "drop", "refuse"})
    SECRETS = SECRETS

    @pytest.fixture
    async def world(self, accounts: Server) -> AsyncIterator[Channel]:
        options = f"""\
server: 127.0.0.1
port: {accounts.port}
join: ["#ops"]
account: chatops
password: "{{{{ env.BOT }}}}"
pace: 0"""
        async with accounts.people() as people:
            for nick, person in people.items():
                person.send(f"PRIVMSG NickServ :IDENTIFY pw-{nick}")
                await person.until(" 900 ")
            channel = Channel(accounts.port, options, options.replace("BOT", "WRONG"), people)
            channel.users = {"ann": "ann", "bob": "bob"}
            yield channel

    async def test_a_nickname_is_nobody(self, accounts: Server, world: Channel) -> None:
        """Somebody who calls himself as ann did, and isn't logged in, is not ann."""
        async with hearing(self.make(world)) as ear:
            await world.drop_person("ann")
            other = await Person.at(accounts.port, "ann")
            other.send("JOIN #ops")
            await other.until(" 366 ")
            other.send("PRIVMSG #ops :!deploy")
            message = await ear.next()
            await other.leave()
        assert message.principal.name == "ann"
        assert message.principal.user.startswith("ann!")

    async def test_a_room_that_the_bot_may_not_write_to(self, world: Channel) -> None:
        async with hearing(self.make(world)) as ear:
            with pytest.raises(UndeliverableError):
                await ear.adapter.post(Posting(key="k", room="#nowhere", text="x"))
            with pytest.raises(UndeliverableError):
                await ear.adapter.post(Posting(key="k", room="nobody", text="x"))
            with pytest.raises(UndeliverableError):
                await ear.adapter.post(Posting(key="k", room="#ops x\r\nQUIT", text="x"))
            await ear.adapter.post(self.posting(world, "still there"))

    async def test_a_bot_that_is_thrown_out_says_so(self, world: Channel) -> None:
        async with hearing(self.make(world)) as ear:
            await world.kick()
            await world.say("ann", "hello", direct=True)
            await ear.nothing_but("hello")
            with pytest.raises(UndeliverableError):
                await ear.adapter.post(self.posting(world, "x"))

    async def test_a_room_that_is_closed_is_told_by_the_check(self, world: Channel) -> None:
        await world.close_room()
        adapter = self.make(world)
        checks = {check.name: check for check in await adapter.check()}
        await adapter.close()
        assert checks["login"].is_fine
        assert not checks["#ops"].is_fine
        assert checks["#ops"].mend


@pytest.mark.server
@needs_ngircd
class TestNgircd(Conformance):
    """Nothing but RFC 1459, and a password of the server."""

    MODULE = irc
    CAN = frozenset({"direct", "mention", "drop", "refuse"})
    SECRETS = SECRETS

    @pytest.fixture
    async def world(self, strict: Server) -> AsyncIterator[Channel]:
        options = f"""\
server: 127.0.0.1
port: {strict.port}
join: "#ops"
server_password: "{{{{ env.SERVER }}}}"
pace: 0"""
        async with strict.people() as people:
            channel = Channel(strict.port, options, options.replace("SERVER", "WRONG"), people)
            for nick in ("ann", "bob"):
                joined = await people["bob" if nick == "bob" else "ann"].until(f":{nick}!")
                channel.users[nick] = joined.removeprefix(":").split()[0]
            yield channel

    def who(self, world: World) -> str:
        """Nobody can be named where there are no accounts: a room can."""
        return f'rooms: ["{world.room}"]'

    async def refused(self, world: World) -> None:
        """What is said to the bot alone is said in no room that the rule names."""
        await world.say("bob", "!echo four five six", direct=True)


async def test_a_server_that_is_not_there_is_told() -> None:
    options = options_of(irc, f"server: 127.0.0.1\nport: {free_port()}\nnick: bot")
    with pytest.raises(LineError, match="can't be reached"):
        await irc.make(options, context()).connect()


async def test_a_server_that_hangs_up_is_told() -> None:
    """A full server, or a ban by address: the reason is its own."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"ERROR :Closing Link: too many\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        options = options_of(irc, f"server: 127.0.0.1\nport: {port}\nnick: bot")
        with pytest.raises(LineError, match="too many"):
            await irc.make(options, context()).connect()


async def test_a_reference_that_leads_nowhere_names_itself() -> None:
    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(nothing, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        text = f"server: 127.0.0.1\nport: {port}\nserver_password: '{{{{ env.NONE }}}}'"
        with pytest.raises(RefusedError, match=r"env\.NONE"):
            await irc.make(options_of(irc, text), context()).connect()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "server is missing"),
        ("server: a.example\npassword: x\naccount: y", "stands here in plain text"),
        ("server: a.example\ntls: false\npassword: '{{ env.X }}'\naccount: y", "unencrypted"),
        ("server: a.example\npassword: '{{ env.X }}'", "account is missing"),
        ("server: a.example\njoin: ops", "'ops' is no channel"),
        ("server: a.example\nnick: 1 2", "is no nickname"),
    ],
)
def test_options_that_are_wrong_are_told(text: str, told: str) -> None:
    problems: list[Problem] = []
    reader = Reader.of_source(parse(text.encode(), file="o.yaml"), problems)
    assert reader is not None
    irc.read(reader)
    assert told in " ".join(problem.message for problem in problems)


@given(st.text())
def test_a_text_is_one_line_and_comes_back(text: str) -> None:
    data = write_line("PRIVMSG", "#ops", text=text)
    assert data.count(b"\n") == 1
    line = read_line(data)
    assert line is not None
    flat = text.replace("\r", " ").replace("\n", " ").replace("\0", "")
    shown = flat.encode("utf-8", "replace").decode()
    assert (line.command, line.params) == ("PRIVMSG", ("#ops", shown))


@given(st.binary())
def test_whatever_comes_is_read(data: bytes) -> None:
    line = read_line(data)
    assert line is None or line.command


def test_tags_are_read() -> None:
    line = read_line(b"@msgid=a\\:b\\s;account=ann;+x :n!u@h PRIVMSG #ops :hello there\r\n")
    assert line is not None
    assert line.tags == {"msgid": "a;b ", "account": "ann", "+x": ""}
    assert (line.nick, line.params) == ("n", ("#ops", "hello there"))


def test_names_are_compared_as_servers_do() -> None:
    assert folded("Ann[x]~") == folded("aNN{X}^")


def test_a_word_can_not_begin_another_line() -> None:
    for word in ("", "a b", "a\r\nQUIT", ":x"):
        with pytest.raises(ValueError, match="a word of a line"):
            write_line("PRIVMSG", word, text="x")
