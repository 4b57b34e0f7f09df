"""What people say, read from stanzas."""

from collections import OrderedDict
from datetime import datetime
from typing import Generic, TypeVar
from xml.etree.ElementTree import Element

from chatops_cli.bridge.adapters.xmpp.rooms import Rooms
from chatops_cli.bridge.adapters.xmpp.stanzas import (
    CLIENT,
    DELAY,
    bare,
    body_of,
    child,
    real_address,
    replaced,
    resource,
    stanza_id,
    time_of,
)
from chatops_cli.bridge.contract import Context
from chatops_cli.model.chat import Message, Principal
from chatops_cli.model.frozen import frozen

NETWORK = "xmpp"
REMEMBERED = 5_000
"""Messages whose ids of both kinds are known, so that an edit and a reaction find theirs."""

_Value = TypeVar("_Value")


class Recent(Generic[_Value]):
    """A mapping that forgets what was put in first."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._held: OrderedDict[str, _Value] = OrderedDict()

    def put(self, key: str, value: _Value) -> None:
        self._held[key] = value
        while len(self._held) > self._most:
            self._held.popitem(last=False)

    def get(self, key: str) -> _Value | None:
        return self._held.get(key)


@frozen
class Heard:
    """A message; `archive` keeps it, under `kept` if that is told."""

    message: Message
    archive: str
    kept: str


class Hearing:
    """Makes messages of stanzas.

    Who is in a room is known by the real address that the room tells; where it doesn't tell it, by
    ``room@service/nick``, which no account can be called: a nickname is anybody's.

    Args:
        context: The bot's name, the time, ids.
        rooms: Who is where.
        me: The bot's own address.
    """

    def __init__(self, context: Context, rooms: Rooms, me: str) -> None:
        self._context = context
        self.rooms = rooms
        self._me = me
        self._ids: Recent[str] = Recent()
        self._own: Recent[str] = Recent()

    def live(self, stanza: Element) -> Heard | None:
        """Somebody says something now; the stanza's place in the stream says who it is."""
        sender = stanza.get("from") or ""
        real = self.rooms.who(sender)
        time = time_of(child(stanza, DELAY, "delay"))
        return self._heard(stanza, real, time, "")

    def archived(self, stanza: Element, kept: str, time: datetime | None) -> Heard | None:
        """Somebody said something; an archive tells who it was.

        Source: XEP-0313, 6.2: an archive of a room tells it, and takes nobody else's word for it.
        """
        if stanza.get("type") != "groupchat" and self.rooms.find(bare(stanza.get("from") or "")):
            # Said in a room to the bot alone, so the bot was there, and has heard it; only the
            # room could tell who it was, and it isn't the one that keeps it.
            return None
        return self._heard(stanza, real_address(stanza), time, kept)

    def said_as(self, message_id: str) -> str | None:
        """The id that the sender of a direct message has given it."""
        return self._own.get(message_id)

    def _heard(self, stanza: Element, real: str, time: datetime | None, kept: str) -> Heard | None:
        sender, text = stanza.get("from") or "", body_of(stanza)
        place = self.rooms.find(bare(sender))
        is_group = stanza.get("type") == "groupchat"
        if stanza.get("type") in {"error", "headline"} or not text:
            return None
        if is_group and (place is None or not resource(sender)):
            return None  # the room itself says something, or one that the bot isn't in
        nick = resource(sender) if place is not None else ""
        if place is None:
            real = bare(sender).lower()
        if real == self._me or (is_group and place is not None and nick == place.nick):
            return None
        archive = bare(sender) if is_group else self._me
        kept = kept or stanza_id(stanza, archive)
        said = stanza.get("id") or ""
        message = Message(
            id=self._id(stanza, archive, kept, sender, said),
            text=self._mentioned(text, place.nick if place is not None else ""),
            principal=Principal(
                network=NETWORK, user=real or sender, name=nick or bare(sender).partition("@")[0]
            ),
            room=bare(sender) if is_group or place is None else sender,
            time=time or self._context.now(),
            thread=stanza.findtext(f"{{{CLIENT}}}thread") or None,
            is_direct=not is_group,
            is_edited=bool(replaced(stanza)),
        )
        if not is_group and said:
            self._own.put(message.id, said)
        return Heard(message=message, archive=archive, kept=kept)

    def _id(self, stanza: Element, archive: str, kept: str, sender: str, said: str) -> str:
        """That of the archive; of the message that is edited, where the stanza is an edit."""
        before = replaced(stanza)
        if before:
            known = self._ids.get(f"{sender} {before}")
            if known is not None:
                return known
        # What the sender chooses stands behind their address: nobody can take another's id.
        found = f"{archive} {kept}" if kept else f"{sender} {said or self._context.new_id()}"
        if said and not before:
            self._ids.put(f"{sender} {said}", found)
        return found

    def _mentioned(self, text: str, nick: str) -> str:
        """``nick: text`` as ``@bot text``."""
        start, rest = text[: len(nick)], text[len(nick) :]
        if nick and start.casefold() == nick.casefold() and rest[:1] in {":", ","}:
            return f"@{self._context.bot} {rest[1:].strip()}"
        return text
