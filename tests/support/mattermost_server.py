"""Mattermost on this machine: the REST API and the websocket, after the server's own sources.

A connection that breaks is gone on with, from the event that was not seen; a post is known again by
its pending id; the limit of requests is told by headers; channels have members and are archived.
"""

import asyncio
import itertools
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import WSMsgType, web

from chatops_cli.model.json import Json, JsonObject
from tests.support.bridges import Seen

TOKEN = "tokentokentokentokentoken1"
LONGEST = 16_383
OPTIONS = """\
url: {url}
token: "{{{{ env.TOKEN }}}}"
pace: 0"""


def id_of(name: str) -> str:
    """An id as the server makes them: 26 small letters and digits."""
    return name.ljust(26, "0")


ME, ANN, BOB = id_of("bot"), id_of("ann"), id_of("bob")
NAMES = {ANN: "ann", BOB: "bob", ME: "ops-bot"}
TEAM, OPS, DEV = id_of("team"), id_of("ops"), id_of("dev")
DIRECT = {"ann": id_of("direct1ann"), "bob": id_of("direct1bob")}


@dataclass
class Channel:
    """A channel, and whether the bot is in it."""

    id: str
    kind: str = "O"
    is_member: bool = True
    delete_at: int = 0
    last_post_at: int = 0


@dataclass
class Connection:
    """A connection that can be gone on with: events that were sent, and who hears them now."""

    id: str
    socket: web.WebSocketResponse | None = None
    events: list[JsonObject] = field(default_factory=list)


