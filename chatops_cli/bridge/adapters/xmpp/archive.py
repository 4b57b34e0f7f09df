"""What was said while nobody listened: archives of rooms, and the bot's own. Source: XEP-0313."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement

from chatops_cli.bridge.adapters.xmpp.session import AnswerError, Session
from chatops_cli.bridge.adapters.xmpp.stanzas import CLIENT, DELAY, bare, time_of
from chatops_cli.model.frozen import frozen

MAM = "urn:xmpp:mam:2"
_FORM = "jabber:x:data"
_PAGES = "http://jabber.org/protocol/rsm"
_FORWARD = "urn:xmpp:forward:0"
PAGE = 50
"""Messages that are asked for at once."""


@frozen
class Kept:
    """A message of an archive."""

    id: str
    message: Element
    time: datetime | None


@dataclass
class Archives:
    """Asks, and collects the answers, which come as messages of their own."""

    session: Session
    _open: dict[tuple[str, str], list[Kept]] = field(default_factory=dict)

    def heed(self, message: Element) -> bool:
        """Whether the message is an archive's answer. Nobody else's is taken for one."""
        result = message.find(f"{{{MAM}}}result")
        if result is None:
            return False
        sender = bare(message.get("from") or "") or self.session.me
        kept = self._open.get((sender, result.get("queryid") or ""))
        forwarded = result.find(f"{{{_FORWARD}}}forwarded")
        inner = forwarded.find(f"{{{CLIENT}}}message") if forwarded is not None else None
        if kept is not None and forwarded is not None and inner is not None:
            time = time_of(forwarded.find(f"{{{DELAY}}}delay"))
            kept.append(Kept(id=result.get("id") or "", message=inner, time=time))
        return True

    async def last(self, archive: str) -> str:
        """The id of what was said last, empty where there is nothing.

        Raises:
            AnswerError: There is no archive.
            LineError: It doesn't answer.
        """
        kept, _ = await self._page(archive, {}, before="", most=1)
        return kept[-1].id if kept else ""

    async def since(self, archive: str, last: str, time: datetime) -> AsyncIterator[Kept]:
        """What was said after the message of that id, or since that time if it isn't kept."""
        after = last
        while True:
            start = {} if after else {"start": time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
            try:
                kept, is_all = await self._page(archive, start, after=after, most=PAGE)
            except AnswerError as error:
                if error.condition != "item-not-found" or not after:
                    raise
                after = ""
                continue
            for each in kept:
                yield each
            if is_all or not kept:
                return
            after = kept[-1].id

    async def _page(
        self, archive: str, start: dict[str, str], *, most: int, **where: str
    ) -> tuple[list[Kept], bool]:
        number = self.session.new_id()
        query = Element(f"{{{MAM}}}query", {"queryid": number})
        form = SubElement(query, f"{{{_FORM}}}x", {"type": "submit"})
        for name, value in {"FORM_TYPE": MAM, **start}.items():
            entry = SubElement(form, f"{{{_FORM}}}field", {"var": name})
            SubElement(entry, f"{{{_FORM}}}value").text = value
        pages = SubElement(query, f"{{{_PAGES}}}set")
        SubElement(pages, f"{{{_PAGES}}}max").text = str(most)
        for name, value in where.items():
            if value or name == "before":
                SubElement(pages, f"{{{_PAGES}}}{name}").text = value
        kept: list[Kept] = []
        self._open[archive, number] = kept
        try:
            answer = await self.session.ask("set", archive, query)
        finally:
            del self._open[archive, number]
        end = answer.find(f"{{{MAM}}}fin")
        return kept, end is None or end.get("complete") == "true"
