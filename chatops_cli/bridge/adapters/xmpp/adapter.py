"""An account on an XMPP server as a network: rooms that were joined, and direct messages."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from chatops_cli.bridge.adapters.credentials import followed
from chatops_cli.bridge.adapters.large import too_large
from chatops_cli.bridge.adapters.signs import character_of
from chatops_cli.bridge.adapters.xmpp.hearing import NETWORK, Heard, Hearing, Recent
from chatops_cli.bridge.adapters.xmpp.options import Options
from chatops_cli.bridge.adapters.xmpp.rooms import Place, Rooms
from chatops_cli.bridge.adapters.xmpp.stanzas import (
    CLIENT,
    HINTS,
    MUC,
    OUT_OF_BAND,
    REACTIONS,
    REPLACE,
    USER,
    bare,
    error_of,
    message_of,
    resource,
)
from chatops_cli.bridge.contract import (
    Capabilities,
    Check,
    Context,
    LineError,
    OversizedError,
    Posting,
    Take,
    UndeliverableError,
)
from chatops_cli.rendering.networks import find_network

if TYPE_CHECKING:
    from chatops_cli.bridge.adapters.xmpp.archive import Archives
    from chatops_cli.bridge.adapters.xmpp.position import Position
    from chatops_cli.bridge.adapters.xmpp.session import Session

BURST = 5
PATIENCE = 30.0
"""Seconds in which a room must answer."""
KEEP = 2.0
"""Seconds between two times that the server is told how far the bot has heard."""
REJOIN = 60.0
"""Seconds after which the server is asked whether it lives, and rooms are joined again."""
LONGEST = 60_000
"""Bytes of a text: servers close the stream for a stanza of more than 64 or 256 KiB.

