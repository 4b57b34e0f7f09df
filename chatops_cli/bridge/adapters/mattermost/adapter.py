"""A server of Mattermost as a network."""

import logging
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.credentials import followed
from chatops_cli.bridge.adapters.frames import frames_of
from chatops_cli.bridge.adapters.mattermost.events import DIRECT, Heard, said_in
from chatops_cli.bridge.adapters.mattermost.failures import RootGoneError
from chatops_cli.bridge.adapters.mattermost.ids import number_of
from chatops_cli.bridge.adapters.mattermost.options import Options
from chatops_cli.bridge.adapters.mattermost.people import People
from chatops_cli.bridge.adapters.mattermost.text import painted, typed, written
from chatops_cli.bridge.adapters.proxies import proxy_of
from chatops_cli.bridge.contract import (
    Capabilities,
    Check,
    Context,
    LimitedError,
    LineError,
    Posting,
    RefusedError,
    Take,
    UndeliverableError,
)
from chatops_cli.model.chat import Message, Principal
from chatops_cli.rendering.networks import find_network

if TYPE_CHECKING:
    from chatops_cli.bridge.adapters.mattermost.api import Api
    from chatops_cli.bridge.adapters.mattermost.wire import Position, Wire
    from chatops_cli.model.json import Json

NETWORK = "mattermost"
BURST = 10

_log = logging.getLogger(__name__)


def make(options: object, context: Context) -> "Mattermost":
    """See `contract.AdapterModule.make`."""
    if not isinstance(options, Options):
        raise TypeError(f"{options!r} are no options of {NETWORK}")
    return Mattermost(options, context)


