"""Slack on this machine: the Web API and Socket Mode as docs.slack.dev describes them.

Tokens have scopes; a ticket for a socket is good once; an envelope that isn't acknowledged comes
again with another id; sockets are refreshed; calls are limited; channels have members.
"""

import asyncio
import itertools
import json
import re
import ssl
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from chatops_cli.model.json import Json, JsonObject
from tests.support.bridges import Seen

TEAM, APP, BOT_USER, BOT = "T024BE7LD", "A0KRD7HC3", "U0CHATOPS", "B0CHATOPS"
TOKEN, APP_TOKEN = "xoxb-1-good", "xapp-1-good"
SCOPES = (
    *("chat:write", "files:write", "reactions:write", "users:read", "channels:history"),
    *("groups:history", "im:history", "app_mentions:read", "channels:read", "usergroups:read"),
)
NEEDED = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "reactions.add": "reactions:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "users.info": "users:read",
    "usergroups.list": "usergroups:read",
    "conversations.info": "channels:read",
}
LONGEST = 40_000
OPTIONS = """\
api: {url}
token: "{{{{ env.BOT }}}}"
app_token: "{{{{ env.APP }}}}"
pace: 0"""


@dataclass
class Channel:
    """A channel, and whether the bot is in it."""

    id: str
    name: str
    is_member: bool = True
    is_archived: bool = False
    is_im: bool = False


@dataclass
class Envelope:
    """Something that is delivered until it is acknowledged."""

    payload: JsonObject
    kind: str = "events_api"
    attempt: int = 0
    ids: list[str] = field(default_factory=list)
    is_taken: bool = False


