"""Telegram on this machine: the Bot API, after what its page says and its server's sources do.

Updates are kept until they are acknowledged by a higher offset; a second program that asks ends
the first one's question with 409; a text is as long as it is after its marks were read, in UTF-16
units; groups become supergroups; limits are told by `retry_after`.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser

from aiohttp import web

from chatops_cli.model.json import Json
from tests.support.bridges import Seen

TOKEN = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcK"
ME, ANN, BOB = 4839574812, 201, 202
OPS, DEV = -1001234567890, -1001234567891
LONGEST, CAPTION = 4_096, 1_024
EMOJI = {"👀", "👍", "👎", "🎉", "🤔"}
NAMES = {ANN: "Ann", BOB: "Bob", ME: "Ops"}
OPTIONS = """\
token: "{{{{ env.TOKEN }}}}"
api: {url}
pace: 0"""


@dataclass
class Post:
    """A message of the bot."""

    chat: int
    text: str
    thread: int | None = None
    is_edited: bool = False
    file: str = ""
    buttons: Json = None


class TelegramServer:
    """One bot, with a group that has topics, another group, and two people."""

    def __init__(self) -> None:
        self.url = ""
        self.is_in = True
        self.hears_all = True
        self.webhook = ""
        self.status = "member"
        self.permissions: dict[str, Json] = {"can_send_messages": True, "can_send_documents": True}
        self.chats: dict[int, dict[str, Json]] = {
            OPS: {"id": OPS, "type": "supergroup", "title": "ops", "is_forum": True},
            DEV: {"id": DEV, "type": "supergroup", "title": "dev"},
            ANN: {"id": ANN, "type": "private", "first_name": "Ann"},
            BOB: {"id": BOB, "type": "private", "first_name": "Bob"},
        }
        self.moved: dict[int, int] = {}
        self.topics: set[int] = set()
        self.kicked: set[int] = set()
        self.posts: dict[int, Post] = {}
        self.reactions: list[tuple[int, str]] = []
        self.answered: list[str] = []
        self.updates: list[dict[str, Json]] = []
        self.said: dict[int, dict[str, Json]] = {}
        self.refusals: dict[str, list[web.Response]] = {}
        self.allowed: Json = None
        self.seen: list[str] = []
        self._numbers = itertools.count(1)
        self._update_numbers = itertools.count(700)
        self._news = asyncio.Condition()
        self._polls: dict[int, tuple[web.Request, asyncio.Event]] = {}
        self._runner: web.AppRunner | None = None
        self._port = 0

    # What happens there

    async def say(self, user: int, chat: int, text: str, **more: Json) -> int:
        """A message of somebody; its number."""
        number = next(self._numbers)
        message: dict[str, Json] = {
            "message_id": number,
            "from": {"id": user, "is_bot": False, "first_name": NAMES[user], "username": "u_name"},
            "chat": dict(self.chats[chat]),
            "date": 1_790_000_000 + number,
            "text": text,
            **more,
        }
        self.said[number] = message
        await self.tell({"message": message})
        return number

    async def edit(self, number: int, text: str) -> None:
        message = {**self.said[number], "text": text, "edit_date": 1_790_000_999}
        await self.tell({"edited_message": message})

    async def click(self, user: int, number: int, data: str, *, sender: int = ME) -> None:
        """Somebody clicks on a button of a message."""
        message: Json = {
            "message_id": number,
            "from": {"id": sender, "is_bot": True, "first_name": "Ops"},
            "chat": dict(self.chats[OPS]),
            "date": 1_790_000_000,
            "text": "?",
        }
        person: Json = {"id": user, "is_bot": False, "first_name": NAMES[user]}
        query: Json = {
            "id": str(90_000 + next(self._numbers)),
            "from": person,
            "message": message,
            "chat_instance": "1",
            "data": data,
        }
        await self.tell({"callback_query": query})

    async def tell(self, update: dict[str, Json]) -> None:
        async with self._news:
            self.updates.append({"update_id": next(self._update_numbers), **update})
            self._news.notify_all()

    @property
    def is_asked(self) -> bool:
        """Whether somebody waits for news."""
        return bool(self._polls)

    async def drop(self) -> None:
        """Whoever is asking now has their line broken."""
        while not self._polls:  # noqa: ASYNC110  # they ask again and again
            await asyncio.sleep(0.01)
        await self._abort()

    async def _abort(self) -> None:
        for request, _ in list(self._polls.values()):
            if request.transport is not None:
                request.transport.abort()
        while self._polls:  # noqa: ASYNC110  # aiohttp tells nobody
            await asyncio.sleep(0.01)

    def refuse(self, method: str, status: int, description: str, **parameters: Json) -> None:
        """The next call of a method is refused."""
        answer = _refused(status, description, **parameters)
        self.refusals.setdefault(method, []).append(answer)

    def shown(self, chat: int) -> list[Seen]:
        return [
            Seen(
                text=post.text,
                room=str(chat),
                thread=str(post.thread) if post.thread else None,
                id=str(number),
                is_edited=post.is_edited,
                file=post.file,
            )
            for number, post in self.posts.items()
            if post.chat == chat
        ]

    # Serving

    async def start(self) -> None:
        app = web.Application(client_max_size=60_000_000)
        app.router.add_post("/bot{token}/{method}", self._api)
        self._runner = web.AppRunner(
            app, shutdown_timeout=0.1, access_log=None, handler_cancellation=True
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        await self._abort()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _api(  # noqa: PLR0911  # one for each call
        self, request: web.Request
    ) -> web.Response:
        method = request.match_info["method"]
        self.seen.append(method)
        if self.refusals.get(method):
            return self.refusals[method].pop(0)
        if not self.is_in or request.match_info["token"] != TOKEN:
            return _refused(401, "Unauthorized")
        if request.content_type == "multipart/form-data":
            return await self._document(request)
        body = await request.json()
        match method:
            case "getMe":
                return _fine({**_BOT, "can_read_all_group_messages": self.hears_all})
            case "getWebhookInfo":
                return _fine({"url": self.webhook, "pending_update_count": 0})
            case "getUpdates":
                return await self._get_updates(request, body)
            case "answerCallbackQuery":
                self.answered.append(body["callback_query_id"])
                return _fine(True)
            case _:
                return self._in_chat(method, body)

    async def _get_updates(self, request: web.Request, body: dict[str, Json]) -> web.Response:
        if self.webhook:
            told = "Conflict: can't use getUpdates method while webhook is active"
            return _refused(409, told)
        self.allowed = body["allowed_updates"]
        for _, other in self._polls.values():
            other.set()
        offset, wait = body.get("offset"), body["timeout"]
        if isinstance(offset, int):
            self.updates = [each for each in self.updates if _id(each) >= offset]
        ended = asyncio.Event()
        self._polls[id(request)] = (request, ended)
        ending = asyncio.create_task(ended.wait())
        news = asyncio.create_task(self._arrived())
        assert isinstance(wait, int)
        try:
            await asyncio.wait({ending, news}, timeout=wait, return_when="FIRST_COMPLETED")
        finally:
            self._polls.pop(id(request), None)
            ending.cancel()
            news.cancel()
        if ended.is_set():
            told = "Conflict: terminated by other getUpdates request; make sure that only one bot"
            return _refused(409, f"{told} instance is running")
        return _fine([*self.updates[:100]])

    async def _arrived(self) -> None:
        async with self._news:
            await self._news.wait_for(lambda: self.updates)

    def _in_chat(  # noqa: PLR0911  # one for each call
        self, method: str, body: dict[str, Json]
    ) -> web.Response:
        if wrong := self._wrong_chat(str(body["chat_id"])):
            return wrong
        chat = int(str(body["chat_id"]))
        match method:
            case "sendMessage":
                return self._send(chat, body)
            case "editMessageText":
                return self._edit(body)
            case "setMessageReaction":
                return self._react(body)
            case "getChat":
                return _fine({**self.chats[chat], "permissions": self.permissions})
            case "getChatMember":
                return _fine({"status": self.status, "user": _BOT, **self.permissions})
            case _:
                return _refused(404, "Not Found")

    def _wrong_chat(self, text: str) -> web.Response | None:
        number = int(text) if text.lstrip("-").isdigit() else 0
        if number in self.moved:
            told = "Bad Request: group chat was upgraded to a supergroup chat"
            return _refused(400, told, migrate_to_chat_id=self.moved[number])
        if number not in self.chats:
            return _refused(400, "Bad Request: chat not found")
        if number in self.kicked:
            return _refused(403, "Forbidden: bot was kicked from the supergroup chat")
        return None

    def _send(self, chat: int, body: dict[str, Json], file: str = "") -> web.Response:
        found = _text(str(body.get("text", "")), body, LONGEST if not file else CAPTION)
        if isinstance(found, web.Response):
            return found
        if not found and not file:
            return _refused(400, "Bad Request: message text is empty")
        thread = body.get("message_thread_id")
        if thread is not None and int(str(thread)) not in self.topics:
            return _refused(400, "Bad Request: message thread not found")
        number = next(self._numbers)
        post = Post(chat, found, int(str(thread)) if thread else None, file=file)
        markup = body.get("reply_markup")
        if isinstance(markup, dict):
            post.buttons = markup["inline_keyboard"]
        self.posts[number] = post
        return _fine(self._message(number))

    def _edit(self, body: dict[str, Json]) -> web.Response:
        number = body["message_id"]
        assert isinstance(number, int)
        if number not in self.posts:
            return _refused(400, "Bad Request: message to edit not found")
        found = _text(str(body["text"]), body, LONGEST)
        if isinstance(found, web.Response):
            return found
        if found == self.posts[number].text:
            return _refused(400, "Bad Request: message is not modified")
        self.posts[number].text, self.posts[number].is_edited = found, True
        return _fine(self._message(number))

    def _react(self, body: dict[str, Json]) -> web.Response:
        signs = body["reaction"]
        assert isinstance(signs, list)
        assert isinstance(signs[0], dict)
        emoji = str(signs[0]["emoji"])
        if emoji not in EMOJI:
            return _refused(400, "Bad Request: REACTION_INVALID")
        number = body["message_id"]
        if number not in self.said:
            return _refused(400, "Bad Request: message to react not found")
        assert isinstance(number, int)
        self.reactions.append((number, emoji))
        return _fine(True)

    async def _document(self, request: web.Request) -> web.Response:
        form = await request.post()
        body: dict[str, Json] = {
            {"caption": "text"}.get(key, key): value
            for key, value in form.items()
            if isinstance(value, str)
        }
        part = form["document"]
        assert isinstance(part, web.FileField)
        if wrong := self._wrong_chat(str(body["chat_id"])):
            return wrong
        return self._send(int(str(body["chat_id"])), body, part.file.read().decode())

    def _message(self, number: int) -> Json:
        post = self.posts[number]
        return {
            "message_id": number,
            "from": dict(_BOT),
            "chat": dict(self.chats[post.chat]),
            "date": 1_790_000_000,
            "text": post.text,
        }


class _Marks(HTMLParser):
    """Reads what Telegram's HTML allows of what we write."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[str] = []
        self.is_wrong = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_wrong |= tag not in {"b", "code", "pre"}
        self.is_wrong |= bool(attrs) and not str(attrs[0][1]).startswith("language-")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.is_wrong |= not self.open or self.open.pop() != tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _text(text: str, body: dict[str, Json], limit: int) -> str | web.Response:
    """What is shown of a text, or what is wrong with it."""
    if body.get("parse_mode") == "HTML":
        marks = _Marks()
        marks.feed(text)
        marks.close()
        if marks.is_wrong or marks.open:
            return _refused(400, "Bad Request: can't parse entities: unsupported start tag")
        text = marks.text
    if len(text.encode("utf-16-le")) // 2 > limit:
        what = "caption" if limit == CAPTION else "text"
        return _refused(400, f"Bad Request: message {what} is too long")
    return text.strip()


