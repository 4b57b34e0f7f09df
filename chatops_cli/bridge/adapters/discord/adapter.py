"""A bot of Discord, in as many servers as it was invited to, as a network."""

import logging
from collections import deque
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.credentials import followed
from chatops_cli.bridge.adapters.discord.events import (
    Heard,
    Place,
    clicked,
    own_roles,
    place_of,
    places_in,
    said,
    snowflake,
)
from chatops_cli.bridge.adapters.discord.options import Options
from chatops_cli.bridge.adapters.discord.places import Places, number_of
from chatops_cli.bridge.adapters.discord.posts import bodies_of
from chatops_cli.bridge.adapters.discord.text import sign_of, typed
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
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.chat import Message, Principal
from chatops_cli.rendering.networks import find_network

if TYPE_CHECKING:
    from chatops_cli.bridge.adapters.discord.api import Api
    from chatops_cli.bridge.adapters.discord.gateway import Event, Gateway, Session
    from chatops_cli.model.json import Json

NETWORK = "discord"
BURST = 5
RECENT = 1_000
"""Messages that are known to have been heard."""
PAGE = 100
UNCHANGED = 6
"""The answer to a click that leaves the message as it is; what there is to say is posted."""

_log = logging.getLogger(__name__)


def make(options: object, context: Context) -> "Discord":
    """See `contract.AdapterModule.make`."""
    if not isinstance(options, Options):
        raise TypeError(f"{options!r} are no options of {NETWORK}")
    return Discord(options, context)