class SlackServer:
    """One workspace with one app, and what it sees of it.

    `patience` is how many seconds an acknowledgement is waited for: three with Slack. `seen` are
    all calls, `acknowledged` the ids of envelopes in the order in which they were.
    """

    def __init__(self) -> None:
        self.url = ""
        self.patience = 60.0
        self.scopes = list(SCOPES)
        self.channels = {
            each.id: each
            for each in (
                Channel("C0OPS", "ops"),
                Channel("C0DEV", "dev"),
                Channel("D0ANN", "", is_im=True),
                Channel("D0BOB", "", is_im=True),
            )
        }
        self.users = {"U0ANN": "ann", "U0BOB": "bob", BOT_USER: "chatops"}
        self.groups: dict[str, list[str]] = {}
        self.messages: dict[tuple[str, str], dict[str, Json]] = {}
        self.payloads: dict[str, JsonObject] = {}
        self.files: dict[str, bytes] = {}
        self.shared: list[Seen] = []
        self.seen: list[tuple[str, dict[str, Json]]] = []
        self.acknowledged: list[str] = []
        self.refusals: dict[str, list[web.Response]] = {}
        self.sockets: list[web.WebSocketResponse] = []
        self.opened = 0
        self.is_socket_mode = True
        self.has_hello = True
        self.hold: asyncio.Event | None = None
        self.envelopes: list[Envelope] = []
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self._port = 0

    # What happens in the workspace

    def deliver(self, payload: JsonObject, kind: str = "events_api") -> Envelope:
        """Something is on its way to the app."""
        envelope = Envelope(payload=payload, kind=kind)
        self.envelopes.append(envelope)
        if self.sockets:
            self._start(self._send(envelope))
        return envelope

    def event(self, event: dict[str, Json]) -> JsonObject:
        """An event as the Events API wraps it."""
        return {
            "token": "verification",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{next(self._numbers):08}",
            "event_time": 1_700_000_000,
            "is_ext_shared_channel": False,
        }

    def say(self, user: str, channel: str, text: str, **more: Json) -> str:
        """A message, in Slack's own text; its number."""
        number = f"1700000000.{next(self._numbers):06}"
        message: dict[str, Json] = {
            "type": "message",
            "user": user,
            "text": text,
            "ts": number,
            "team": TEAM,
            **more,
        }
        self.messages[channel, number] = message
        kind = "im" if self.channels[channel].is_im else "channel"
        event = {**message, "channel": channel, "event_ts": number, "channel_type": kind}
        self.payloads[number] = self.event(event)
        self.deliver(self.payloads[number])
        if f"<@{BOT_USER}>" in text and kind == "channel":
            self.deliver(self.event({**event, "type": "app_mention"}))
        return number

    def click(self, user: str, channel: str, number: str, name: str) -> Envelope:
        """Somebody clicks on a button of a message."""
        message = self.messages[channel, number]
        found = [each for each in _buttons(message) if each.get("action_id") == name]
        action = {**found[0], "type": "button", "action_ts": f"1700000002.{next(self._numbers):06}"}
        payload: dict[str, Json] = {
            "type": "block_actions",
            "user": {"id": user, "username": self.users[user], "team_id": TEAM},
            "api_app_id": APP,
            "token": "verification",
            "container": {"type": "message", "message_ts": number, "channel_id": channel},
            "trigger_id": "1.2.3",
            "team": {"id": TEAM, "domain": "test"},
            "channel": {"id": channel, "name": self.channels[channel].name},
            "message": message,
            "response_url": "https://hooks.slack.com/actions/x",
            "actions": [action],
        }
        return self.deliver(payload, "interactive")

    def edit(self, channel: str, number: str, text: str, *, is_edit: bool = True) -> None:
        """A message changes: somebody edits it, or Slack adds a preview of a link."""
        before = dict(self.messages[channel, number])
        after = {**before, "text": text}
        if is_edit:
            after["edited"] = {"user": before["user"], "ts": number}
        self.messages[channel, number] = after
        event: dict[str, Json] = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": channel,
            "channel_type": "channel",
            "ts": f"1700000001.{next(self._numbers):06}",
            "message": after,
            "previous_message": before,
        }
        self.deliver(self.event(event))

    async def drop(self) -> None:
        """All sockets break, without a goodbye."""
        for socket in self.sockets:
            request = getattr(socket, "_req")  # noqa: B009  # aiohttp has no other way to it
            if request.transport is not None:
                request.transport.abort()
        while self.sockets:  # noqa: ASYNC110  # aiohttp tells nobody
            await asyncio.sleep(0.01)

    async def disconnect(self, reason: str, *, is_closed: bool = True) -> None:
        """Slack says that it closes the socket, and does so when there is another one."""
        before, opened = list(self.sockets), self.opened
        for socket in before:
            await socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "wss-111"}}
            )
        if is_closed:
            async with asyncio.timeout(20):
                while self.opened == opened:  # noqa: ASYNC110  # it is another connection's doing
                    await asyncio.sleep(0.01)
            for socket in before:
                await socket.close()

    def refuse(self, method: str, error: str, *, status: int = 200, **more: str) -> None:
        """The next call of a method is refused."""
        body = {"ok": False, "error": error, **more}
        self.refusals.setdefault(method, []).append(web.json_response(body, status=status))

    def limit(self, method: str, seconds: int) -> None:
        """The next call of a method is one too many."""
        headers = {"Retry-After": str(seconds)}
        body = {"ok": False, "error": "ratelimited"}
        self.refusals.setdefault(method, []).append(
            web.json_response(body, status=429, headers=headers)
        )

    def posts(self, channel: str) -> list[Seen]:
        """What the bot has posted there, as people read it."""
        found = [
            Seen(
                text=shown(str(message["text"])),
                room=channel,
                thread=str(message["thread_ts"]) if "thread_ts" in message else None,
                id=number,
                is_edited="edited" in message,
            )
            for (where, number), message in self.messages.items()
            if where == channel and message.get("bot_id") == BOT
        ]
        return [*found, *(each for each in self.shared if each.room == channel)]

    # Serving

    async def start(self, *, tls: ssl.SSLContext | None = None) -> None:
        app = web.Application(client_max_size=4_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/link/", self._link)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, ssl_context=tls)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._port}/api"

    async def stop(self) -> None:
        """Slack is gone; it can be started again at the same address."""
        for task in list(self._tasks):
            task.cancel()
        await self.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, envelope: Envelope) -> None:
        """The envelope is sent until it is acknowledged, four times at most."""
        while self.sockets and not envelope.is_taken and envelope.attempt < 4:
            number = f"env-{next(self._numbers)}"
            envelope.ids.append(number)
            data: dict[str, Json] = {
                "envelope_id": number,
                "type": envelope.kind,
                "accepts_response_payload": envelope.kind != "events_api",
                "payload": dict(envelope.payload),
            }
            if envelope.kind == "events_api":
                data |= {"retry_attempt": envelope.attempt, "retry_reason": ""}
                if envelope.attempt:
                    data["retry_reason"] = "timeout"
            envelope.attempt += 1
            try:
                await self.sockets[-1].send_json(data)
            except ConnectionError:
                return
            await asyncio.sleep(self.patience)

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if self.has_hello:
            await socket.send_json(
                {
                    "type": "hello",
                    "num_connections": len(self.sockets) + 1,
                    "debug_info": {"host": "applink-1", "approximate_connection_time": 18060},
                    "connection_info": {"app_id": APP},
                }
            )
        self.sockets.append(socket)
        self.opened += 1
        for envelope in self.envelopes:
            if not envelope.is_taken:
                self._start(self._send(envelope))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._take(json.loads(message.data))
        finally:
            self.sockets.remove(socket)
        return socket

    def _take(self, data: JsonObject) -> None:
        number = data.get("envelope_id")
        assert isinstance(number, str)
        self.acknowledged.append(number)
        for envelope in self.envelopes:
            if number in envelope.ids:
                envelope.is_taken = True

    async def _upload(self, request: web.Request) -> web.Response:
        self.files[request.match_info["id"]] = await request.read()
        return web.Response(text=f"OK - {len(self.files[request.match_info['id']])}")

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        body: dict[str, Json] = dict(request.query)
        if request.content_type == "application/json" and request.can_read_body:
            body |= await request.json()
        elif request.can_read_body:
            body |= {key: str(value) for key, value in (await request.post()).items()}
        self.seen.append((method, body))
        if self.hold is not None and method == "users.info":
            await self.hold.wait()
        if self.refusals.get(method):
            return self.refusals[method].pop(0)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        is_app = method == "apps.connections.open"
        if token != (APP_TOKEN if is_app else TOKEN):
            return _refused(
                "not_allowed_token_type" if token in {TOKEN, APP_TOKEN} else "invalid_auth"
            )
        needed = NEEDED.get(method)
        if needed is not None and needed not in self.scopes:
            return _refused("missing_scope", needed=needed, provided=",".join(self.scopes))
        answer = getattr(self, "_" + re.sub(r"\W", "_", method).lower())(body)
        assert isinstance(answer, dict)
        headers = {} if is_app else {"X-OAuth-Scopes": ",".join(self.scopes)}
        return web.json_response({"ok": "error" not in answer, **answer}, headers=headers)

    def _auth_test(self, body: JsonObject) -> JsonObject:
        del body
        return {
            "url": "https://test.slack.com/",
            "team": "Test",
            "user": "chatops",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT,
        }

    def _apps_connections_open(self, body: JsonObject) -> JsonObject:
        del body
        if not self.is_socket_mode:
            return {"error": "forbidden_socket_mode"}
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return {"url": f"ws://127.0.0.1:{self._port}/link/?ticket={ticket}&app_id={APP}"}

    def _users_info(self, body: JsonObject) -> JsonObject:
        user = str(body["user"])
        if user not in self.users:
            return {"error": "user_not_found"}
        name = self.users[user]
        profile: Json = {"display_name": name.title(), "real_name": f"{name.title()} Real"}
        return {"user": {"id": user, "team_id": TEAM, "name": name, "profile": profile}}

    def _usergroups_list(self, body: JsonObject) -> JsonObject:
        assert body["include_users"] == "true"
        return {
            "usergroups": [
                {"id": number, "team_id": TEAM, "is_usergroup": True, "users": [*users]}
                for number, users in self.groups.items()
            ]
        }

    def _conversations_info(self, body: JsonObject) -> JsonObject:
        channel = self.channels.get(str(body["channel"]))
        if channel is None:
            return {"error": "channel_not_found"}
        return {
            "channel": {
                "id": channel.id,
                "name": channel.name,
                "is_archived": channel.is_archived,
                "is_member": channel.is_member,
                "is_im": channel.is_im,
            }
        }

    def _closed(self, number: Json) -> str:
        """Why nothing can be posted in a channel."""
        channel = self.channels.get(str(number))
        if channel is None:
            return "channel_not_found"
        if channel.is_archived:
            return "is_archived"
        return "" if channel.is_member else "not_in_channel"

    def _chat_postmessage(self, body: JsonObject) -> JsonObject:
        if error := self._closed(body["channel"]):
            return {"error": error}
        text = str(body.get("text") or "")
        if not text and not body.get("attachments") and not body.get("blocks"):
            return {"error": "no_text"}
        channel, number = str(body["channel"]), f"1700000000.{next(self._numbers):06}"
        message: dict[str, Json] = {
            "type": "message",
            "user": BOT_USER,
            "bot_id": BOT,
            "team": TEAM,
            "text": text[:LONGEST],
            "ts": number,
            "attachments": body.get("attachments") or [],
            "blocks": body.get("blocks") or [],
        }
        if body.get("thread_ts"):
            message["thread_ts"] = body["thread_ts"]
        self.messages[channel, number] = message
        kind = "im" if self.channels[channel].is_im else "channel"
        self.deliver(self.event({**message, "channel": channel, "channel_type": kind}))
        return {"channel": channel, "ts": number, "message": message}

    def _chat_update(self, body: JsonObject) -> JsonObject:
        where = str(body["channel"]), str(body["ts"])
        if where not in self.messages:
            return {"error": "message_not_found"}
        message = self.messages[where]
        if message.get("bot_id") != BOT:
            return {"error": "cant_update_message"}
        message["edited"] = {"user": BOT_USER, "ts": where[1]}
        message |= {key: body[key] for key in ("text", "attachments", "blocks") if key in body}
        self.deliver(
            self.event(
                {
                    "type": "message",
                    "subtype": "message_changed",
                    "channel": where[0],
                    "message": dict(message),
                }
            )
        )
        return {"channel": where[0], "ts": where[1], "text": message["text"]}

    def _reactions_add(self, body: JsonObject) -> JsonObject:
        message = self.messages.get((str(body["channel"]), str(body["timestamp"])))
        if message is None:
            return {"error": "message_not_found"}
        signs = message.setdefault("reactions", [])
        assert isinstance(signs, list)
        if body["name"] in signs:
            return {"error": "already_reacted"}
        signs.append(body["name"])
        return {}

    def _files_getuploadurlexternal(self, body: JsonObject) -> JsonObject:
        number = f"F{next(self._numbers):08}"
        assert int(str(body["length"])) > 0
        assert body["filename"]
        return {"upload_url": self.url.removesuffix("api") + f"upload/{number}", "file_id": number}

    def _files_completeuploadexternal(self, body: JsonObject) -> JsonObject:
        if error := self._closed(body["channel_id"]):
            return {"error": error}
        files = body["files"]
        assert isinstance(files, list)
        for file in files:
            assert isinstance(file, dict)
            self.shared.append(
                Seen(
                    text=shown(str(body.get("initial_comment") or "")),
                    room=str(body["channel_id"]),
                    thread=str(body["thread_ts"]) if "thread_ts" in body else None,
                    file=self.files[str(file["id"])].decode(),
                )
            )
        return {"files": files}


