"""How far the bot has heard in each archive; its server keeps that for whoever runs it next.

Source: XEP-0049, XEP-0313.
"""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from chatops_cli.bridge.adapters.xmpp.archive import Archives
from chatops_cli.bridge.adapters.xmpp.hearing import Heard, Hearing
from chatops_cli.bridge.adapters.xmpp.session import AnswerError, Session
from chatops_cli.bridge.contract import Context

if TYPE_CHECKING:
    from datetime import datetime

PRIVATE = "jabber:iq:private"
PLACE = "io.chatops:place"
OLDEST = timedelta(days=1)
"""What was said longer ago than that is not heard any more."""

_log = logging.getLogger(__name__)


class Position:
    """The id of what was heard last, by archive: those of rooms, and the bot's own."""

    def __init__(self, archives: tuple[str, ...], context: Context) -> None:
        self._archives = archives
        self._context = context
        self._last: dict[str, str] | None = None
        self._kept: dict[str, str] = {}
        self._since: datetime = context.now() - OLDEST

    async def begin(self, session: Session, archives: Archives) -> None:
        """Where it was before, if that is known; where nothing is, at the end of the archive."""
        if self._last is not None:
            return
        kept = await _read(session)
        last = {archive: kept[archive] for archive in self._archives if archive in kept}
        for archive in self._archives:
            if archive in last:
                continue
            try:
                last[archive] = await archives.last(archive)
            except AnswerError as error:
                _log.info("xmpp-no-archive archive=%s error=%s", archive, error.message)
        self._last, self._kept = last, kept
        if kept.keys() != last.keys():
            self._since = self._context.now()
        await self.keep(session)

    async def missed(self, archives: Archives, hearing: Hearing) -> AsyncIterator[Heard]:
        """What was said since, archive by archive, the oldest first."""
        last = self._last or {}
        oldest = self._context.now() - OLDEST
        for archive in self._archives:
            if archive not in last:
                continue
            try:
                async for each in archives.since(archive, last[archive], self._since):
                    heard = hearing.archived(each.message, each.id, each.time)
                    if heard is not None and heard.message.time >= oldest:
                        yield heard
                    last[archive] = each.id
            except AnswerError as error:
                _log.warning("xmpp-archive-unread archive=%s error=%s", archive, error.message)
        self._since = self._context.now()

    def taken(self, heard: Heard) -> None:
        """The message needs not be heard again."""
        if heard.kept and self._last is not None:
            self._last[heard.archive] = heard.kept

    async def keep(self, session: Session) -> None:
        """All up to here was taken. A server that keeps nothing is no error."""
        if self._last is None or self._last == self._kept:
            return
        kept = dict(self._last)
        query = Element(f"{{{PRIVATE}}}query")
        place = SubElement(query, f"{{{PLACE}}}place")
        for archive, number in kept.items():
            SubElement(place, f"{{{PLACE}}}archive", {"jid": archive, "id": number})
        try:
            await session.ask("set", session.me, query)
        except AnswerError as error:
            _log.debug("xmpp-place-not-kept error=%s", error.message)
        self._kept = kept


async def _read(session: Session) -> dict[str, str]:
    query = Element(f"{{{PRIVATE}}}query")
    SubElement(query, f"{{{PLACE}}}place")
    try:
        answer = await session.ask("get", session.me, query)
    except AnswerError:
        return {}
    found = answer.iterfind(f"{{{PRIVATE}}}query/{{{PLACE}}}place/{{{PLACE}}}archive")
    return {each.get("jid") or "": each.get("id") or "" for each in found}
