"""A real XMPP server on this machine, Prosody, and people who speak with it by hand-made XML."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from xml.etree.ElementTree import Element, XMLPullParser
from xml.sax.saxutils import escape, quoteattr

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.bridges import PATIENCE, Seen
from tests.support.irc_servers import free_port

PROSODY = shutil.which("prosody", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/bin")
needs_prosody = pytest.mark.skipif(
    PROSODY is None, reason="no XMPP server (Debian: apt-get install prosody)"
)
CONF = """\
run_as_root = true
pidfile = "{folder}/prosody.pid"; data_path = "{folder}/data"; certificates = "{folder}"
interfaces = {{ "127.0.0.1" }}; local_interfaces = {{ "127.0.0.1" }}; c2s_ports = {{ {port} }}
http_ports = {{ {http} }}; http_interfaces = {{ "127.0.0.1" }}; https_ports = {{ }}
modules_enabled = {{ "roster"; "saslauth"; "disco"; "ping"; "mam"; "tls"; "private" }}
modules_disabled = {{ "s2s" }}
c2s_require_encryption = false; allow_unencrypted_plain_auth = true
authentication = "internal_hashed"; storage = "internal"
max_archive_query_results = 50; archive_expires_after = "never"
log = {{ info = "{folder}/prosody.log" }}
ssl = {{ key = "{folder}/good.key"; certificate = "{folder}/good.crt" }}
VirtualHost "localhost"
VirtualHost "old.test"
  ssl = {{ key = "{folder}/old.key"; certificate = "{folder}/old.crt" }}
Component "upload.localhost" "http_file_share"
  http_host = "localhost"; http_file_share_size_limit = 100000
Component "conference.localhost" "muc"
  modules_enabled = {{ "muc_mam" }}
  restrict_room_creation = false; muc_room_locking = false
  muc_room_default_persistent = true; muc_room_default_public_jids = true
