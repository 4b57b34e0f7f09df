"""Discord on this machine: the REST API and the gateway, after what its developers' pages say.

A session that breaks is gone on with from the event that was seen last, or is not, as Discord
chooses; a post is known again by its nonce; limits are told by headers and bodies; what is wrong
has Discord's own codes. Events are compressed as one stream, where the client wants that.
"""

import asyncio
import itertools
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import WSMsgType, web

from chatops_cli.model.json import Json, JsonObject
from tests.support.bridges import Seen

TOKEN = "MTAw.token.of-the-bot"
ME, ANN, BOB, OTHER_BOT = "100", "201", "202", "203"
GUILD, OPS, DEV, ROLE, ADMINS = "300", "401", "402", "501", "502"
DIRECT = {"ann": "601", "bob": "602"}
LONGEST, EMBED = 2_000, 4_096
GRANTED = (1 << 10) | (1 << 11) | (1 << 38) | (1 << 14) | (1 << 15) | (1 << 16) | (1 << 6)
INTENTS = (1 << 0) | (1 << 9) | (1 << 12) | (1 << 15)
FIRST = 1_100_000_000_000_000_000
NAMES = {ME: "ops-bot", ANN: "ann", BOB: "bob", OTHER_BOT: "other"}
OPTIONS = """\
token: "{{{{ env.TOKEN }}}}"
api: {url}/api/v10
pace: 0"""


@dataclass
class Session:
    """A session of the gateway, with all events that were sent in it."""

    id: str
    events: list[JsonObject] = field(default_factory=list)
    line: "Line | None" = None


@dataclass
class Line:
    """A websocket, and what compresses what goes through it."""

    socket: web.WebSocketResponse
    deflate: "zlib._Compress | None"

    async def send(self, data: JsonObject) -> None:
        text = json.dumps(data).encode()
        if self.socket.closed:
            return
        if self.deflate is None:
            await self.socket.send_str(text.decode())
        else:
            packed = self.deflate.compress(text) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(packed)


