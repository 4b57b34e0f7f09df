"""A bot of Telegram as a network."""

import asyncio
import logging
import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.credentials import followed
from chatops_cli.bridge.adapters.proxies import proxy_of
from chatops_cli.bridge.adapters.telegram.events import (
    WANTED,
    Heard,
    moved_in,
    number_of,
    said_in,
)
from chatops_cli.bridge.adapters.telegram.failures import (
    TOKEN,
    MovedError,
    SameError,
    ThreadGoneError,
    UnreadableError,
)
from chatops_cli.bridge.adapters.telegram.options import Options
from chatops_cli.bridge.adapters.telegram.text import sign_of, typed, written
from chatops_cli.bridge.contract import (
    Capabilities,
    Check,
    Context,
    LimitedError,
    LineError,
    OversizedError,
    Posting,
    RefusedError,
    Take,
    UndeliverableError,
)
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.chat import Message, Principal
from chatops_cli.rendering.networks import find_network, size_of

if TYPE_CHECKING:
    from chatops_cli.bridge.adapters.telegram.api import Api
    from chatops_cli.model.json import Json

NETWORK = "telegram"
BURST = 5
POLL = 30
"""Seconds that Telegram waits for something to tell."""
STALE = 6 * 86_400.0
"""Seconds of silence after which numbers of updates may begin anew; Telegram says: a week."""
CAPTION = 1_024
"""UTF-16 units of what stands below a file."""
BUTTON = 64
"""Bytes of what a button says."""
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")

_log = logging.getLogger(__name__)


def make(options: object, context: Context) -> "Telegram":
    """See `contract.AdapterModule.make`."""
    if not isinstance(options, Options):
        raise TypeError(f"{options!r} are no options of {NETWORK}")
    return Telegram(options, context)


