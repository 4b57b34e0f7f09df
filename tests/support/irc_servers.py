"""Real IRC servers on this machine: InspIRCd with accounts by Atheme, and the stricter ngircd."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.bridges import PATIENCE, Seen

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
INSPIRCD = shutil.which("inspircd", path=_PATH)
ATHEME = shutil.which("atheme-services", path=_PATH)
NGIRCD = shutil.which("ngircd", path=_PATH)

needs_inspircd = pytest.mark.skipif(
    INSPIRCD is None or ATHEME is None,
    reason="no IRC server (Debian: apt-get install inspircd atheme-services)",
)
needs_ngircd = pytest.mark.skipif(
    NGIRCD is None, reason="no IRC server (Debian: apt-get install ngircd)"
)

MODULES = (
    *("cap", "ircv3", "ircv3_ctctags", "ircv3_servertime", "ircv3_msgid", "ircv3_echomessage"),
    *("ircv3_batch", "ircv3_accounttag", "spanningtree", "services_account", "sasl", "hidechans"),
    *("chghost", "svshold"),
)
INSPIRCD_CONF = """\
<server name="irc.test.local" description="test" network="testnet" id="98K">
<admin name="t" nick="t" email="t@test.local">
<bind address="127.0.0.1" port="{port}" type="clients">
<bind address="127.0.0.1" port="{services}" type="servers">
<connect name="main" allow="*" timeout="10" pingfreq="30" hardsendq="1M" recvq="10K"
 threshold="1000" commandrate="100000" fakelag="no" localmax="200" globalmax="200" maxchans="50"
 resolvehostnames="no" useident="no">
<options casemapping="rfc1459"><performance nouserdns="yes"><pid file="inspircd.pid">
<path configdir="." datadir="." logdir=".">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="inspircd.log">
<class name="all" commands="*" usermodes="*" chanmodes="*" privs="*"><type name="god" classes="all">
<oper name="god" password="s3cret" host="*@*" type="god">
{modules}
<sasl target="services.test.local" requiressl="no"><uline server="services.test.local" silent="yes">
<link name="services.test.local" ipaddr="127.0.0.1" port="{services}" allowmask="127.0.0.0/8"
 sendpass="linkpw" recvpass="linkpw" timeout="10">
"""
ATHEME_CONF = """\
loadmodule "modules/protocol/inspircd";
loadmodule "modules/backend/opensex";
loadmodule "modules/nickserv/main";
loadmodule "modules/nickserv/register";
loadmodule "modules/nickserv/identify";
loadmodule "modules/saslserv/main";
loadmodule "modules/saslserv/plain";
serverinfo {{
  name = "services.test.local";
  desc = "s";
  numeric = "00A";
  recontime = 1;
  netname = "testnet";
  adminname = "t";
  adminemail = "t@test.local";
  registeremail = "t@test.local";
  auth = none;
  maxlogins = 10;
  maxusers = 100;
  casemapping = rfc1459;
  hidehostsuffix = "x";
}};
uplink "irc.test.local" {{
  host = "127.0.0.1";
  port = {services};
  password = "linkpw";
}};
nickserv {{
  nick = "NickServ";
  user = "NickServ";
  host = "services.test.local";
  real = "n";
  expire = 0;
  maxnicks = 5;
}};
saslserv {{
  nick = "SaslServ";
  user = "SaslServ";
  host = "services.test.local";
  real = "s";
}};
"""
NGIRCD_CONF = """\
[Global]
  Name = irc.test.local
  Info = test
  Listen = 127.0.0.1
  Ports = {port}
  AdminInfo1 = test
  Password = s3rver
[Operator]
  Name = god
  Password = s3cret
[Limits]
  MaxConnectionsIP = 0
  MaxPenaltyTime = 0
  MaxNickLength = 30
  PingTimeout = 20