class DiscordServer:
    """Discord, with one server that the bot is in.

    `goes_on` says whether sessions that broke are gone on with. `close_code` closes whoever
    identifies. `refusals` are answers to the next calls of a kind.
    """

    def __init__(self) -> None:
        self.url = ""
        self.goes_on = True
        self.close_code = 0
        self.starts_left = 1000
        self.flags = 1 << 19
        self.granted = GRANTED
        self.overwrites: list[Json] = []
        self.members = {ME, ANN, BOB}
        self.channels: dict[str, dict[str, Json]] = {
            each: {"id": each, "type": 0, "guild_id": GUILD, "name": f"c{each}"}
            for each in (OPS, DEV)
        }
        for number in DIRECT.values():
            self.channels[number] = {"id": number, "type": 1}
        self.forbidden: set[str] = set()
        self.messages: dict[str, dict[str, Json]] = {}
        self.files: dict[str, str] = {}
        self.reactions: list[tuple[str, str]] = []
        self.clicks: list[tuple[str, int]] = []
        self.seen: list[str] = []
        self.bodies: list[JsonObject] = []
        self.heartbeats = 0
        self.interval = 41_250
        self.identified = 0
        self.resumed = 0
        self.refusals: dict[str, list[web.Response]] = {}
        self.sessions: dict[str, Session] = {}
        self._nonces: dict[str, str] = {}
        self._numbers = itertools.count(FIRST)
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._sockets: dict[web.WebSocketResponse, web.Request] = {}

    # What happens there

    async def say(self, user: str, channel: str, text: str, **more: Json) -> str:
        """A message of somebody; its id."""
        number = str(next(self._numbers))
        message: dict[str, Json] = {
            "id": number,
            "channel_id": channel,
            "author": self._user(user),
            "content": text,
            "timestamp": datetime.now(UTC).isoformat(),  # noqa: TID251  # a server has a clock
            "edited_timestamp": None,
            "type": 0,
            "mentions": [self._user(each) for each in NAMES if f"<@{each}>" in text],
            "mention_roles": [],
            "embeds": [],
            "attachments": [],
            **more,
        }
        self.messages[number] = message
        self.channels[channel]["last_message_id"] = number
        await self.tell("MESSAGE_CREATE", self._in_guild(message))
        return number

    async def edit(self, number: str, text: str, *, is_edit: bool = True) -> None:
        """A message changes: somebody edits it, or it has a preview of a link."""
        message = self.messages[number]
        message["content"] = text
        if is_edit:
            message["edited_timestamp"] = datetime.now(UTC).isoformat()  # noqa: TID251  # as above
        await self.tell("MESSAGE_UPDATE", self._in_guild(message))

    async def again(self, number: str) -> None:
        await self.tell("MESSAGE_CREATE", self._in_guild(self.messages[number]))

    async def click(self, user: str, number: str, name: str, *, author: str = ME) -> None:
        """Somebody clicks on a button of a message."""
        message = self.messages[number]
        interaction: dict[str, Json] = {
            "id": str(next(self._numbers)),
            "application_id": "900",
            "type": 3,
            "token": "aW50ZXJhY3Rpb24",
            "channel_id": message["channel_id"],
            "message": {**message, "author": dict(self._user(author))},
            "data": {"component_type": 2, "custom_id": name},
            "guild_id": GUILD,
            "member": {"user": dict(self._user(user)), "roles": [ADMINS], "nick": "Annie"},
        }
        await self.tell("INTERACTION_CREATE", interaction)

    async def thread(self, root: str) -> str:
        """The thread of a message, which has its id; it is told of when it is made."""
        if root not in self.channels:
            parent = str(self.messages[root]["channel_id"])
            self.channels[root] = {
                "id": root,
                "type": 11,
                "guild_id": GUILD,
                "parent_id": parent,
                "name": "thread",
            }
            await self.tell("THREAD_CREATE", self.channels[root])
        return root

    async def tell(self, event: str, data: JsonObject) -> None:
        """An event for all sessions, those whose line is broken as well."""
        for session in self.sessions.values():
            await self._tell(session, event, data)

    async def drop(self) -> None:
        """All lines break, without a goodbye."""
        for request in list(self._sockets.values()):
            if request.transport is not None:
                request.transport.abort()
        await self._gone()

    async def send(self, data: JsonObject) -> None:
        """Something that is no event, to all lines."""
        for session in self.sessions.values():
            if session.line is not None:
                await session.line.send(data)

    async def send_raw(self, text: str) -> None:
        """Something that is nothing, to all lines."""
        for socket in list(self._sockets):
            await socket.send_str(text)

    async def shut(self, code: int) -> None:
        """Discord closes all lines with a code."""
        for socket in list(self._sockets):
            await socket.close(code=code)
        await self._gone()

    def refuse(self, what: str, status: int, body: Json, **headers: str) -> None:
        """The next call of a kind is refused."""
        answer = _json(body, status=status, headers={"Via": "1.1 google", **headers})
        self.refusals.setdefault(what, []).append(answer)

    def limit(self, what: str, seconds: float, *, is_global: bool = False) -> None:
        """The next call of a kind is one too many."""
        body: Json = {
            "message": "You are being rate limited.",
            "retry_after": seconds,
            "global": is_global,
        }
        self.refuse(what, 429, body, **{"Retry-After": str(int(seconds) + 1)})

    def shown(self, room: str) -> list[Seen]:
        """What the bot has posted in a room and in its threads."""
        return [
            Seen(
                text=str(message["content"]),
                room=room,
                thread=channel if channel != room else None,
                id=number,
                is_edited=bool(message["edited_timestamp"]),
                file=self.files.get(number, ""),
            )
            for number, message in self.messages.items()
            if message["author"] == self._user(ME)
            and room
            in {channel := str(message["channel_id"]), self.channels[channel].get("parent_id")}
        ]

    # Serving

    async def start(self) -> None:
        app = web.Application(client_max_size=50_000_000)
        app.router.add_get("/gateway/", self._websocket)
        app.router.add_route("*", "/api/v10/{path:.*}", self._api)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        await self.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _gone(self) -> None:
        while self._sockets:  # noqa: ASYNC110  # aiohttp tells nobody
            await asyncio.sleep(0.01)

    def _user(self, number: str) -> dict[str, Json]:
        name = NAMES[number]
        found: dict[str, Json] = {"id": number, "username": name, "global_name": name.title()}
        if number in {ME, OTHER_BOT}:
            found["bot"] = True
        return found

    def _in_guild(self, message: dict[str, Json]) -> JsonObject:
        """A message as the gateway tells it: with the server, and the member's roles."""
        guild = self.channels[str(message["channel_id"])].get("guild_id")
        if guild is None:
            return message
        return {**message, "guild_id": guild, "member": {"roles": [ADMINS], "nick": None}}

    async def _tell(self, session: Session, event: str, data: JsonObject) -> None:
        found: JsonObject = {"op": 0, "t": event, "s": len(session.events) + 1, "d": dict(data)}
        session.events.append(found)
        if session.line is not None:
            await session.line.send(found)

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        assert request.query["v"] == "10"
        assert request.query["encoding"] == "json"
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets[socket] = request
        packs = request.query.get("compress") == "zlib-stream"
        line = Line(socket, zlib.compressobj() if packs else None)
        try:
            await line.send({"op": 10, "d": {"heartbeat_interval": self.interval}, "s": None})
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._said(line, json.loads(message.data))
        except ConnectionError:
            pass
        finally:
            self._sockets.pop(socket, None)
            for session in self.sessions.values():
                if session.line is line:
                    session.line = None
        return socket

    async def _said(self, line: Line, data: JsonObject) -> None:
        match data["op"]:
            case 1:
                self.heartbeats += 1
                await line.send({"op": 11, "d": None})
            case 2:
                await self._identify(line, data["d"])
            case 6:
                await self._resume(line, data["d"])
            case _:
                await line.socket.close(code=4001)

    async def _identify(self, line: Line, data: Json) -> None:
        assert isinstance(data, dict)
        if data["token"] != TOKEN:
            await line.socket.close(code=4004)
            return
        assert data["intents"] == INTENTS
        if self.close_code:
            await line.socket.close(code=self.close_code)
            return
        self.identified += 1
        session = Session(f"session{next(self._numbers)}", line=line)
        self.sessions = {session.id: session}
        user: Json = dict(self._user(ME))
        ready: dict[str, Json] = {
            "v": 10,
            "user": user,
            "guilds": [{"id": GUILD, "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": self._gateway(),
            "application": {"id": "900", "flags": self.flags},
        }
        await self._tell(session, "READY", ready)
        guild: JsonObject = {
            "id": GUILD,
            "name": "web",
            # Channels of a server that it lists itself don't name it.
            "channels": [_without_guild(c) for c in self.channels.values() if c["type"] == 0],
            "threads": [_without_guild(c) for c in self.channels.values() if c["type"] == 11],
            "roles": [
                {"id": ROLE, "name": "ops-bot", "tags": {"bot_id": ME}},
                {"id": ADMINS, "name": "admins"},
            ],
            "members": [],
        }
        await self._tell(session, "GUILD_CREATE", guild)

    async def _resume(self, line: Line, data: Json) -> None:
        assert isinstance(data, dict)
        session = self.sessions.get(str(data["session_id"]))
        if session is None or not self.goes_on or data["token"] != TOKEN:
            self.sessions.clear()
            await line.send({"op": 9, "d": False})
            return
        self.resumed += 1
        session.line = line
        seq = data["seq"]
        assert isinstance(seq, int)
        for event in session.events[seq:]:
            await line.send(event)
        await self._tell(session, "RESUMED", {"_trace": []})

    def _gateway(self) -> str:
        return f"ws://127.0.0.1:{self._port}/gateway/"

    async def _api(  # noqa: C901, PLR0911  # one for each call
        self, request: web.Request
    ) -> web.Response:
        path = request.match_info["path"].split("/")
        what = f"{request.method} {path[-1] if path[-1] in _KINDS else path[0]}"
        self.seen.append(f"{request.method} {request.match_info['path']}")
        if self.refusals.get(what):
            return self.refusals[what].pop(0)
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return _refused(401, 0, "401: Unauthorized")
        if path[0] == "channels":
            return await self._channel(path[1], path[2:], request)
        match path:
            case ["interactions", number, _, "callback"]:
                self.clicks.append((number, (await request.json())["type"]))
                return web.Response(status=204)
            case ["users", "@me"]:
                return _json(self._user(ME))
            case ["gateway", "bot"]:
                limit = {"total": 1000, "remaining": self.starts_left, "reset_after": 7_000}
                found = {"url": self._gateway(), "shards": 1, "session_start_limit": limit}
                return _json(found)
            case ["applications", "@me"]:
                return _json({"id": "900", "flags": self.flags})
            case ["guilds", guild, "roles"] if guild == GUILD:
                everybody = {"id": GUILD, "permissions": "0"}
                role = {"id": ROLE, "permissions": str(self.granted)}
                return _json([everybody, role])
            case ["guilds", guild, "members", user] if guild == GUILD and user in self.members:
                roles = [ROLE] if user == ME else [ADMINS]
                return _json({"user": self._user(user), "roles": roles})
            case ["guilds", guild, "members", _] if guild == GUILD:
                return _refused(404, 10007, "Unknown Member")
            case _:
                return _refused(404, 0, "404: Not Found")

    async def _channel(  # noqa: PLR0911  # one for each call
        self, number: str, rest: list[str], request: web.Request
    ) -> web.Response:
        channel = self.channels.get(number)
        if channel is None:
            return _refused(404, 10003, "Unknown Channel")
        if number in self.forbidden:
            return _refused(403, 50001, "Missing Access")
        match [request.method, *rest]:
            case ["GET"]:
                return _json({**channel, "permission_overwrites": self.overwrites})
            case ["GET", "messages"]:
                after, limit = int(request.query["after"]), int(request.query["limit"])
                found = [m for m in self.messages.values() if m["channel_id"] == number]
                newer = [m for m in found if int(str(m["id"])) > after][:limit]
                return _json(newer[::-1])
            case ["POST", "messages"]:
                return await self._posted(number, request)
            case ["PATCH", "messages", message]:
                return await self._patched(message, await request.json())
            case ["PUT", "messages", message, "reactions", sign, "@me"]:
                if message not in self.messages:
                    return _refused(404, 10008, "Unknown Message")
                self.reactions.append((message, sign))
                return web.Response(status=204)
            case _:
                return _refused(405, 0, "405: Method Not Allowed")

    async def _posted(self, channel: str, request: web.Request) -> web.Response:
        file = ""
        if request.content_type == "multipart/form-data":
            form = await request.post()
            body = json.loads(str(form["payload_json"]))
            part = form["files[0]"]
            assert isinstance(part, web.FileField)
            file = part.file.read().decode()
        else:
            body = await request.json()
        self.bodies.append(body)
        if wrong := _wrong(body, has_file=bool(file)):
            return wrong
        assert body["allowed_mentions"] == {"parse": []}
        nonce = body.get("nonce")
        if nonce in self._nonces and body.get("enforce_nonce"):
            return _json(self.messages[self._nonces[nonce]])
        number = await self.say(ME, channel, body["content"], embeds=body["embeds"])
        self._nonces[nonce] = number
        if file:
            self.files[number] = file
        return _json(self.messages[number])

    async def _patched(self, number: str, body: JsonObject) -> web.Response:
        message = self.messages.get(number)
        if message is None:
            return _refused(404, 10008, "Unknown Message")
        if message["author"] != self._user(ME):
            return _refused(403, 50005, "Cannot edit a message authored by another user")
        message["embeds"] = body["embeds"]
        await self.edit(number, str(body["content"]))
        return _json(message)


_KINDS = {"messages", "roles", "bot"}


def _without_guild(channel: dict[str, Json]) -> Json:
    return {key: value for key, value in channel.items() if key != "guild_id"}


def _wrong(  # noqa: PLR0911  # one for each rule
    body: JsonObject, *, has_file: bool
) -> web.Response | None:
    """What Discord finds wrong with a message: its lengths, mostly."""
    content, embeds = str(body["content"]), body["embeds"]
    assert isinstance(embeds, list)
    assert len(str(body.get("nonce"))) <= 25
    if len(content) > LONGEST:
        return _wrong_form("content", "Must be 2000 or fewer in length.")
    if len(embeds) > 10:
        return _wrong_form("embeds", "Must be 10 or fewer in length.")
    total = 0
    for embed in embeds:
        assert isinstance(embed, dict)
        fields = embed.get("fields") or []
        assert isinstance(fields, list)
        if len(str(embed.get("description", ""))) > EMBED or len(fields) > 25:
            return _wrong_form("embeds", "Must be 4096 or fewer in length.")
        for each in fields:
            assert isinstance(each, dict)
            if not each["name"] or not each["value"] or len(str(each["value"])) > 1024:
                return _wrong_form("embeds", "This field is required")
            total += len(str(each["name"])) + len(str(each["value"]))
        footer, author = embed.get("footer") or {}, embed.get("author") or {}
        assert isinstance(footer, dict)
        assert isinstance(author, dict)
        total += len(str(embed.get("description", ""))) + len(str(embed.get("title", "")))
        total += len(str(footer.get("text", ""))) + len(str(author.get("name", "")))
    if total > 6_000:
        return _wrong_form("embeds", "Embed size exceeds maximum size of 6000")
    if not content.strip() and not embeds and not has_file:
        return _refused(400, 50006, "Cannot send an empty message")
    return None


def _json(
    data: object, *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """Discord names no charset, and the library looks for exactly that."""
    body = json.dumps(data).encode()
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


def _wrong_form(key: str, message: str) -> web.Response:
    error = {"code": "BASE_TYPE_BAD_LENGTH", "message": message}
    body = {"message": "Invalid Form Body", "code": 50035, "errors": {key: {"_errors": [error]}}}
    return _json(body, status=400)


def _refused(status: int, code: int, message: str) -> web.Response:
    return _json({"message": message, "code": code}, status=status)


@dataclass
class Server:
    """The world of the conformance suite: people in a channel of the server."""

    server: DiscordServer
    options: str
    network: str = "discord"
    workspace: str = GUILD
    room: str = OPS
    users: dict[str, str] = field(default_factory=lambda: {"ann": ANN, "bob": BOB})

    def bad_options(self) -> str:
        return self.options.replace("env.TOKEN", "env.WRONG")

    async def say(
        self, who: str, text: str, *, thread: str | None = None, direct: bool = False
    ) -> str:
        channel = DIRECT[who] if direct else self.room
        if thread is not None:
            channel = await self.server.thread(thread)
        return await self.server.say(self.users[who], channel, text.replace("<bot>", f"<@{ME}>"))

    async def edit(self, who: str, message_id: str, text: str) -> None:
        del who
        await self.server.edit(message_id, text)

    async def again(self, message_id: str) -> None:
        await self.server.again(message_id)

    async def posts(self) -> list[Seen]:
        return self.server.shown(self.room)

    async def drop(self) -> None:
        await self.server.drop()

    async def limit(self) -> None:
        self.server.limit("POST messages", 0.5)


@asynccontextmanager
async def discord_world() -> AsyncIterator[Server]:
    """Discord, running."""
    server = DiscordServer()
    await server.start()
    try:
        yield Server(server, OPTIONS.format(url=server.url))
    finally:
        await server.stop()