_BOT: dict[str, Json] = {
    "id": ME,
    "is_bot": True,
    "first_name": "Ops",
    "username": "ops_bot",
    "can_join_groups": True,
    "supports_inline_queries": False,
}


def _id(update: dict[str, Json]) -> int:
    number = update["update_id"]
    assert isinstance(number, int)
    return number


def _fine(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refused(status: int, description: str, **parameters: Json) -> web.Response:
    body: dict[str, Json] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.Response(body=json.dumps(body), status=status, content_type="application/json")


@dataclass
class Group:
    """The world of the conformance suite: people in a group with topics."""

    server: TelegramServer
    options: str
    network: str = "telegram"
    workspace: str = ""
    room: str = str(OPS)
    users: dict[str, str] = field(default_factory=lambda: {"ann": str(ANN), "bob": str(BOB)})

    def bad_options(self) -> str:
        return self.options.replace("env.TOKEN", "env.WRONG")

    async def say(
        self, who: str, text: str, *, thread: str | None = None, direct: bool = False
    ) -> str:
        user = int(self.users[who])
        more: dict[str, Json] = {}
        if thread is not None:
            self.server.topics.add(int(thread))
            more = {"message_thread_id": int(thread), "is_topic_message": True}
        said = text.replace("<bot>", "@ops_bot")
        number = await self.server.say(user, user if direct else OPS, said, **more)
        return str(number)

    async def edit(self, who: str, message_id: str, text: str) -> None:
        del who
        await self.server.edit(int(message_id), text)

    async def again(self, message_id: str) -> None:
        await self.server.tell({"message": self.server.said[int(message_id)]})

    async def posts(self) -> list[Seen]:
        return self.server.shown(OPS)

    async def drop(self) -> None:
        await self.server.drop()

    async def limit(self) -> None:
        self.server.refuse("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3)


@asynccontextmanager
async def telegram_group() -> AsyncIterator[Group]:
    """Telegram, running."""
    server = TelegramServer()
    await server.start()
    try:
        yield Group(server, OPTIONS.format(url=server.url))
    finally:
        await server.stop()
