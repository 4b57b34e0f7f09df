"""The rooms that the bot is in, and who is behind a nickname there. Source: XEP-0045."""

import asyncio
import logging
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from chatops_cli.bridge.adapters.xmpp.stanzas import (
    USER,
    bare,
    child,
    condition_of,
    real_address,
    resource,
    statuses,
    wrong,
)

ITSELF, RENAMED = "110", "303"
_WHY = {
    "301": "banned",
    "307": "thrown out",
    "321": "no longer a member",
    "322": "the room is for members only now",
    "332": "the service is about to end",
    "333": "thrown out after an error",
}
"""Source: XEP-0045, 15.6."""

_log = logging.getLogger(__name__)


@dataclass
class Place:
    """A room; `people` are real addresses by nickname, empty where the room doesn't tell them."""

    nick: str
    is_in: bool = False
    why: str = "not joined"
    is_taken: bool = False
    people: dict[str, str] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def tells(self) -> bool:
        """Whether the bot sees who the others are; what it sees of itself says nothing."""
        return all(real for nick, real in self.people.items() if nick != self.nick)


class Rooms:
    """Those that the bot is to be in, by address."""

    def __init__(self, rooms: tuple[str, ...], nick: str) -> None:
        self._places = {room: Place(nick) for room in rooms}

    @property
    def places(self) -> tuple[tuple[str, Place], ...]:
        """All of them."""
        return tuple(self._places.items())

    def find(self, room: str) -> Place | None:
        """The room of this address, whether the bot is in or not."""
        return self._places.get(room)

    def who(self, address: str) -> str:
        """The real address of who is in a room under this one, empty where it isn't told."""
        place = self.find(bare(address))
        return place.people.get(resource(address), "") if place is not None else ""

    def heed(self, presence: Element) -> None:
        """Somebody has come or gone, the bot itself perhaps."""
        sender = presence.get("from") or ""
        place, nick = self.find(bare(sender)), resource(sender)
        if place is None:
            return
        codes = statuses(presence)
        is_me = ITSELF in codes or nick == place.nick
        match presence.get("type"):
            case "error":
                # Where the bot is in, it is told that it may not do something else there.
                if not place.is_in:
                    place.why = wrong(presence)
                    place.is_taken = condition_of(presence) == "conflict"
            case "unavailable":
                self._gone(presence, place, nick, codes, is_me=is_me)
            case None:
                place.people[nick] = real_address(presence)
                if ITSELF in codes:
                    place.nick, place.is_in, place.why = nick, True, ""
            case _:
                return
        if is_me or not nick or presence.get("type") == "error":
            place.changed.set()

    def _gone(
        self, presence: Element, place: Place, nick: str, codes: frozenset[str], *, is_me: bool
    ) -> None:
        place.people.pop(nick, None)
        user = child(presence, USER, "x")
        if RENAMED in codes:
            item = child(user, USER, "item") if user is not None else None
            if is_me and item is not None:
                place.nick = item.get("nick") or place.nick
        elif is_me:
            is_destroyed = user is not None and child(user, USER, "destroy") is not None
            why = [_WHY[code] for code in sorted(codes & _WHY.keys())]
            place.is_in = False
            place.why = "the room is gone" if is_destroyed else ", ".join(why) or "left"
            place.people.clear()
            _log.warning("xmpp-out room=%s why=%s", bare(presence.get("from") or ""), place.why)