class Discord:
    """One bot. It meets `contract.Adapter`.

    A message's id is its channel's, a colon, and its own; so is a post's. A session that broke is
    gone on with from the last message that was taken; where that can't be, what was said since is
    read, as long as this object lives.
    """

    def __init__(self, options: Options, context: Context) -> None:
        found = find_network(NETWORK)
        assert found is not None
        self.network = found
        # Discord knows a post again by its nonce, but for some minutes only.
        self.capabilities = Capabilities(
            edits=True, reactions=True, files=True, burst=BURST, pace=options.pace
        )
        self._options = options
        self._context = context
        self._api: Api | None = None
        self._gateway: Gateway | None = None
        self._session: Session | None = None
        self._me = ""
        self._roles: frozenset[str] = frozenset()
        self._places = Places()
        self._recent: deque[str] = deque(maxlen=RECENT)
        self._until = 0
        self._behind: dict[str, int] = {}

    async def connect(self) -> None:
        """See `contract.Adapter.connect`."""
        from chatops_cli.bridge.adapters.discord.gateway import Gateway

        api = await self._opened()
        gateway = Gateway()
        try:
            self._me = inner(await api.login(), "id")
            await gateway.open(api, self._session)
        except UndeliverableError as error:
            raise RefusedError(error.message, hint=error.hint or _HINT) from error
        except LimitedError as error:
            raise LineError(error.message) from error
        finally:
            if gateway.has_ended:
                self._session = None
        self._gateway = gateway

    async def hear(self, take: Take) -> None:
        """See `contract.Adapter.hear`."""
        from chatops_cli.bridge.adapters.discord.gateway import Session

        api, gateway = self._on()
        try:
            while True:
                event = await gateway.next()
                await self._work_on(event, api, take)
                if event.name == "READY":
                    number = inner(event.data, "session_id")
                    self._session = Session(
                        id=number, address=gateway.address, sequence=event.sequence
                    )
                elif self._session is not None:
                    self._session = replace(self._session, sequence=event.sequence)
        finally:
            if gateway.has_ended:
                self._session = None

    async def post(self, posting: Posting) -> str:
        """See `contract.Adapter.post`. Embeds that don't fit are further messages."""
        channel = number_of(posting.thread or posting.room)
        post = ""
        for body in bodies_of(posting):
            found = await self._say("POST", f"channels/{channel}/messages", body)
            post = post or f"{channel}:{inner(found, 'id')}"
        return post

    async def update(self, posting: Posting, post_id: str) -> None:
        """See `contract.Adapter.update`."""
        body = bodies_of(posting)[0]
        channel, _, number = post_id.rpartition(":")
        kept = ("content", "embeds", "allowed_mentions", "components")
        changed = {key: body[key] for key in kept if key in body}
        path = f"channels/{number_of(channel)}/messages/{number_of(number)}"
        await self._say("PATCH", path, changed)

    async def upload(self, posting: Posting, name: str, text: str) -> str:
        """See `contract.Adapter.upload`. Embeds beyond those of one message come after the file."""
        api, _ = self._on()
        channel = number_of(posting.thread or posting.room)
        first, *more = bodies_of(posting)
        path = f"channels/{channel}/messages"
        try:
            found = await api.upload(path, first, name, text.encode("utf-8", "replace"))
        except RefusedError as error:
            raise LineError(error.message) from error
        for body in more:
            await self._say("POST", path, body)
        return f"{channel}:{inner(found, 'id')}"

    async def react(self, room: str, message_id: str, sign: str) -> None:
        """See `contract.Adapter.react`."""
        from urllib.parse import quote

        channel, _, number = message_id.rpartition(":")
        found = sign_of(sign)
        if found is None:
            raise UndeliverableError(f"Discord has no sign {sign!r}")
        path = f"channels/{number_of(channel or room)}/messages/{number_of(number)}/reactions"
        await self._say("PUT", f"{path}/{quote(found, safe='')}/@me")

    async def check(self) -> tuple[Check, ...]:
        """See `contract.Adapter.check`."""
        from chatops_cli.bridge.adapters.discord.checks import checks_of

        api = await self._opened()
        return tuple([check async for check in checks_of(api, self._options.rooms)])

    async def close(self) -> None:
        """See `contract.Adapter.close`."""
        gateway, self._gateway = self._gateway, None
        api, self._api = self._api, None
        if gateway is not None:
            await gateway.close()
        if api is not None:
            await api.close()

    async def _opened(self) -> "Api":
        from chatops_cli.bridge.adapters.discord.api import Api

        token = followed(self._context, self._options.token, name="token")
        await self.close()
        proxy = proxy_of(self._options.api, self._context.environment)
        self._api = Api(self._options.api, token, proxy)
        return self._api

    def _on(self) -> "tuple[Api, Gateway]":
        if self._api is None or self._gateway is None:
            raise LineError("the connection is closed")
        return self._api, self._gateway

    async def _say(self, method: str, path: str, body: "dict[str, Json] | None" = None) -> "Json":
        api, _ = self._on()
        try:
            return await api.call(method, path, body)
        except RefusedError as error:
            raise LineError(error.message) from error

    async def _work_on(self, event: "Event", api: "Api", take: Take) -> None:
        match event.name:
            case "MESSAGE_CREATE" | "MESSAGE_UPDATE":
                is_update = event.name == "MESSAGE_UPDATE"
                heard = said(event.data, self._me, is_update=is_update)
                if heard is not None:
                    await self._give(heard, api, take)
            case "INTERACTION_CREATE":
                await self._click(event.data, api, take)
            case "READY":
                self._begin(event.data)
            case "GUILD_CREATE":
                self._roles |= own_roles(event.data, self._me)
                self._places.know(places_in(event.data))
                await self._catch_up(event.data, api, take)
            case "THREAD_LIST_SYNC":
                self._places.know(places_in(event.data))
            case "RESUMED":
                pass
            case _:
                place = place_of(event.data)
                self._places.know([place] if place is not None else [])

    async def _click(self, data: "Json", api: "Api", take: Take) -> None:
        heard = clicked(data, self._me)
        if heard is None:
            return
        await self._give(heard, api, take)
        # Else Discord says to who clicked that it has failed.
        with suppress(ChatOpsError):
            await api.call("POST", heard.answer, {"type": UNCHANGED})

    def _begin(self, ready: "Json") -> None:
        """A new session: what was said since the last message of the old one isn't sent."""
        guilds = ready.get("guilds") if isinstance(ready, dict) else None
        if self._until:
            for guild in guilds if isinstance(guilds, list) else []:
                self._behind.setdefault(inner(guild, "id"), self._until)

    async def _catch_up(self, guild: "Json", api: "Api", take: Take) -> None:
        since = self._behind.get(inner(guild, "id"))
        if since is None:
            return
        missed: list[Heard] = []
        for place in places_in(guild):
            if place.last > since:
                missed += await self._said_since(place, api, since)
        for heard in sorted(missed, key=lambda each: int(each.number)):
            if heard.number not in self._recent:
                await self._give(heard, api, take)
        self._behind.pop(inner(guild, "id"))
        _log.info("discord-caught-up line=%s messages=%d", self._context.name, len(missed))

    async def _said_since(self, place: Place, api: "Api", since: int) -> list[Heard]:
        heard: list[Heard] = []
        while True:
            path = f"channels/{number_of(place.id)}/messages"
            try:
                page = await api.call("GET", path, after=str(since), limit=str(PAGE))
            except UndeliverableError as error:
                told = error.message
                _log.warning("discord-not-read line=%s error=%s", self._context.name, told)
                return heard
            except LimitedError as error:
                raise LineError(f"what was missed can't be read: {error.message}") from error
            listed = page if isinstance(page, list) else []
            before = since
            for each in listed:
                if isinstance(each, dict):
                    found = said({**each, "guild_id": place.guild}, self._me)
                    heard += [found] if found is not None else []
                    since = max(since, snowflake(inner(each, "id")))
            if len(listed) < PAGE or since == before:
                return heard

    async def _give(self, heard: Heard, api: "Api", take: Take) -> None:
        await take(await self._message(heard, api))
        if not heard.is_edited:
            self._recent.append(heard.number)
            self._until = max(self._until, int(heard.number))

    async def _message(self, heard: Heard, api: "Api") -> Message:
        place = await self._places.of(heard, api)
        names = {**heard.names, self._me: self._context.bot}
        guild = heard.guild or await self._guild_of(heard.user, api)
        return Message(
            id=f"{heard.channel}:{heard.number}",
            text=typed(heard.text, names, self._roles, self._context.bot),
            principal=Principal(network=NETWORK, workspace=guild, user=heard.user, name=heard.name),
            room=place.parent or heard.channel,
            time=heard.time or self._context.now(),
            thread=heard.channel if place.parent else None,
            is_direct=not heard.guild,
            is_edited=heard.is_edited,
            groups=heard.roles,
        )

    async def _guild_of(self, user: str, api: "Api") -> str:
        """The server that somebody is a member of who writes to the bot alone; or none."""
        guild = self._options.guild
        if not guild:
            return ""
        try:
            member = await api.call("GET", f"guilds/{guild}/members/{number_of(user)}")
        except UndeliverableError:
            return ""
        except LimitedError as error:
            raise LineError(error.message) from error
        return guild if inner(member, "user", "id") == user else ""


_HINT = "look at the token, and whether the bot was invited"