class MattermostServer:
    """One server with one team.

    `goes_on` says whether connections that broke are gone on with; `takes_header` whether a proxy
    lets the header of a websocket through, `has_websocket` whether it lets websockets through;
    `is_challenged` whether the challenge is heeded, `is_silent` that nothing is answered there.
    `refusals` are answers to the next calls of a path.
    """

    def __init__(self) -> None:
        self.url = ""
        self.is_in = True
        self.goes_on = True
        self.takes_header = True
        self.is_challenged = True
        self.is_silent = False
        self.has_websocket = True
        self.longest = LONGEST
        self.permissions = ["create_post", "edit_post", "upload_file", "add_reaction"]
        self.teams: list[Json] = [{"id": TEAM, "name": "web"}]
        self.channels = {
            each.id: each
            for each in (
                Channel(OPS),
                Channel(DEV),
                Channel(DIRECT["ann"], kind="D"),
                Channel(DIRECT["bob"], kind="D"),
            )
        }
        self.posts: dict[str, dict[str, Json]] = {}
        self.files: dict[str, bytes] = {}
        self.reactions: list[JsonObject] = []
        self.seen: list[str] = []
        self.refusals: dict[str, list[web.Response]] = {}
        self.connections: dict[str, Connection] = {}
        self.opened = 0
        self._pending: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._sockets: set[web.WebSocketResponse] = set()
        self._last = 0

    # What happens on the server

    async def say(self, user: str, channel: str, text: str, **more: Json) -> str:
        """A post of somebody; its id."""
        now = self._now()
        post: dict[str, Json] = {
            "id": id_of(f"post{next(self._numbers)}"),
            "create_at": now,
            "update_at": now,
            "edit_at": 0,
            "delete_at": 0,
            "user_id": user,
            "channel_id": channel,
            "root_id": "",
            "message": text,
            "type": "",
            "props": {},
            "pending_post_id": "",
            **more,
        }
        self.posts[str(post["id"])] = post
        self.channels[channel].last_post_at = now
        await self.tell_posted(post)
        return str(post["id"])

    async def tell_posted(self, post: dict[str, Json]) -> None:
        channel = self.channels[str(post["channel_id"])]
        data: dict[str, Json] = {
            "channel_type": channel.kind,
            "channel_name": channel.id,
            "post": json.dumps(post),
            "sender_name": "@" + NAMES[str(post["user_id"])],
            "team_id": "" if channel.kind == "D" else TEAM,
        }
        await self.tell("posted", data, channel.id)

    async def edit(self, number: str, text: str, *, is_edit: bool = True) -> None:
        """A post changes: somebody edits it, or it is pinned."""
        now = self._now()
        post = self.posts[number]
        post |= {"message": text, "update_at": now}
        if is_edit:
            post["edit_at"] = now
        await self.tell("post_edited", {"post": json.dumps(post)}, str(post["channel_id"]))

    async def tell(self, event: str, data: dict[str, Json], channel: str = "") -> None:
        """An event for all connections, those that are broken now as well."""
        for connection in self.connections.values():
            found: dict[str, Json] = {
                "event": event,
                "data": data,
                "broadcast": {"omit_users": None, "user_id": "", "channel_id": channel},
                "seq": len(connection.events),
            }
            connection.events.append(found)
            if connection.socket is not None and not connection.socket.closed:
                await connection.socket.send_json(found)

    async def drop(self) -> None:
        """All websockets break, without a goodbye."""
        for socket in list(self._sockets):
            request = getattr(socket, "_req")  # noqa: B009  # aiohttp has no other way to it
            if request.transport is not None:
                request.transport.abort()
        while self._sockets:  # noqa: ASYNC110  # aiohttp tells nobody
            await asyncio.sleep(0.01)

    def refuse(self, path: str, status: int, error: str, **headers: str) -> None:
        """The next call of a path is refused."""
        body = {"id": error, "message": "refused", "status_code": status}
        self.refusals.setdefault(path, []).append(_answer(body, status=status, headers=headers))

    def limit(self, path: str, **headers: str) -> None:
        """The next call of a path is one too many."""
        self.refusals.setdefault(path, []).append(
            web.Response(status=429, text="limit exceeded", headers=headers)
        )

    def shown(self, channel: str) -> list[Seen]:
        """What the bot has posted there."""
        return [
            Seen(
                text=str(post["message"]),
                room=channel,
                thread=str(post["root_id"]) or None,
                id=number,
                is_edited=bool(post["edit_at"]),
                file="".join(self.files[str(each)].decode() for each in _list(post, "file_ids")),
            )
            for number, post in self.posts.items()
            if post["channel_id"] == channel and post["user_id"] == ME
        ]

    # Serving

    async def start(self, *, tls: ssl.SSLContext | None = None) -> None:
        app = web.Application(client_max_size=50_000_000)
        app.router.add_get("/api/v4/websocket", self._websocket)
        app.router.add_route("*", "/api/v4/{path:.*}", self._api)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, ssl_context=tls)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        """The server is gone, with all that it knew of connections."""
        await self.drop()
        self.connections.clear()
        if self._runner is not None:
            await self._runner.cleanup()

    def _now(self) -> int:
        """Milliseconds, no two the same."""
        now = datetime.now(UTC)  # noqa: TID251  # a server has a clock
        self._last = max(self._last + 1, int(now.timestamp() * 1000))
        return self._last

    def _lets_in(self, request: web.Request) -> bool:
        return self.is_in and request.headers.get("Authorization") == f"Bearer {TOKEN}"

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        if not self.has_websocket:
            return web.Response(status=404)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        self.opened += 1
        connection: Connection | None = None
        if self.takes_header and self._lets_in(request):
            connection = await self._register(socket, request)
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT or self.is_silent:
                    continue
                data = json.loads(message.data)
                if data["action"] == "authentication_challenge":
                    if connection is not None or not self.is_challenged:
                        continue
                    if not self.is_in or data["data"]["token"] != TOKEN:
                        break
                    connection = await self._register(socket, None)
                    await socket.send_json({"status": "OK", "seq_reply": data["seq"]})
                elif connection is None:
                    error = {"id": "api.web_socket_router.not_authenticated.app_error"}
                    await socket.send_json(
                        {"status": "FAIL", "seq_reply": data["seq"], "error": error}
                    )
                else:
                    await socket.send_json(
                        {"status": "OK", "seq_reply": data["seq"], "data": {"text": "pong"}}
                    )
        finally:
            self._sockets.discard(socket)
            if connection is not None and connection.socket is socket:
                connection.socket = None
        return socket

    async def _register(
        self, socket: web.WebSocketResponse, request: web.Request | None
    ) -> Connection:
        """A connection; one that is gone on with gets what it has missed, and no hello."""
        before = request.query.get("connection_id", "") if request is not None else ""
        if before in self.connections and self.goes_on and request is not None:
            connection = self.connections[before]
            connection.socket = socket
            for event in connection.events[int(request.query["sequence_number"]) :]:
                await socket.send_json(event)
            return connection
        self.connections.pop(before, None)
        connection = Connection(id_of(f"connection{next(self._numbers)}"), socket)
        hello: dict[str, Json] = {
            "event": "hello",
            "data": {"connection_id": connection.id, "server_version": "10.5.0"},
            "broadcast": {"user_id": ME},
            "seq": 0,
        }
        connection.events.append(hello)
        self.connections[connection.id] = connection
        await socket.send_json(hello)
        return connection

    async def _api(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        what = f"{request.method} {path.partition('/')[0]}"
        self.seen.append(f"{request.method} {path}")
        if self.refusals.get(what):
            return self.refusals[what].pop(0)
        if not self._lets_in(request):
            return _refused(401, "api.context.session_expired.app_error", "Invalid session")
        if request.method == "GET":
            return await self._read(path.split("/"), request)
        return await self._write(path.split("/"), request)

    async def _read(self, path: list[str], request: web.Request) -> web.Response:
        match path:
            case ["users", "me"]:
                return _answer({"id": ME, "username": "ops-bot", "roles": "system_user"})
            case ["users", number] if number in NAMES:
                return _answer({"id": number, "username": NAMES[number]})
            case ["users", "me", what]:
                found = [_channel(each) for each in self.channels.values() if each.is_member]
                return _answer({"teams": self.teams, "channels": found}[what])
            case ["config", "client"]:
                assert request.query["format"] == "old"
                return _answer({"MaxPostSize": str(self.longest)})
            case ["channels", number, *rest]:
                return self._channel(number, rest, request)
            case _:
                return _refused(404, "api.context.404.app_error", "not found")

    async def _write(self, path: list[str], request: web.Request) -> web.Response:
        match path:
            case ["roles", "names"]:
                role: Json = {"name": "channel_user", "permissions": [*self.permissions]}
                assert "channel_user" in await request.json()
                return _answer([role])
            case ["posts"]:
                return await self._posted(await request.json())
            case ["posts", number, "patch"]:
                return await self._patched(number, await request.json())
            case ["files"]:
                return await self._uploaded(request)
            case ["reactions"]:
                return self._reacted(await request.json())
            case _:
                return _refused(404, "api.context.404.app_error", "not found")

    def _channel(self, number: str, rest: list[str], request: web.Request) -> web.Response:
        channel = self.channels.get(number)
        if channel is None:
            return _refused(404, "app.channel.get.existing.app_error", "Unable to find the channel")
        if not channel.is_member:
            return _refused(403, "api.context.permissions.app_error", "no permission")
        if rest == ["members", "me"]:
            return _answer({"user_id": ME, "roles": "channel_user"})
        if rest == ["posts"]:
            since = int(request.query["since"])
            posts = {
                key: post
                for key, post in self.posts.items()
                if post["channel_id"] == number and int(str(post["update_at"])) > since
            }
            return _answer({"order": list(posts), "posts": posts})
        return _answer(_channel(channel))

    def _closed(self, number: str) -> web.Response | None:
        channel = self.channels.get(number)
        if channel is None or not channel.is_member:
            return _refused(403, "api.context.permissions.app_error", "no permission")
        if channel.delete_at:
            error = "api.post.create_post.can_not_post_to_deleted.error"
            return _refused(400, error, "Can not post to deleted channel.")
        return None

    async def _posted(self, body: JsonObject) -> web.Response:
        if closed := self._closed(str(body["channel_id"])):
            return closed
        if len(str(body["message"])) > self.longest:
            return _refused(400, "model.post.is_valid.message_length.app_error", "too long")
        root = str(body.get("root_id") or "")
        if root and (root not in self.posts or self.posts[root]["root_id"]):
            return _refused(400, "api.post.create_post.root_id.app_error", "Invalid RootId")
        pending = str(body.get("pending_post_id") or "")
        if pending in self._pending:
            return _answer(self.posts[self._pending[pending]], status=201)
        more = {key: body[key] for key in ("root_id", "props", "file_ids") if key in body}
        number = await self.say(ME, str(body["channel_id"]), str(body["message"]), **more)
        if pending:
            self._pending[pending] = number
        return _answer(self.posts[number], status=201)

    async def _patched(self, number: str, body: JsonObject) -> web.Response:
        post = self.posts.get(number)
        if post is None or post["user_id"] != ME:
            return _refused(403, "api.context.permissions.app_error", "no permission")
        if "props" in body:
            post["props"] = body["props"]
        await self.edit(number, str(body["message"]))
        return _answer(post)

    async def _uploaded(self, request: web.Request) -> web.Response:
        if closed := self._closed(request.query["channel_id"]):
            return closed
        number = id_of(f"file{next(self._numbers)}")
        self.files[number] = await request.read()
        info: Json = {"id": number, "name": request.query["filename"]}
        return _answer({"file_infos": [info], "client_ids": []}, status=201)

    def _reacted(self, body: JsonObject) -> web.Response:
        if body["user_id"] != ME:
            return _refused(403, "api.reaction.save_reaction.user_id.app_error", "not yours")
        if body["post_id"] not in self.posts:
            return _refused(404, "app.post.get.app_error", "Unable to get the post.")
        self.reactions.append(body)
        return _answer(dict(body))


def _channel(channel: Channel) -> dict[str, Json]:
    return {
        "id": channel.id,
        "type": channel.kind,
        "delete_at": channel.delete_at,
        "last_post_at": channel.last_post_at,
    }


def _list(post: JsonObject, key: str) -> list[Json]:
    found = post.get(key)
    return found if isinstance(found, list) else []


def _answer(
    data: object, *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """JSON with the header that the server has: no character set stands in it."""
    return web.Response(
        body=json.dumps(data).encode(),
        status=status,
        headers={"Content-Type": "application/json", **(headers or {})},
    )


def _refused(status: int, error: str, message: str) -> web.Response:
    body = {"id": error, "message": message, "detailed_error": "", "status_code": status}
    return _answer(body, status=status)


@dataclass
class Team:
    """The world of the conformance suite: people in a channel of the server."""

    server: MattermostServer
    options: str
    workspace: str
    network: str = "mattermost"
    room: str = OPS
    users: dict[str, str] = field(default_factory=lambda: {"ann": ANN, "bob": BOB})

    def bad_options(self) -> str:
        return self.options.replace("env.TOKEN", "env.WRONG")

    async def say(
        self, who: str, text: str, *, thread: str | None = None, direct: bool = False
    ) -> str:
        channel = DIRECT[who] if direct else self.room
        said = text.replace("<bot>", "@ops-bot")
        return await self.server.say(self.users[who], channel, said, root_id=thread or "")

    async def edit(self, who: str, message_id: str, text: str) -> None:
        del who
        await self.server.edit(message_id, text)

    async def again(self, message_id: str) -> None:
        await self.server.tell_posted(self.server.posts[message_id])

    async def posts(self) -> list[Seen]:
        return self.server.shown(self.room)

    async def drop(self) -> None:
        await self.server.drop()

    async def limit(self) -> None:
        self.server.limit("POST posts", **{"X-Ratelimit-Reset": "1", "X-Ratelimit-Limit": "10"})


@asynccontextmanager
async def team(*, tls: ssl.SSLContext | None = None) -> AsyncIterator[Team]:
    """A team on a server that runs."""
    server = MattermostServer()
    await server.start(tls=tls)
    try:
        yield Team(server, OPTIONS.format(url=server.url), "127.0.0.1")
    finally:
        await server.stop()
