"""An account on a Matrix server as a network."""

import asyncio
import hashlib
import json
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.credentials import followed
from chatops_cli.bridge.adapters.large import too_large
from chatops_cli.bridge.adapters.matrix.events import (
    ENCRYPTED,
    MESSAGE,
    NETWORK,
    Bot,
    said,
)
from chatops_cli.bridge.adapters.matrix.options import Options
from chatops_cli.bridge.adapters.matrix.texts import html_of
from chatops_cli.bridge.adapters.proxies import proxy_of
from chatops_cli.bridge.adapters.signs import character_of
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
from chatops_cli.rendering.networks import find_network

if TYPE_CHECKING:
    from chatops_cli.bridge.adapters.matrix.api import Api
    from chatops_cli.bridge.adapters.matrix.feed import Batch, Feed
    from chatops_cli.bridge.adapters.matrix.rooms import Rooms
    from chatops_cli.model.json import Json

BURST = 10
REJOIN = 60.0
"""Seconds after which a room that the bot isn't in is joined again."""
LONGEST = 60_000
"""Bytes of what is posted: an event has 65,536 with all that is around that.

Source: "Size limits".
"""

_log = logging.getLogger(__name__)


def make(options: object, context: Context) -> "Matrix":
    """See `contract.AdapterModule.make`."""
    if not isinstance(options, Options):
        raise TypeError(f"{options!r} are no options of {NETWORK}")
    return Matrix(options, context)