class Mattermost:
    """One account on a server. It meets `contract.Adapter`.

    What was said while the line was down is asked for when it is up again, as long as this object
    lives.
    """

    def __init__(self, options: Options, context: Context) -> None:
        found = find_network(NETWORK)
        assert found is not None
        self.network = found
        # The server knows a post again by its key, but for half a minute only.
        self.capabilities = Capabilities(
            edits=True, reactions=True, files=True, burst=BURST, pace=options.pace
        )
        self._options = options
        self._context = context
        self._host = urlsplit(options.url).hostname or ""
        self._api: Api | None = None
        self._wire: Wire | None = None
        self._me = ""
        self._username = ""
        self._people = People()
        self._position: Position | None = None
        self._until = 0
        self._is_behind = False

    async def connect(self) -> None:
        """See `contract.Adapter.connect`."""
        from chatops_cli.bridge.adapters.mattermost.wire import Position, Wire

        api = await self._opened()
        try:
            me = await api.get("users/me")
            self._me, self._username = inner(me, "id"), inner(me, "username")
            self._limit(await api.get("config/client", format="old"))
            wire = await Wire.open(api, self._position or Position())
        except UndeliverableError as error:
            raise RefusedError(error.message, hint=error.hint or _HINT) from error
        except LimitedError as error:
            raise LineError(error.message) from error
        self._until = self._until or api.time
        self._is_behind = self._is_behind or wire.has_missed
        wire.has_missed = False
        self._wire = wire

    async def hear(self, take: Take) -> None:
        """See `contract.Adapter.hear`."""
        api, wire = self._on()
        if self._is_behind:
            await self._catch_up(api, take)
        while True:
            event = await wire.next()
            if wire.has_missed:
                # Before the event: after it, what was missed would be older than what was heard.
                self._is_behind, wire.has_missed = True, False
                await self._catch_up(api, take)
            heard = said_in(event, self._me)
            if heard is not None:
                await take(await self._message(heard, api))
                self._until = max(self._until, heard.changed)
            self._position = wire.position

    async def post(self, posting: Posting) -> str:
        """See `contract.Adapter.post`."""
        return await self._say(posting, [])

    async def update(self, posting: Posting, post_id: str) -> None:
        """See `contract.Adapter.update`."""
        body: dict[str, Json] = {"message": written(posting.text)}
        if posting.attachments:
            body["props"] = {"attachments": _frames(posting)}
        await self._put(f"posts/{number_of(post_id)}/patch", body)

    async def upload(self, posting: Posting, name: str, text: str) -> str:
        """See `contract.Adapter.upload`."""
        api, _ = self._on()
        try:
            found = await api.upload(number_of(posting.room), name, text.encode("utf-8", "replace"))
        except RefusedError as error:
            raise LineError(error.message) from error
        infos = found.get("file_infos") if isinstance(found, dict) else None
        files = [inner(info, "id") for info in (infos if isinstance(infos, list) else ())]
        return await self._say(posting, files)

    async def react(self, room: str, message_id: str, sign: str) -> None:
        """See `contract.Adapter.react`."""
        del room
        await self._post(
            "reactions", {"user_id": self._me, "post_id": message_id, "emoji_name": sign.strip(":")}
        )

    async def check(self) -> tuple[Check, ...]:
        """See `contract.Adapter.check`."""
        from chatops_cli.bridge.adapters.mattermost.checks import checks_of

        api = await self._opened()
        return tuple([check async for check in checks_of(api, self._options.rooms)])

    async def close(self) -> None:
        """See `contract.Adapter.close`."""
        wire, self._wire = self._wire, None
        api, self._api = self._api, None
        if wire is not None:
            await wire.close()
        if api is not None:
            await api.close()

    async def _opened(self) -> "Api":
        from chatops_cli.bridge.adapters.certificates import trust_in
        from chatops_cli.bridge.adapters.mattermost.api import Api

        token = followed(self._context, self._options.token, name="token")
        await self.close()
        options = self._options
        proxy = proxy_of(options.url, self._context.environment)
        trust = trust_in(options.ca)
        self._api = Api(options.url, token, proxy, self._context.now, trust=trust)
        return self._api

    def _on(self) -> "tuple[Api, Wire]":
        if self._api is None or self._wire is None:
            raise LineError("the connection is closed")
        return self._api, self._wire

    def _limit(self, config: "Json") -> None:
        """Older servers take shorter posts."""
        size = inner(config, "MaxPostSize")
        found = find_network(NETWORK)
        assert found is not None
        limit = min(found.limit, int(size)) if size.isascii() and size.isdigit() else found.limit
        self.network = replace(found, limit=max(limit, 1))

    async def _say(self, posting: Posting, files: list[str]) -> str:
        body: dict[str, Json] = {
            "channel_id": number_of(posting.room),
            "message": written(posting.text),
            "pending_post_id": f"{self._me}:{posting.key}",
        }
        if posting.attachments:
            body["props"] = {"attachments": _frames(posting)}
        if files:
            body["file_ids"] = [*files]
        if posting.thread:
            body["root_id"] = posting.thread
        try:
            return inner(await self._post("posts", body), "id")
        except RootGoneError:
            # Whoever asked has deleted the question: the answer stands in the room.
            body.pop("root_id", None)
            return inner(await self._post("posts", body), "id")

    async def _post(self, path: str, body: "dict[str, Json]") -> "Json":
        api, _ = self._on()
        try:
            return await api.post(path, body)
        except RefusedError as error:
            raise LineError(error.message) from error

    async def _put(self, path: str, body: "dict[str, Json]") -> "Json":
        api, _ = self._on()
        try:
            return await api.put(path, body)
        except RefusedError as error:
            raise LineError(error.message) from error

    async def _catch_up(self, api: "Api", take: Take) -> None:
        """What was said since the last that was heard is heard now, the oldest first."""
        from chatops_cli.bridge.adapters.mattermost.missed import missed_since

        try:
            missed = await missed_since(api, self._me, self._until)
        except (UndeliverableError, LimitedError) as error:
            raise LineError(f"what was missed can't be read: {error.message}") from error
        for heard in missed:
            await take(await self._message(heard, api))
            self._until = max(self._until, heard.changed)
        self._is_behind = False
        _log.info("mattermost-caught-up line=%s messages=%d", self._context.name, len(missed))

    async def _message(self, heard: Heard, api: "Api") -> Message:
        return Message(
            id=heard.id,
            text=typed(heard.text, self._username, self._context.bot),
            principal=Principal(
                network=NETWORK,
                workspace=self._host,
                user=heard.user,
                name=await self._people.name_of(heard, api),
            ),
            room=heard.channel,
            time=heard.time or self._context.now(),
            thread=heard.thread,
            is_direct=await self._people.type_of(heard, api) == DIRECT,
            is_edited=heard.is_edited,
        )


def _frames(posting: Posting) -> "list[Json]":
    return frames_of(posting, write=written, paint=painted)


_HINT = "look at url and token, and see that bot accounts are enabled"