Source: ejabberd, ``max_stanza_size``; Prosody, ``c2s_stanza_size_limit``.
"""
_TRIES = 3

_log = logging.getLogger(__name__)


def make(options: object, context: Context) -> "Xmpp":
    """See `contract.AdapterModule.make`."""
    if not isinstance(options, Options):
        raise TypeError(f"{options!r} are no options of {NETWORK}")
    return Xmpp(options, context)


class Xmpp:
    """One account on a server. It meets `contract.Adapter`.

    What was said while the line was down, or while nobody ran the bot, is asked for when it is up
    again; how far that is, the server keeps.
    """

    def __init__(self, options: Options, context: Context) -> None:
        found = find_network(NETWORK)
        assert found is not None
        self.network = found
        self.capabilities = Capabilities(edits=True, reactions=True, burst=BURST, pace=options.pace)
        self._options = options
        self._context = context
        self._session: Session | None = None
        self._rooms = Rooms(options.join, options.nick)
        self._hearing = Hearing(context, self._rooms, options.jid)
        self._heard: asyncio.Queue[Heard] = asyncio.Queue()
        self._asked: dict[str, tuple[str, asyncio.Future[None]]] = {}
        self._archives: Archives | None = None
        self._position: Position | None = None
        self._signs: Recent[tuple[str, ...]] = Recent()
        self._service = ""

    async def connect(self) -> None:
        """See `contract.Adapter.connect`."""
        from chatops_cli.bridge.adapters.xmpp.archive import Archives
        from chatops_cli.bridge.adapters.xmpp.position import Position
        from chatops_cli.bridge.adapters.xmpp.session import Session
        from chatops_cli.bridge.adapters.xmpp.uploads import find_service

        password = followed(self._context, self._options.password, name="password")
        await self.close()
        self._rooms = Rooms(self._options.join, self._options.nick)
        self._hearing.rooms = self._rooms
        self._heard = asyncio.Queue()
        session = Session(self._options, password, heard=self._on_message, came=self._rooms.heed)
        self._session, self._archives = session, Archives(session)
        await session.open()
        await asyncio.gather(*(self._join(session, *each) for each in self._rooms.places))
        self._service = await find_service(session, self._options.domain)
        self.capabilities = replace(self.capabilities, files=bool(self._service))
        if self._position is None:
            self._position = Position((*self._options.join, self._options.jid), self._context)
        await self._position.begin(session, self._archives)

    async def hear(self, take: Take) -> None:
        """See `contract.Adapter.hear`."""
        session, archives, position = self._on(), self._archives, self._position
        assert archives is not None
        assert position is not None
        tasks = asyncio.get_running_loop()
        living = (
            tasks.create_task(self._live(session)),
            tasks.create_task(_keep(position, session)),
        )
        early = set[str]()
        try:
            async for missed in position.missed(archives, self._hearing):
                await take(missed.message)
                early.add(missed.message.id)
            while True:
                heard = await self._next(session)
                if heard.message.id in early and not heard.message.is_edited:
                    early.discard(heard.message.id)
                    continue
                await take(heard.message)
                position.taken(heard)
        finally:
            for task in living:
                task.cancel()

    async def post(self, posting: Posting) -> str:
        """See `contract.Adapter.post`. The room sends what it took to the bot, too."""
        return await self._say(posting) if posting.text.strip() else ""

    async def update(self, posting: Posting, post_id: str) -> None:
        """See `contract.Adapter.update`."""
        edit = Element(f"{{{REPLACE}}}replace", {"id": post_id})
        await self._say(posting, edit)

    async def upload(self, posting: Posting, name: str, text: str) -> str:
        """See `contract.Adapter.upload`."""
        from chatops_cli.bridge.adapters.xmpp.uploads import upload

        session = self._on()
        self._place(posting.room)
        data = text.encode("utf-8", "replace")
        try:
            url = await upload(session, self._service, name, data, context=self._context)
        except OversizedError as error:
            return await self._say(too_large(posting, error))
        link = Element(f"{{{OUT_OF_BAND}}}x")
        SubElement(link, f"{{{OUT_OF_BAND}}}url").text = url
        # A link that stands alone is shown as a file.
        file = await self._say(replace(posting, text=url), link)
        return await self._say(posting) if posting.text.strip() else file

    async def react(self, room: str, message_id: str, sign: str) -> None:
        """See `contract.Adapter.react`. All signs of the bot on a message are told at once."""
        is_group = self._place(room) is not None
        target = message_id.partition(" ")[2] if is_group else self._hearing.said_as(message_id)
        if not target:
            raise UndeliverableError(f"{message_id} is too old for a sign")
        signs = (*(self._signs.get(message_id) or ()), character_of(sign))
        self._signs.put(message_id, signs)
        reactions = Element(f"{{{REACTIONS}}}reactions", {"id": target})
        for each in dict.fromkeys(signs):
            SubElement(reactions, f"{{{REACTIONS}}}reaction").text = each
        await self._say(Posting(key="", room=room), reactions, Element(f"{{{HINTS}}}store"))

    async def check(self) -> tuple[Check, ...]:
        """See `contract.Adapter.check`."""
        from chatops_cli.bridge.adapters.xmpp.checks import checks_of

        await self.connect()
        return tuple([each async for each in checks_of(self._on(), self._rooms, self._service)])

    async def close(self) -> None:
        """See `contract.Adapter.close`."""
        session, self._session = self._session, None
        if session is not None:
            if self._position is not None and not session.lost.done():
                with suppress(LineError, TimeoutError):
                    async with asyncio.timeout(KEEP):
                        await self._position.keep(session)
            await session.close()

    def _on(self) -> "Session":
        if self._session is None:
            raise LineError("the connection is closed")
        return self._session

    def _on_message(self, stanza: Element) -> None:
        """In the order of the stream: who is behind a nickname is known now, and not later."""
        if self._archives is not None and self._archives.heed(stanza):
            return
        room, asked = self._asked.get(stanza.get("id") or "", ("", None))
        if asked is not None and not asked.done() and bare(stanza.get("from") or "") == bare(room):
            if stanza.get("type") == "error":
                asked.set_exception(error_of(stanza, room))
            else:
                asked.set_result(None)
        heard = self._hearing.live(stanza)
        if heard is not None:
            self._heard.put_nowait(heard)

    async def _next(self, session: "Session") -> Heard:
        getting: asyncio.Future[Heard] = asyncio.ensure_future(self._heard.get())
        try:
            await asyncio.wait((getting, session.lost), return_when=asyncio.FIRST_COMPLETED)
            if not getting.done():
                session.lost.result()
            return getting.result()
        finally:
            getting.cancel()

    async def _join(self, session: "Session", room: str, place: Place) -> None:
        """In the room, or `place` says why not. Nothing that was said there before is sent."""
        for number in range(_TRIES):
            nick = self._options.nick + "_" * number
            place.nick, place.is_taken = nick, False
            place.changed.clear()
            presence = Element(f"{{{CLIENT}}}presence", {"to": f"{room}/{nick}"})
            join = SubElement(presence, f"{{{MUC}}}x")
            SubElement(join, f"{{{MUC}}}history", {"maxstanzas": "0"})
            session.send(presence)
            waiting = asyncio.ensure_future(place.changed.wait())
            await asyncio.wait(
                (waiting, session.lost), timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
            )
            if not waiting.done():
                waiting.cancel()
                place.why = "the room does not answer"
            if session.lost.done():
                session.lost.result()
            if not place.is_taken:
                return

    async def _live(self, session: "Session") -> None:
        """Asks whether the server lives, and joins again where the bot was thrown out."""
        try:
            while True:
                await asyncio.sleep(REJOIN)
                await session.ping()
                for room, place in self._rooms.places:
                    if not place.is_in:
                        await self._join(session, room, place)
        except LineError as error:
            session.fail(error)

    def _place(self, address: str) -> Place | None:
        """The room of that address; None where it is a person.

        Raises:
            UndeliverableError: The bot isn't in the room.
        """
        place = self._rooms.find(bare(address))
        if place is not None and not place.is_in:
            raise UndeliverableError(
                f"{bare(address)}: {place.why}", hint="let the bot in, or invite it again"
            )
        return place if not resource(address) else None

    async def _say(self, posting: Posting, *parts: Element) -> str:
        session = self._on()
        if len(posting.text.encode("utf-8", "replace")) > LONGEST:
            raise OversizedError(f"no more than {LONGEST:,} bytes are sent at once")
        room, number = posting.room, session.new_id()
        is_group = self._place(room) is not None
        kind = "groupchat" if is_group else "chat"
        message = message_of(room, kind, number, posting.text, posting.thread)
        message.extend(parts)
        if not is_group and self._rooms.find(bare(room)) is not None:
            SubElement(message, f"{{{USER}}}x")  # to somebody of a room alone
        asked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._asked[number] = (room, asked)
        try:
            session.send(message)
            if not is_group:
                # A message to a person is not answered; when the server answers what comes after
                # it, it has taken it, or said that it doesn't.
                await session.ping()
                if asked.done():
                    asked.result()
                return number
            await asyncio.wait(
                (asked, session.lost), timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
            )
            if session.lost.done():
                session.lost.result()
            if not asked.done():
                raise LineError(f"{room} does not say whether it took the message")
            asked.result()
        finally:
            del self._asked[number]
            asked.cancel()
        return number


async def _keep(position: "Position", session: "Session") -> None:
    """What was heard since the last time may be heard again by the next bridge, which knows it."""
    with suppress(LineError):
        while True:
            await asyncio.sleep(KEEP)
            await position.keep(session)