class Matrix:
    """One account on a server. It meets `contract.Adapter`.

    A message is heard when everything before it was taken; how far that is, the server keeps.
    """

    def __init__(self, options: Options, context: Context) -> None:
        found = find_network(NETWORK)
        assert found is not None
        self.network = found
        self.capabilities = Capabilities(
            edits=True, reactions=True, files=True, keys=True, burst=BURST, pace=options.pace
        )
        self._options = options
        self._context = context
        self._api: Api | None = None
        self._feed: Feed | None = None
        self._rooms: Rooms | None = None
        self._bot = Bot(id="", names=(), called=context.bot)
        self._unread: set[str] = set()
        self._place = ""

    async def connect(self) -> None:
        """See `contract.Adapter.connect`."""
        from chatops_cli.bridge.adapters.matrix.feed import Feed
        from chatops_cli.bridge.adapters.matrix.rooms import Rooms

        api = await self._opened()
        try:
            me = inner(await api.get("/account/whoami"), "user_id")
            self._bot = Bot(id=me, names=await self._names(api, me), called=self._context.bot)
            rooms, feed = Rooms(api, me), Feed(api, me)
            await rooms.begin()
            await rooms.join(self._options.join)
            await feed.begin(self._place)
        except LimitedError as error:
            raise LineError(error.message) from error
        except UndeliverableError as error:
            raise RefusedError(error.message, hint=error.hint or "look at url and token") from error
        for room, why in rooms.refused.items():
            _log.warning("matrix-not-joined room=%s why=%s", room, why)
        self._rooms, self._feed = rooms, feed

    async def hear(self, take: Take) -> None:
        """See `contract.Adapter.hear`."""
        _, feed, rooms = self._on()
        joining = asyncio.get_running_loop().create_task(self._rejoin(rooms))
        try:
            while True:
                try:
                    batch = await feed.next()
                    await self._take(batch, rooms, take)
                    await feed.keep(batch)
                except LimitedError as error:
                    # What was taken of the batch comes again, and is known.
                    await asyncio.sleep(error.seconds)
                except UndeliverableError as error:
                    raise LineError(f"what was said can't be read: {error.message}") from error
        finally:
            joining.cancel()

    async def post(self, posting: Posting) -> str:
        """See `contract.Adapter.post`."""
        if not posting.text.strip():
            return ""
        return await self._send(posting.room, _content(posting), posting.key)

    async def update(self, posting: Posting, post_id: str) -> None:
        """See `contract.Adapter.update`. A client that knows no edits shows a star before it."""
        new = _content(posting)
        new.pop("m.relates_to", None)
        content: dict[str, Json] = {**new, "body": f"* {posting.text}", "m.new_content": new}
        content.pop("formatted_body", None)
        content.pop("format", None)
        content["m.relates_to"] = {"rel_type": "m.replace", "event_id": post_id}
        # Progress has one key, whatever it says.
        await self._send(posting.room, content, f"{posting.key} {post_id} {posting.text}")

    async def upload(self, posting: Posting, name: str, text: str) -> str:
        """See `contract.Adapter.upload`."""
        api, _, _ = self._on()
        await self._writable(posting.room)
        data = text.encode("utf-8", "replace")
        try:
            url = await api.upload(name, data)
        except OversizedError as error:
            return await self.post(too_large(posting, error))
        except RefusedError as error:
            raise LineError(error.message) from error
        content: dict[str, Json] = {
            **_relation(posting),
            "msgtype": "m.file",
            "body": name,
            "filename": name,
            "url": url,
            "info": {"mimetype": "text/plain", "size": len(data)},
        }
        file = await self._send(posting.room, content, f"{posting.key} file")
        return await self.post(posting) or file

    async def react(self, room: str, message_id: str, sign: str) -> None:
        """See `contract.Adapter.react`."""
        from chatops_cli.bridge.adapters.matrix.api import SaidNoError

        about: Json = {
            "rel_type": "m.annotation",
            "event_id": message_id,
            "key": character_of(sign),
        }
        key = f"{message_id} {sign}"
        try:
            await self._send(room, {"m.relates_to": about}, key, kind="m.reaction")
        except SaidNoError as error:
            if error.code != "M_DUPLICATE_ANNOTATION":
                raise

    async def check(self) -> tuple[Check, ...]:
        """See `contract.Adapter.check`."""
        from chatops_cli.bridge.adapters.matrix.checks import checks_of

        await self.connect()
        api, _, rooms = self._on()
        found = checks_of(api, rooms, self._bot.id, self._options.join)
        return tuple([check async for check in found])

    async def close(self) -> None:
        """See `contract.Adapter.close`."""
        api, self._api = self._api, None
        if self._feed is not None:
            self._place = self._feed.token
        self._feed = self._rooms = None
        if api is not None:
            await api.close()

    async def _opened(self) -> "Api":
        from chatops_cli.bridge.adapters.matrix.api import Api

        token = followed(self._context, self._options.token, name="token")
        await self.close()
        proxy = proxy_of(self._options.url, self._context.environment)
        self._api = Api(self._options.url, token, ca=self._options.ca, proxy=proxy)
        return self._api

    def _on(self) -> "tuple[Api, Feed, Rooms]":
        if self._api is None or self._feed is None or self._rooms is None:
            raise LineError("the connection is closed")
        return self._api, self._feed, self._rooms

    async def _names(self, api: "Api", me: str) -> tuple[str, ...]:
        """What the bot is called there, too."""
        from chatops_cli.bridge.adapters.matrix.api import SaidNoError, part

        shown = ""
        with suppress(SaidNoError):
            shown = inner(await api.get(f"/profile/{part(me)}/displayname"), "displayname")
        return tuple(name for name in (me, me[1:].partition(":")[0], shown) if name)

    async def _take(self, batch: "Batch", rooms: "Rooms", take: Take) -> None:
        for room, events in batch.invites.items():
            await rooms.answer(room, events, self._options.invites)
        for room in batch.left:
            for name in rooms.left(room):
                rooms.refused[name] = "thrown out"
                _log.warning("matrix-out room=%s", name)
        for room, events in batch.rooms.items():
            for event in events:
                rooms.heed(room, event)
                self._tell_unread(room, event)
                if event.get("type") != MESSAGE:
                    continue
                is_direct = await rooms.is_direct(room)
                now = self._context.now()
                message = said(event, room, self._bot, is_direct=is_direct, now=now)
                if message is not None:
                    await take(message)

    def _tell_unread(self, room: str, event: "dict[str, Json]") -> None:
        if event.get("type") == ENCRYPTED and room not in self._unread:
            self._unread.add(room)
            _log.warning("matrix-encrypted room=%s: what is said there can't be read", room)

    async def _rejoin(self, rooms: "Rooms") -> None:
        while True:
            await asyncio.sleep(REJOIN)
            with suppress(LineError, LimitedError, RefusedError):
                await rooms.join(tuple(rooms.refused))

    async def _writable(self, room: str) -> str:
        """The room's id; nothing is said there for all to read that is for few."""
        _, _, rooms = self._on()
        number = rooms.id_of(room)
        if await rooms.is_encrypted(number):
            raise UndeliverableError(
                f"{room} is encrypted, and the bot can't encrypt",
                hint="use a room that is not encrypted",
            )
        return number

    async def _send(
        self, room: str, content: "dict[str, Json]", key: str, *, kind: str = MESSAGE
    ) -> str:
        """An event is in the room, once for its key. Source: "Transaction identifiers"."""
        from chatops_cli.bridge.adapters.matrix.api import part

        api, _, _ = self._on()
        if _size(content) > LONGEST:
            content.pop("formatted_body", None)
            content.pop("format", None)
            if _size(content) > LONGEST:
                raise OversizedError(f"no more than {LONGEST:,} bytes are posted at once")
        try:
            number = await self._writable(room)
            name = hashlib.sha256(f"{number} {key}".encode("utf-8", "replace")).hexdigest()
            found = await api.put(f"/rooms/{part(number)}/send/{kind}/{name}", content)
        except RefusedError as error:
            raise LineError(error.message) from error
        return inner(found, "event_id")


def _content(posting: Posting) -> "dict[str, Json]":
    """What is posted: a notice, so that no other bot answers. Source: "m.notice"."""
    content: dict[str, Json] = {
        **_relation(posting),
        "msgtype": "m.notice",
        "body": posting.text,
        # Nobody is called by what an action prints.
        "m.mentions": {},
    }
    html = html_of(posting.text)
    if html:
        content |= {"format": "org.matrix.custom.html", "formatted_body": html}
    return content


def _relation(posting: Posting) -> "dict[str, Json]":
    if not posting.thread:
        return {}
    return {
        "m.relates_to": {
            "rel_type": "m.thread",
            "event_id": posting.thread,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": posting.answers or posting.thread},
        }
    }


def _size(content: "dict[str, Json]") -> int:
    return len(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))