"""
ITERATIONS = 50
_CLIENT = "{jabber:client}"
_STREAM = "{http://etherx.jabber.org/streams}"
_SID = "{urn:xmpp:sid:0}stanza-id"


def certify(folder: Path, name: str, host: str, *, is_old: bool = False) -> None:
    """A certificate of a host, signed by itself; an old one held until yesterday."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)  # noqa: TID251  # certificates hold at times
    day = timedelta(days=1)
    found = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 9 * day)
        .not_valid_after(now - day if is_old else now + 9 * day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / f"{name}.crt").write_bytes(found.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


@dataclass
class Server:
    """Prosody, with accounts of ann, bob and the bot on ``localhost``."""

    port: int
    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    @classmethod
    def new(cls, folder: Path) -> "Server":
        server = cls(free_port(), folder)
        certify(folder, "good", "localhost")
        certify(folder, "old", "old.test", is_old=True)
        for host in ("localhost", "old%2etest"):
            accounts = folder / "data" / host / "accounts"
            accounts.mkdir(parents=True)
            for name in ("ann", "bob", "chatops"):
                _register(accounts, name, name)
        text = CONF.format(folder=folder, port=server.port, http=free_port())
        (folder / "prosody.cfg.lua").write_text(text)
        return server

    def bot(self, number: int) -> str:
        """A bot of its own: what others were told, it isn't."""
        name = f"chatops{number}"
        _register(self.folder / "data" / "localhost" / "accounts", name, "chatops")
        return name

    def start(self) -> None:
        """It runs, and takes connections."""
        with (self.folder / "out").open("ab") as log:
            self.process = subprocess.Popen(
                [str(PROSODY), "--config", str(self.folder / "prosody.cfg.lua"), "-F"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        asyncio.run(self.greets())

    def stop(self) -> None:
        """It is gone."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    async def greets(self) -> None:
        """Waits until somebody is let in."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                await (await Person.at(self.port, "ann")).leave()
            except OSError:
                assert time.monotonic() < deadline, (self.folder / "out").read_text()
                await asyncio.sleep(0.05)
            else:
                return


def _register(accounts: Path, name: str, secret: str) -> None:
    """An account as Prosody keeps it, with few iterations: clients reckon them in Python."""
    key = hashlib.pbkdf2_hmac("sha1", f"pw-{secret}".encode(), b"salt", ITERATIONS)
    client = hmac.digest(key, b"Client Key", "sha1")
    values = {
        "iteration_count": ITERATIONS,
        "salt": '"salt"',
        "stored_key": f'"{hashlib.sha1(client).hexdigest()}"',
        "server_key": f'"{hmac.digest(key, b"Server Key", "sha1").hex()}"',
    }
    text = "; ".join(f'["{name}"] = {value}' for name, value in values.items())
    (accounts / f"{name}.dat").write_text(f"return {{ {text} }};\n")


@dataclass
class Person:
    """Somebody at an XMPP client, who keeps all stanzas that arrive."""

    name: str
    writer: asyncio.StreamWriter
    reader: asyncio.StreamReader
    stanzas: list[Element] = field(default_factory=list)
    parser: "XMLPullParser[Element]" = field(
        default_factory=lambda: XMLPullParser(("start", "end"))
    )
    task: "asyncio.Task[None] | None" = None
    number: int = 0

    @classmethod
    async def at(cls, port: int, name: str) -> "Person":
        """Logged in on ``localhost``."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        person = cls(name, writer, reader)
        person.task = asyncio.create_task(person._read())
        person.open()
        await person.until(lambda each: each.tag == f"{_STREAM}features")
        said = base64.b64encode(f"\0{name}\0pw-{name}".encode()).decode()
        person.send(
            f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{said}</auth>"
        )
        await person.until(lambda each: each.tag.endswith("}success"))
        person.stanzas.clear()
        person.parser = XMLPullParser(("start", "end"))
        person.open()
        await person.until(lambda each: each.tag == f"{_STREAM}features")
        await person.ask("set", "", "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>")
        person.send("<presence/>")
        return person

    def open(self) -> None:
        self.send(
            "<stream:stream to='localhost' version='1.0' xmlns='jabber:client'"
            " xmlns:stream='http://etherx.jabber.org/streams'>"
        )

    def send(self, text: str) -> None:
        self.writer.write(text.encode())

    async def ask(self, kind: str, to: str, query: str) -> Element:
        """The answer to a question."""
        self.number += 1
        number = f"{self.name}{self.number}"
        target = f"to={quoteattr(to)}" if to else ""
        self.send(f"<iq type='{kind}' id='{number}' {target}>{query}</iq>")
        return await self.until(lambda each: each.get("id") == number)

    async def until(self, what: Callable[[Element], bool]) -> Element:
        """The first stanza of which that holds."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for each in self.stanzas:
                    if what(each):
                        return each
                await asyncio.sleep(0.01)

    async def join(self, room: str) -> None:
        """In a room."""
        muc = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>"
        self.send(f"<presence to='{room}/{self.name}'>{muc}</presence>")
        mine = f"{room}/{self.name}"
        await self.until(lambda each: each.tag == f"{_CLIENT}presence" and each.get("from") == mine)

    async def say(self, to: str, text: str, *, kind: str, inner: str = "") -> str:
        """A message; its id."""
        self.number += 1
        number = f"said-{self.name}{self.number}"
        self.send(
            f"<message to={quoteattr(to)} type='{kind}' id='{number}'>"
            f"<body>{escape(text)}</body>{inner}</message>"
        )
        return number

    async def leave(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()
        if self.task is not None:
            self.task.cancel()
            # A server that ends resets the connection.
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await self.task

    async def _read(self) -> None:
        depths: dict[int, int] = {}
        while data := await self.reader.read(65536):
            parser = self.parser
            parser.feed(data)
            for pair in parser.read_events():
                event, element = cast("tuple[str, Element]", pair)
                depth = depths.get(id(parser), 0) + (1 if event == "start" else -1)
                depths[id(parser)] = depth
                if event == "end" and depth == 1:
                    self.stanzas.append(element)


class Room:
    """A room of a server with ann and bob in it; the bot's line goes through `Gate`."""

    network = "xmpp"
    workspace = ""

    def __init__(self, room: str, gate: "Gate", people: dict[str, Person], bot: str) -> None:
        self.room = room
        self.bot = f"{bot}@localhost"
        self.gate = gate
        self.people = people
        self.users = {name: f"{name}@localhost" for name in people}
        self.options = self.options_as("BOT")
        self._files: dict[str, str] = {}
        self._said: dict[str, str] = {}

    def options_as(self, secret: str) -> str:
        return f"""\
jid: {self.bot}
password: "{{{{ env.{secret} }}}}"
server: 127.0.0.1
port: {self.gate.port}
join: ["{self.room}"]
pace: 0"""

    async def say(
        self, who: str, text: str, *, thread: str | None = None, direct: bool = False
    ) -> str:
        """The id is the one that the room gives: `edit` knows the person's own of it."""
        inner = f"<thread>{thread}</thread>" if thread else ""
        person = self.people[who]
        text = text.replace("<bot>", "chatops:")
        if direct:
            await person.say(self.bot, text, kind="chat", inner=inner)
            return ""
        said = await person.say(self.room, text, kind="groupchat", inner=inner)
        seen = await person.until(
            lambda each: each.get("id") == said and each.find(_SID) is not None
        )
        found = seen.find(_SID)
        assert found is not None
        number = found.get("id") or ""
        self._said[number] = said
        return number

    async def edit(self, who: str, message_id: str, text: str) -> None:
        before = self._said[message_id]
        inner = f"<replace id='{before}' xmlns='urn:xmpp:message-correct:0'/>"
        await self.people[who].say(self.room, text, kind="groupchat", inner=inner)

    async def again(self, message_id: str) -> None:
        raise NotImplementedError

    async def posts(self) -> list[Seen]:
        found: dict[str, Seen] = {}
        for stanza in [*self.people["bob"].stanzas]:
            text = stanza.findtext(f"{_CLIENT}body")
            sender, _, nick = (stanza.get("from") or "").partition("/")
            if not text or sender != self.room or not nick.startswith("chatops"):
                continue
            edited = stanza.find("{urn:xmpp:message-correct:0}replace")
            number = stanza.get("id") if edited is None else edited.get("id")
            url = stanza.findtext("{jabber:x:oob}x/{jabber:x:oob}url") or ""
            found[number or ""] = Seen(
                text,
                self.room,
                thread=stanza.findtext(f"{_CLIENT}thread"),
                id=number or "",
                is_edited=edited is not None,
                file=await self._file(url) if url else "",
            )
        return [*found.values()]

    async def drop(self) -> None:
        self.gate.drop()

    async def kick(self) -> None:
        """Ann, who has made the room, throws the bot out of it."""
        item = "<item nick='chatops' role='none'><reason>out</reason></item>"
        query = f"<query xmlns='http://jabber.org/protocol/muc#admin'>{item}</query>"
        await self.people["ann"].ask("set", self.room, query)

    async def configure(self, name: str, value: str) -> None:
        """A setting of the room."""
        fields = {"FORM_TYPE": "http://jabber.org/protocol/muc#roomconfig", name: value}
        form = "".join(
            f"<field var='{key}'><value>{text}</value></field>" for key, text in fields.items()
        )
        query = (
            "<query xmlns='http://jabber.org/protocol/muc#owner'>"
            f"<x xmlns='jabber:x:data' type='submit'>{form}</x></query>"
        )
        await self.people["ann"].ask("set", self.room, query)

    async def limit(self) -> None:
        raise NotImplementedError

    def bad_options(self) -> str:
        return self.options_as("WRONG")

    async def _file(self, url: str) -> str:
        if url not in self._files:

            def read() -> str:
                with urllib.request.urlopen(url) as answer:
                    data: bytes = answer.read()
                return data.decode()

            self._files[url] = await asyncio.to_thread(read)
        return self._files[url]


@dataclass
class Gate:
    """A way to the server that can be cut."""

    target: int
    port: int = 0
    refusing: int = 0
    """So many of the next connections are ended at once."""
    server: asyncio.Server | None = None
    lines: list[asyncio.StreamWriter] = field(default_factory=list)
    tasks: "set[asyncio.Task[None]]" = field(default_factory=set)

    async def open(self) -> None:
        self.server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    def drop(self) -> None:
        """Whoever is connected isn't any more."""
        for line in self.lines:
            line.close()
        self.lines.clear()

    async def shut(self) -> None:
        """Nobody gets through until it is opened again, at the same port."""
        self.drop()
        if self.server is not None:
            self.server.close()
            await self.server.wait_closed()

    async def close(self) -> None:
        await self.shut()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            self.refusing -= 1
            writer.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        self.lines += [writer, back]
        for pair in ((reader, back), (there, writer)):
            self.tasks.add(asyncio.create_task(_copied(*pair)))


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def room_of(server: Server, number: int) -> AsyncIterator[Room]:
    """A room of that number, which ann has made, and bob has come to; and a bot for it."""
    room = f"ops{number}@conference.localhost"
    gate = Gate(server.port)
    people: dict[str, Person] = {}
    try:
        await gate.open()
        for name in ("ann", "bob"):
            people[name] = await Person.at(server.port, name)
            await people[name].join(room)
        yield Room(room, gate, people, server.bot(number))
    finally:
        for person in people.values():
            await person.leave()
        await gate.close()