class Telegram:
    """One bot. It meets `contract.Adapter`.

    A message's id is its chat's, a colon, and its number there; so is a post's. An update is
    acknowledged by the next question, once its message was taken: what wasn't comes again.
    """

    def __init__(self, options: Options, context: Context) -> None:
        found = find_network(NETWORK)
        assert found is not None
        self.network = found
        self.capabilities = Capabilities(
            edits=True, reactions=True, files=True, burst=BURST, pace=options.pace
        )
        self._options = options
        self._context = context
        self._api: Api | None = None
        self._me = 0
        self._username = ""
        self._next: int | None = None
        self._heard_at = 0.0
        self._waiting: list[Json] = []
        self._moved: dict[str, str] = {}

    async def connect(self) -> None:
        """See `contract.Adapter.connect`."""
        api = await self._opened()
        try:
            me = await api.call("getMe")
            self._username = inner(me, "username")
            number = me.get("id") if isinstance(me, dict) else None
            self._me = number if isinstance(number, int) else 0
            # Somebody else who reads would be told of now, and not when it is up.
            self._waiting = await self._updates(api, wait=0)
        except UndeliverableError as error:
            raise RefusedError(error.message, hint=error.hint or TOKEN) from error
        except LimitedError as error:
            raise LineError(error.message) from error

    async def hear(self, take: Take) -> None:
        """See `contract.Adapter.hear`."""
        api = self._on()
        while True:
            for update in self._waiting:
                await self._work_on(update, api, take)
            self._waiting = []
            try:
                self._waiting = await self._updates(api, wait=POLL)
            except LimitedError as error:
                await asyncio.sleep(error.seconds)
            except UndeliverableError as error:
                raise LineError(error.message) from error

    async def post(self, posting: Posting) -> str:
        """See `contract.Adapter.post`."""
        body: dict[str, Json] = {"link_preview_options": {"is_disabled": True}}
        if buttons := _buttons(posting):
            body["reply_markup"] = {"inline_keyboard": [buttons]}
        found = await self._in_chat("sendMessage", posting, body)
        return _post_id(found)

    async def update(self, posting: Posting, post_id: str) -> None:
        """See `contract.Adapter.update`."""
        chat, _, number = post_id.rpartition(":")
        body: dict[str, Json] = {
            "message_id": int(number) if number.isdigit() else 0,
            "link_preview_options": {"is_disabled": True},
        }
        with suppress(SameError):
            await self._in_chat("editMessageText", replace(posting, room=chat, thread=None), body)

    async def upload(self, posting: Posting, name: str, text: str) -> str:
        """See `contract.Adapter.upload`. What is too long to stand below the file stands above."""
        if size_of(posting.text, self.network.unit) > CAPTION:
            await self.post(posting)
            posting = replace(posting, text="")
        data = text.encode("utf-8", "replace")
        try:
            return await self._document(posting, name, data)
        except ThreadGoneError:
            return await self._document(replace(posting, thread=None), name, data)
        except MovedError as error:
            self._learn(posting.room, error.chat)
            return await self._document(posting, name, data)

    async def react(self, room: str, message_id: str, sign: str) -> None:
        """See `contract.Adapter.react`."""
        chat, _, number = message_id.rpartition(":")
        found = sign_of(sign)
        if found is None or not number.isdigit():
            raise UndeliverableError(f"bots have no sign {sign!r} in Telegram")
        reaction: Json = [{"type": "emoji", "emoji": found}]
        body: dict[str, Json] = {"message_id": int(number), "reaction": reaction}
        await self._say("setMessageReaction", {"chat_id": self._chat(chat or room), **body})

    async def check(self) -> tuple[Check, ...]:
        """See `contract.Adapter.check`."""
        from chatops_cli.bridge.adapters.telegram.checks import checks_of

        api = await self._opened()
        return tuple([check async for check in checks_of(api, self._options.rooms)])

    async def close(self) -> None:
        """See `contract.Adapter.close`."""
        api, self._api = self._api, None
        self._waiting = []
        if api is not None:
            await api.close()

    async def _opened(self) -> "Api":
        from chatops_cli.bridge.adapters.telegram.api import Api

        token = followed(self._context, self._options.token, name="token")
        if not _TOKEN.fullmatch(token):
            raise RefusedError("token is none of Telegram: 123456:ABC-DEF…", hint=TOKEN)
        await self.close()
        proxy = proxy_of(self._options.api, self._context.environment)
        self._api = Api(self._options.api, token, proxy)
        return self._api

    def _on(self) -> "Api":
        if self._api is None:
            raise LineError("the connection is closed")
        return self._api

    async def _updates(self, api: "Api", *, wait: int) -> "list[Json]":
        """What has happened since the last that was worked on; that is acknowledged by asking."""
        body: dict[str, Json] = {"timeout": wait, "allowed_updates": [*WANTED]}
        if asyncio.get_running_loop().time() - self._heard_at > STALE:
            self._next = None
        if self._next is not None:
            body["offset"] = self._next
        found = await api.call("getUpdates", body, wait=wait)
        return found if isinstance(found, list) else []

    async def _work_on(self, update: "Json", api: "Api", take: Take) -> None:
        heard, moved = said_in(update, self._me), moved_in(update)
        if moved is not None:
            self._learn(moved.before, moved.after)
        if heard is not None:
            await take(self._message(heard))
        number = number_of(update)
        if number is not None:
            self._next = number + 1
            self._heard_at = asyncio.get_running_loop().time()
        if heard is not None and heard.query:
            # Else the button would turn for a minute; who clicked reads the answer in the chat.
            with suppress(ChatOpsError):
                await api.call("answerCallbackQuery", {"callback_query_id": heard.query})

    def _message(self, heard: Heard) -> Message:
        text = typed(heard.text, self._username, self._context.bot)
        return Message(
            id=f"{heard.chat}:{heard.number}",
            text=f"@{self._context.bot} {text}" if heard.query else text,
            principal=Principal(network=NETWORK, user=heard.user, name=heard.name),
            room=heard.chat,
            time=heard.time or self._context.now(),
            thread=heard.thread,
            is_direct=heard.is_direct,
            is_edited=heard.is_edited,
        )

    async def _in_chat(self, method: str, posting: Posting, more: "dict[str, Json]") -> "Json":
        """A text in a chat, wherever that is now, in its topic if that is there."""
        size = size_of(posting.text, self.network.unit)
        if size > self.network.limit:
            raise OversizedError(f"Telegram takes {self.network.limit:,} units, not {size:,}")
        body: dict[str, Json] = {"text": written(posting.text), "parse_mode": "HTML", **more}
        body |= {"chat_id": self._chat(posting.room), **_topic(posting)}
        for _ in range(3):
            try:
                return await self._say(method, body)
            except MovedError as error:
                self._learn(posting.room, error.chat)
                body["chat_id"] = error.chat
            except ThreadGoneError:
                body.pop("message_thread_id", None)
            except UnreadableError:
                if "parse_mode" not in body:
                    raise
                body.pop("parse_mode")
                body["text"] = posting.text
        return await self._say(method, body)

    async def _document(self, posting: Posting, name: str, data: bytes) -> str:
        body = {"chat_id": self._chat(posting.room)}
        body |= {key: str(value) for key, value in _topic(posting).items()}
        if posting.text:
            body |= {"caption": written(posting.text), "parse_mode": "HTML"}
        try:
            return _post_id(await self._on().upload("sendDocument", body, name, data))
        except RefusedError as error:
            raise LineError(error.message) from error

    async def _say(self, method: str, body: "dict[str, Json]") -> "Json":
        try:
            return await self._on().call(method, body)
        except RefusedError as error:
            raise LineError(error.message) from error

    def _chat(self, room: str) -> str:
        return self._moved.get(room, room)

    def _learn(self, before: str, after: str) -> None:
        if self._moved.get(before) != after:
            self._moved[before] = after
            _log.warning("telegram-moved line=%s room=%s now=%s", self._context.name, before, after)


def _topic(posting: Posting) -> "dict[str, Json]":
    thread = posting.thread or ""
    return {"message_thread_id": int(thread)} if thread.isdigit() else {}


def _buttons(posting: Posting) -> "list[Json]":
    return [
        {"text": each.label, "callback_data": each.command}
        for each in posting.choices
        if len(each.command.encode()) <= BUTTON
    ]


def _post_id(found: "Json") -> str:
    chat = found.get("chat") if isinstance(found, dict) else None
    number = found.get("message_id") if isinstance(found, dict) else None
    where = chat.get("id") if isinstance(chat, dict) else None
    return f"{where}:{number}" if number else ""