[Options]
  DNS = no
  Ident = no
  PAM = no
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@dataclass
class Person:
    """Somebody at an IRC client, who keeps all lines that arrive."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    nick: str
    lines: list[str] = field(default_factory=list)
    task: "asyncio.Task[None] | None" = None

    @classmethod
    async def at(cls, port: int, nick: str, *, password: str = "") -> "Person":
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        person = cls(reader, writer, nick)
        person.task = asyncio.create_task(person._read())
        if password:
            person.send(f"PASS :{password}")
        person.send(f"NICK {nick}")
        person.send(f"USER {nick} 0 * :{nick}")
        await person.until(" 001 ")
        return person

    def send(self, line: str) -> None:
        self.writer.write(line.encode() + b"\r\n")

    async def until(self, text: str) -> str:
        """The first line with this text."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for line in self.lines:
                    if text in line:
                        return line
                await asyncio.sleep(0.01)

    async def leave(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task

    async def _read(self) -> None:
        # A server that is not ready yet, or ends, resets the connection.
        with contextlib.suppress(ConnectionError):
            while data := await self.reader.readline():
                line = data.decode("utf-8", "replace").rstrip("\r\n")
                if line.startswith("PING"):
                    self.send("PONG" + line[4:])
                self.lines.append(line)


class Channel:
    """A room of a server with ann and bob in it."""

    network = "irc"
    workspace = "127.0.0.1"
    room = "#ops"

    def __init__(self, port: int, options: str, bad: str, people: dict[str, Person]) -> None:
        self.port = port
        self.options = options
        self.users: dict[str, str] = {}
        self._bad = bad
        self._people = people

    async def say(
        self, who: str, text: str, *, thread: str | None = None, direct: bool = False
    ) -> str:
        del thread
        target = "chatops" if direct else self.room
        text = text.replace("<bot>", "chatops:")
        self._people[who].send(f"PRIVMSG {target} :{text}")
        return ""

    async def edit(self, who: str, message_id: str, text: str) -> None:
        raise NotImplementedError

    async def again(self, message_id: str) -> None:
        raise NotImplementedError

    async def posts(self) -> list[Seen]:
        mark = f" PRIVMSG {self.room} :"
        lines = [line for line in self._people["bob"].lines if mark in line]
        return [Seen(line.partition(mark)[2], self.room) for line in lines if ":chatops" in line]

    async def drop(self) -> None:
        """An operator of the server ends the bot's connection."""
        self._people["ann"].send("OPER god s3cret")
        self._people["ann"].send("KILL chatops :test")

    async def kick(self) -> None:
        """An operator throws the bot out of the room."""
        ann = self._people["ann"]
        ann.send(f"KICK {self.room} chatops :out")
        await ann.until(f"KICK {self.room} chatops")

    async def close_room(self) -> None:
        """Only who is invited may come in."""
        ann = self._people["ann"]
        ann.send(f"MODE {self.room} +i")
        await ann.until(f"MODE {self.room}")

    async def drop_person(self, who: str) -> None:
        """Somebody leaves."""
        await self._people.pop(who).leave()

    async def limit(self) -> None:
        raise NotImplementedError

    def bad_options(self) -> str:
        return self._bad


@dataclass
class Server:
    """A running server; `others` are the processes that belong to it."""

    port: int
    folder: Path
    password: str = ""
    processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def start(self, *command: str) -> None:
        with (self.folder / "out").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    command, cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL
                )
            )

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    async def greets(self) -> None:
        """Waits until somebody is let in: a port may be open before that, and close again."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                person = await Person.at(self.port, "probe", password=self.password)
            except OSError:
                assert time.monotonic() < deadline, (self.folder / "out").read_text()
                await asyncio.sleep(0.05)
            else:
                await person.leave()
                return

    @asynccontextmanager
    async def people(self) -> AsyncIterator[dict[str, Person]]:
        """Ann and bob in the room.

        They come at one time: InspIRCd lets people in once in a second. Ann is in first, and so
        may close the room.
        """
        found: dict[str, Person] = {}
        try:
            came = await asyncio.gather(
                *(Person.at(self.port, nick, password=self.password) for nick in ("ann", "bob"))
            )
            for person in came:
                found[person.nick] = person
                person.send("JOIN #ops")
                await person.until(" 366 ")
            yield found
        finally:
            for person in found.values():
                await person.leave()


def inspircd(folder: Path) -> Server:
    """InspIRCd with accounts; see `register`."""
    port, services = free_port(), free_port()
    modules = "\n".join(f'<module name="{name}">' for name in MODULES)
    (folder / "inspircd.conf").write_text(
        INSPIRCD_CONF.format(port=port, services=services, modules=modules)
    )
    (folder / "atheme.conf").write_text(ATHEME_CONF.format(services=services))
    data = folder / "data"
    data.mkdir()
    (data / "services.db").touch()
    server = Server(port, folder)
    root = ["--runasroot"] if os.geteuid() == 0 else []
    config = str(folder / "inspircd.conf")
    server.start(str(INSPIRCD), "--nofork", *root, "--config", config)
    server.start(
        str(ATHEME),
        *("-n", "-c", str(folder / "atheme.conf"), "-D", str(data)),
        *("-l", str(folder / "atheme.log"), "-p", str(folder / "atheme.pid")),
    )
    return server


async def register(server: Server) -> None:
    """Ann, bob and the bot have accounts; carol has none."""
    for nick in ("ann", "bob", "chatops"):
        person = await Person.at(server.port, nick)
        deadline = time.monotonic() + PATIENCE
        while not any("registered" in line for line in person.lines):
            assert time.monotonic() < deadline, person.lines
            person.send(f"PRIVMSG NickServ :REGISTER pw-{nick} {nick}@test.local")
            await asyncio.sleep(0.2)
        await person.leave()


def ngircd(folder: Path) -> Server:
    """ngircd: no accounts, no tags, and whoever sends a long line is thrown out."""
    port = free_port()
    (folder / "ngircd.conf").write_text(NGIRCD_CONF.format(port=port))
    server = Server(port, folder, password="s3rver")
    server.start(str(NGIRCD), "-n", "-f", str(folder / "ngircd.conf"))
    return server
