"""A real Matrix server on this machine, Synapse, and people who speak with it by its API."""

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from tests.support.bridges import PATIENCE, Seen
from tests.support.irc_servers import free_port
from tests.support.xmpp_servers import Gate

SYNAPSE = shutil.which("synapse_homeserver")
needs_synapse = pytest.mark.skipif(
    SYNAPSE is None,
    reason="no synapse_homeserver on PATH (pip install matrix-synapse, in its own environment)",
)
LIMITS = (
    *("rc_message", "rc_registration", "rc_room_creation"),
    *("rc_joins.local", "rc_joins.remote", "rc_login.address", "rc_login.account"),
    *("rc_invites.per_room", "rc_invites.per_user", "rc_invites.per_issuer"),
)
SECRET = "test-shared-secret"
CLIENT = "/_matrix/client/v3"
_numbers = itertools.count(1)


def _configuration(folder: Path, port: int) -> dict[str, object]:
    found: dict[str, Any] = {
        "server_name": "localhost",
        "listeners": [
            {
                "port": port,
                "bind_addresses": ["127.0.0.1"],
                "type": "http",
                "tls": False,
                "resources": [{"names": ["client"], "compress": False}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "pid_file": str(folder / "homeserver.pid"),
        "log_config": str(folder / "log.yaml"),
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "registration_shared_secret": SECRET,
        "macaroon_secret_key": "test-macaroon",
        "form_secret": "test-form",
        "report_stats": False,
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "bcrypt_rounds": 4,
        "presence": {"enabled": False},
    }
    for name in LIMITS:
        outer, _, within = name.partition(".")
        place = found.setdefault(outer, {}) if within else found
        place[within or outer] = {"per_second": 1000, "burst_count": 1000}
    return found


@dataclass
class Account:
    """Somebody's account, and the token of a session."""

    id: str
    token: str


@dataclass
class Server:
    """Synapse."""

    port: int
    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def new(cls, folder: Path) -> "Server":
        port = free_port()
        # JSON is YAML.
        (folder / "hs.yaml").write_text(json.dumps(_configuration(folder, port)))
        log = {"version": 1, "root": {"level": "ERROR"}, "disable_existing_loggers": False}
        (folder / "log.yaml").write_text(json.dumps(log))
        seed = base64.b64encode(hashlib.sha256(b"test").digest()).decode().rstrip("=")
        (folder / "signing.key").write_text(f"ed25519 a_test {seed}\n")
        return cls(port, folder)

    def start(self) -> None:
        """It runs, and answers."""
        with (self.folder / "out").open("ab") as log:
            self.process = subprocess.Popen(
                [str(SYNAPSE), "--config-path", str(self.folder / "hs.yaml")],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        asyncio.run(self._answers())

    def stop(self) -> None:
        """It is gone."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    async def _answers(self) -> None:
        deadline = time.monotonic() + PATIENCE * 6
        async with aiohttp.ClientSession() as client:
            while True:
                assert self.process is not None
                assert self.process.poll() is None, (self.folder / "out").read_text()
                try:
                    async with client.get(f"{self.url}/health") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                assert time.monotonic() < deadline, (self.folder / "out").read_text()
                await asyncio.sleep(0.1)

    async def register(self, client: aiohttp.ClientSession, name: str, *, admin: bool) -> Account:
        """A new account. Source: Synapse, "Shared-Secret Registration"."""
        url = f"{self.url}/_synapse/admin/v1/register"
        async with client.get(url) as answer:
            nonce = (await answer.json())["nonce"]
        kind = "admin" if admin else "notadmin"
        said = f"{nonce}\0{name}\0pw\0{kind}".encode()
        mac = hmac.new(SECRET.encode(), said, hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": "pw", "admin": admin, "mac": mac}
        async with client.post(url, json=body) as answer:
            found = await answer.json()
        return Account(found["user_id"], found["access_token"])


@dataclass
class Room:
    """A room with ann, who has made it, and bob; the bot's line goes through `gate`."""

    server: Server
    client: aiohttp.ClientSession
    gate: Gate
    people: dict[str, Account]
    room: str = ""
    options: str = ""
    users: dict[str, str] = field(default_factory=dict)
    network: str = "matrix"
    workspace: str = ""
    _direct: str = ""
    _files: dict[str, str] = field(default_factory=dict)

    def options_as(self, secret: str) -> str:
        return f"""\
url: http://127.0.0.1:{self.gate.port}
token: "{{{{ env.{secret} }}}}"
join: ["{self.room}"]
invites: ["@*:localhost"]
pace: 0"""

    async def call(self, who: str, method: str, path: str, body: object = None) -> Any:
        """A call of the client API, which must succeed."""
        headers = {"Authorization": f"Bearer {self.people[who].token}"}
        url = path if path.startswith("/_") else CLIENT + path
        data = json.dumps(body if body is not None else {})
        async with self.client.request(
            method,
            self.server.url + url,
            data=data if method != "GET" else None,
            headers=headers,
        ) as answer:
            found = await answer.json()
            assert answer.status == 200, (path, found)
        return found

    async def send(self, who: str, room: str, content: object, kind: str = "m.room.message") -> str:
        path = f"/rooms/{quote(room)}/send/{kind}/t{next(_numbers)}"
        found: str = (await self.call(who, "PUT", path, content))["event_id"]
        return found

    async def new_room(self, who: str, invite: list[str], **more: object) -> str:
        body = {"invite": invite, "preset": "private_chat", **more}
        found: str = (await self.call(who, "POST", "/createRoom", body))["room_id"]
        return found

    async def say(
        self, who: str, text: str, *, thread: str | None = None, direct: bool = False
    ) -> str:
        content: dict[str, object] = {"msgtype": "m.text", "body": text}
        if "<bot>" in text:
            content["body"] = text.replace("<bot>", f"{self.users['chatops']}:")
            content["m.mentions"] = {"user_ids": [self.users["chatops"]]}
        if thread:
            content["m.relates_to"] = {"rel_type": "m.thread", "event_id": thread}
        room = await self.direct_room(who) if direct else self.room
        return await self.send(who, room, content)

    async def direct_room(self, who: str) -> str:
        """A conversation with the bot, once the bot has come to it."""
        self._direct = self._direct or await self.new_room(
            who, [self.users["chatops"]], is_direct=True, preset="trusted_private_chat"
        )
        await self.comes(self._direct)
        return self._direct

    async def comes(self, room: str) -> None:
        """Waits until the bot is in a room of ann's."""
        path = f"/rooms/{quote(room)}/joined_members"
        async with asyncio.timeout(PATIENCE):
            while self.users["chatops"] not in (await self.call("ann", "GET", path))["joined"]:  # noqa: ASYNC110  # the server is another process
                await asyncio.sleep(0.02)

    async def kept(self, kind: str, token: str) -> None:
        """Waits until the server has kept this place of the bot."""
        path = f"/user/{quote(self.users['chatops'])}/account_data/{kind}"
        async with asyncio.timeout(PATIENCE):
            while (await self.call("chatops", "GET", path))["token"] != token:  # noqa: ASYNC110  # the server is another process
                await asyncio.sleep(0.02)

    async def edit(self, who: str, message_id: str, text: str) -> None:
        new = {"msgtype": "m.text", "body": text}
        about = {"rel_type": "m.replace", "event_id": message_id}
        content = {**new, "body": f"* {text}", "m.new_content": new, "m.relates_to": about}
        await self.send(who, self.room, content)

    async def again(self, message_id: str) -> None:
        raise NotImplementedError

    async def events(self) -> list[dict[str, Any]]:
        """What the bot has sent to the room, oldest first."""
        path = f"/rooms/{quote(self.room)}/messages?dir=b&limit=100"
        found = (await self.call("bob", "GET", path))["chunk"]
        return [each for each in found[::-1] if each["sender"] == self.users["chatops"]]

    async def posts(self) -> list[Seen]:
        found: dict[str, Seen] = {}
        for event in await self.events():
            if event["type"] != "m.room.message":
                continue
            content, about = event["content"], event["content"].get("m.relates_to", {})
            kind, number = about.get("rel_type"), event["event_id"]
            is_edited = kind == "m.replace"
            found[about["event_id"] if is_edited else number] = Seen(
                content.get("m.new_content", content)["body"],
                self.room,
                thread=about["event_id"] if kind == "m.thread" else None,
                id=number,
                is_edited=is_edited,
                file=await self._file(content.get("url", "")),
            )
        return [*found.values()]

    async def drop(self) -> None:
        """A connection that breaks is made anew by the client at once: this one can't be."""
        self.gate.refusing = 1
        self.gate.drop()

    async def limit(self) -> None:
        raise NotImplementedError

    def bad_options(self) -> str:
        return self.options_as("WRONG")

    async def _file(self, url: str) -> str:
        if url and url not in self._files:
            path = f"/_matrix/client/v1/media/download/{url.removeprefix('mxc://')}"
            headers = {"Authorization": f"Bearer {self.people['bob'].token}"}
            async with self.client.get(self.server.url + path, headers=headers) as answer:
                self._files[url] = await answer.text()
        return self._files.get(url, "")


@asynccontextmanager
async def room_of(server: Server, accounts: dict[str, Account]) -> AsyncIterator[Room]:
    """A room of its own, and a bot of its own: where another has got to is not known to it."""
    gate = Gate(server.port)
    async with aiohttp.ClientSession() as client:
        try:
            await gate.open()
            for name in ("ann", "bob"):
                if name not in accounts:
                    accounts[name] = await server.register(client, name, admin=name == "ann")
            bot = await server.register(client, f"chatops{next(_numbers)}", admin=False)
            room = Room(server, client, gate, {**accounts, "chatops": bot})
            room.users = {name: account.id for name, account in room.people.items()}
            room.room = await room.new_room("ann", [accounts["bob"].id, bot.id])
            await room.call("bob", "POST", f"/join/{quote(room.room)}")
            room.options = room.options_as("BOT")
            yield room
        finally:
            await gate.close()
