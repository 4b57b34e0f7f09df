"""What stanzas of XMPP say, without a server."""

from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slixmpp.xmlstream.tostring import tostring

from chatops_cli.bridge.adapters.xmpp.rooms import Rooms
from chatops_cli.bridge.adapters.xmpp.stanzas import (
    CLIENT,
    body_of,
    error_of,
    message_of,
    real_address,
    stanza_id,
    time_of,
)
from chatops_cli.bridge.contract import LimitedError, OversizedError, UndeliverableError

CONDITIONS = "urn:ietf:params:xml:ns:xmpp-stanzas"
ROOM = "ops@rooms.example"


@pytest.mark.parametrize(
    ("kind", "condition", "expected"),
    [
        ("wait", "resource-constraint", LimitedError),
        ("modify", "policy-violation", OversizedError),
        ("cancel", "item-not-found", UndeliverableError),
        ("auth", "forbidden", UndeliverableError),
    ],
)
def test_a_refusal_has_its_kind(kind: str, condition: str, expected: type[Exception]) -> None:
    stanza = fromstring(
        f"<message xmlns='{CLIENT}' type='error'><error type='{kind}'>"
        f"<{condition} xmlns='{CONDITIONS}'/></error></message>"
    )
    assert isinstance(error_of(stanza, ROOM), expected)
    bare = error_of(fromstring(f"<message xmlns='{CLIENT}' type='error'/>"), ROOM)
    assert "doesn't say why" in bare.message


@given(st.text())
def test_every_text_is_a_stanza_that_can_be_read(text: str) -> None:
    made = tostring(message_of("a@b", "chat", "1", text, None))
    read = fromstring(made)
    shown = body_of(read)
    assert len(shown) == len(text.replace("\r\n", "\n"))
    assert shown.isascii() or not text.isascii() or "\ufffd" in shown


def test_two_who_say_who_it_is_are_believed_neither() -> None:
    """A server that doesn't take away what the sender has written adds its own."""
    item = "<x xmlns='http://jabber.org/protocol/muc#user'><item jid='{}@b/r'/></x>"
    one = fromstring(f"<message xmlns='{CLIENT}'>{item.format('ann')}</message>")
    two = fromstring(
        f"<message xmlns='{CLIENT}'>{item.format('ann')}{item.format('eve')}</message>"
    )
    assert (real_address(one), real_address(two)) == ("ann@b", "")


def test_an_id_counts_that_the_archive_has_given() -> None:
    stanza = fromstring(
        f"<message xmlns='{CLIENT}'><stanza-id xmlns='urn:xmpp:sid:0' by='eve@b' id='1'/>"
        f"<stanza-id xmlns='urn:xmpp:sid:0' by='{ROOM}' id='2'/></message>"
    )
    assert (stanza_id(stanza, ROOM), stanza_id(stanza, "other@b")) == ("2", "")


def test_a_time_that_is_none_is_left_out() -> None:
    found = time_of(fromstring("<delay stamp='2026-01-02T03:04:05Z'/>"))
    assert found is not None
    assert found.isoformat() == "2026-01-02T03:04:05+00:00"
    assert time_of(fromstring("<delay stamp='yesterday'/>")) is None
    assert time_of(None) is None


def test_rooms_that_the_bot_is_not_to_be_in_are_nothing_to_it() -> None:
    rooms = Rooms((ROOM,), "bot")
    presence = f"<presence xmlns='{CLIENT}' from='{{}}/eve'/>"
    rooms.heed(fromstring(presence.format("other@b")))
    rooms.heed(fromstring(f"<presence xmlns='{CLIENT}' from='{ROOM}/ann' type='probe'/>"))
    assert rooms.find("other@b") is None
    assert rooms.who(f"{ROOM}/ann") == rooms.who("other@b/eve") == ""