def _buttons(part: Json) -> list[dict[str, Json]]:
    """All buttons of a message, however deep."""
    if isinstance(part, list):
        return [button for each in part for button in _buttons(each)]
    if not isinstance(part, dict):
        return []
    own = [part] if part.get("type") == "button" else []
    return [*own, *(button for each in part.values() for button in _buttons(each))]


def shown(text: str) -> str:
    """Slack's text as people read it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def sent(text: str) -> str:
    """What a client of Slack sends of what somebody typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _refused(error: str, **more: str) -> web.Response:
    return web.json_response({"ok": False, "error": error, **more})


@dataclass
class Workspace:
    """The world of the conformance suite: people in a channel of the server."""

    server: SlackServer
    options: str
    network: str = "slack"
    workspace: str = TEAM
    room: str = "C0OPS"
    users: dict[str, str] = field(default_factory=lambda: {"ann": "U0ANN", "bob": "U0BOB"})

    def bad_options(self) -> str:
        return self.options.replace("env.BOT", "env.WRONG")

    async def say(
        self, who: str, text: str, *, thread: str | None = None, direct: bool = False
    ) -> str:
        channel = f"D0{who.upper()}" if direct else self.room
        more: dict[str, Json] = {"thread_ts": thread} if thread else {}
        slacks = f"<@{BOT_USER}>".join(sent(part) for part in text.split("<bot>"))
        return self.server.say(self.users[who], channel, slacks, **more)

    async def edit(self, who: str, message_id: str, text: str) -> None:
        del who
        self.server.edit(self.room, message_id, sent(text))

    async def again(self, message_id: str) -> None:
        envelope = self.server.deliver(self.server.payloads[message_id])
        envelope.attempt = 1

    async def posts(self) -> list[Seen]:
        return self.server.posts(self.room)

    async def drop(self) -> None:
        await self.server.drop()

    async def limit(self) -> None:
        self.server.limit("chat.postMessage", 1)


@asynccontextmanager
async def workspace(*, tls: ssl.SSLContext | None = None) -> AsyncIterator[Workspace]:
    """A workspace that is served."""
    server = SlackServer()
    await server.start(tls=tls)
    try:
        yield Workspace(server, OPTIONS.format(url=server.url))
    finally:
        await server.stop()
