"""What stanzas say: the parts of XML that are read and written, and nothing of the connection."""

import re
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement

from chatops_cli.bridge.contract import LimitedError, OversizedError, UndeliverableError
from chatops_cli.errors import ChatOpsError

CLIENT = "jabber:client"
USER = "http://jabber.org/protocol/muc#user"
MUC = "http://jabber.org/protocol/muc"
STANZA_ID = "urn:xmpp:sid:0"
DELAY = "urn:xmpp:delay"
REPLACE = "urn:xmpp:message-correct:0"
REACTIONS = "urn:xmpp:reactions:0"
HINTS = "urn:xmpp:hints"
OUT_OF_BAND = "jabber:x:oob"
ERRORS = "urn:ietf:params:xml:ns:xmpp-stanzas"
WAIT = 10.0
"""Seconds after which a server that says 'wait', and not how long, is asked again."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Source: XML 1.0, 2.2; a server closes the stream for one of these."""


def bare(address: str) -> str:
    """An address without its resource."""
    return address.partition("/")[0]


def resource(address: str) -> str:
    """What stands behind an address' first slash: in a room, somebody's nickname."""
    return address.partition("/")[2]


def child(stanza: Element, namespace: str, name: str) -> Element | None:
    """The part of that name; None where there is none, or more than one: then it isn't known."""
    found = stanza.findall(f"{{{namespace}}}{name}")
    return found[0] if len(found) == 1 else None


def body_of(message: Element) -> str:
    """What was said, empty where nothing was."""
    return message.findtext(f"{{{CLIENT}}}body") or ""


def stanza_id(message: Element, archive: str) -> str:
    """The id that an archive, a room or the bot's own, has given the message. Source: XEP-0359."""
    for found in message.findall(f"{{{STANZA_ID}}}stanza-id"):
        if found.get("by") == archive:
            return found.get("id") or ""
    return ""


def replaced(message: Element) -> str:
    """The id of the message that this one is the new text of. Source: XEP-0308."""
    found = child(message, REPLACE, "replace")
    return (found.get("id") or "") if found is not None else ""


def time_of(delay: Element | None) -> datetime | None:
    """When it was said, where it comes later than that. Source: XEP-0203."""
    try:
        found = datetime.fromisoformat((delay.get("stamp") if delay is not None else None) or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def real_address(stanza: Element) -> str:
    """Who somebody in a room is, empty where the room doesn't tell. Source: XEP-0045, 7.2.3."""
    user = child(stanza, USER, "x")
    item = child(user, USER, "item") if user is not None else None
    return bare(item.get("jid") or "").lower() if item is not None else ""


def statuses(presence: Element) -> frozenset[str]:
    """The numbers that a room tells with a presence. Source: XEP-0045, 15.6."""
    user = child(presence, USER, "x")
    found = user.findall(f"{{{USER}}}status") if user is not None else ()
    return frozenset(each.get("code") or "" for each in found)


def condition_of(stanza: Element) -> str:
    """The name of what is wrong, in a stanza that is an error."""
    error = stanza.find(f"{{{CLIENT}}}error")
    for each in error if error is not None else ():
        namespace, _, name = each.tag.removeprefix("{").partition("}")
        if namespace == ERRORS and name != "text":
            return name
    return ""


def wrong(stanza: Element) -> str:
    """What is wrong, in the server's words if it has some."""
    text = stanza.findtext(f"{{{CLIENT}}}error/{{{ERRORS}}}text") or ""
    return text.strip() or condition_of(stanza) or "the server doesn't say why"


def error_of(stanza: Element, where: str) -> ChatOpsError:
    """Why a message was not taken. Source: RFC 6120, 8.3."""
    error = stanza.find(f"{{{CLIENT}}}error")
    kind = error.get("type") if error is not None else ""
    if kind == "wait":
        return LimitedError(WAIT)
    if condition_of(stanza) == "policy-violation" and kind == "modify":
        return OversizedError(wrong(stanza))
    return UndeliverableError(f"{where}: {wrong(stanza)}", hint="look whether the bot may be there")


def written(text: str) -> str:
    """A text that a stream can hold: signs that XML hasn't are shown as missing."""
    return _NO_XML.sub("\ufffd", text)


def message_of(to: str, kind: str, number: str, text: str, thread: str | None) -> Element:
    """A message that somebody reads."""
    message = Element(f"{{{CLIENT}}}message", {"to": to, "type": kind, "id": number})
    SubElement(message, f"{{{CLIENT}}}body").text = written(text)
    if thread:
        SubElement(message, f"{{{CLIENT}}}thread").text = written(thread)
    SubElement(message, f"{{{STANZA_ID}}}origin-id", {"id": number})
    return message
