"""A record and its line: anything that can be said comes back as it was."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.model.chat import Attachment, Message, Principal, Reply, ReplyKind
from chatops_cli.model.json import Json
from chatops_cli.records.canonical import DEPTH, digest, encode, plain
from chatops_cli.records.events import (
    EVENTS,
    Event,
    MessageReceived,
    ReplySent,
)
from chatops_cli.records.fields import fields_of, shortened
from chatops_cli.records.record import (
    GENESIS,
    RESERVED,
    UnreadableLineError,
    parse,
    read_link,
    seal,
    timestamp,
)
from tests.support.audit import make_message, make_request
from tests.support.clock import START

text = st.text(st.characters(exclude_categories=()))
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=20,
)
times = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants it naive


@given(
    seq=st.integers(1, 10**17),
    time=times,
    fields=st.dictionaries(text.filter(lambda name: name not in RESERVED), json_values, max_size=6),
)
def test_a_record_comes_back_from_its_line(
    seq: int, time: datetime, fields: dict[str, Json]
) -> None:
    record, line = seal(seq=seq, time=time, event="reply", fields=fields, prev=GENESIS)
    link = read_link(line)

    assert parse(line) == record
    assert (link.seq, link.hash, link.prev, link.is_sound) == (seq, record.hash, GENESIS, True)
    assert line.count(b"\n") == 1
    assert line.isascii()
    assert json.loads(line) == record.as_json()


@given(st.binary(max_size=200))
def test_no_line_makes_the_reader_fail_otherwise(line: bytes) -> None:
    for read in (parse, read_link):
        with pytest.raises(UnreadableLineError):
            read(line)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"v": 2}, id="another version"),
        pytest.param({"seq": "1"}, id="number as text"),
        pytest.param({"time": "yesterday"}, id="no time"),
        pytest.param({"time": "2026-01-01T00:00:00"}, id="no time zone"),
        pytest.param({"event": None}, id="no event"),
    ],
)
def test_a_wrong_member_is_told(change: dict[str, Json]) -> None:
    record, _ = seal(seq=1, time=START, event="reply", fields={}, prev=GENESIS)
    with pytest.raises(UnreadableLineError):
        parse(json.dumps({**record.as_json(), **change}).encode())


def test_a_line_nested_beyond_reason_is_unreadable() -> None:
    with pytest.raises(UnreadableLineError):
        parse(b"[" * 100_000)


def test_an_event_cannot_take_the_place_of_the_envelope() -> None:
    with pytest.raises(ValueError, match="no field named hash"):
        seal(seq=1, time=START, event="reply", fields={"hash": "x"}, prev=GENESIS)


def test_no_event_has_a_reserved_field() -> None:
    for event in EVENTS:
        assert not RESERVED & {field.name for field in dataclasses.fields(event)}, event
    assert len({event.event for event in EVENTS}) == len(EVENTS)


def test_times_are_written_in_utc() -> None:
    time = datetime(2026, 1, 31, 10, 15, tzinfo=timezone(timedelta(hours=2)))
    assert timestamp(time) == "2026-01-31T08:15:00.000000Z"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(float("nan"), b'"nan"', id="nan"),
        pytest.param([float("inf")], b'["inf"]', id="infinity"),
        pytest.param({1: "a", "b": 2}, b'{"1":"a","b":2}', id="keys of two types"),
        pytest.param(START, b'"2026-01-31 08:15:00+00:00"', id="a time"),
        pytest.param((1, {"b": 1, "a": None}), b'[1,{"a":null,"b":1}]', id="tuple, keys sorted"),
        pytest.param("\ud800é", b'"\\ud800\\u00e9"', id="lone surrogate"),
        pytest.param(ReplyKind.ACK, b'"ack"', id="an enumeration"),
    ],
)
def test_what_json_cannot_hold_is_put_in_words(value: object, expected: bytes) -> None:
    assert encode(value) == expected


def test_nesting_and_numbers_without_end_are_cut() -> None:
    deep: Json = "core"
    for _ in range(100_000):
        deep = [deep]
    assert f"nested deeper than {DEPTH} levels" in encode(deep).decode()
    assert encode(10**5000).startswith(b'"0x')
    assert plain(10**4000) == 10**4000


def test_long_values_keep_their_start_length_and_digest() -> None:
    long = "x" * 5000
    assert shortened(long) == "x" * 4096 + f"… (904 more characters, sha256 {digest(encode(long))})"
    assert shortened(["y" * 4092]) == ["y" * 4092]
    assert str(shortened(["y" * 5000])).startswith('["yyy')
    assert shortened({"a": 1}) == {"a": 1}

    fields = fields_of(make_request(parameters={"short": 1, "long": ["z" * 5000]}))
    assert isinstance(fields["parameters"], dict)
    assert fields["parameters"]["short"] == 1
    assert len(str(fields["parameters"]["long"])) < 4300


def test_a_message_is_recorded_with_its_masked_text() -> None:
    message = Message(
        id="m1", text="login hunter2", principal=Principal(network="irc", user="u"), room="r",
        time=START, thread="t", is_direct=True,
    )  # fmt: skip
    fields = fields_of(MessageReceived.of(message, text="login ********", operator="root"))
    assert fields == {
        "message_id": "m1",
        "principal": {"network": "irc", "workspace": "", "user": "u", "name": ""},
        "room": "r",
        "thread": "t",
        "is_direct": True,
        "is_edited": False,
        "sent": "2026-01-31T08:15:00.000000Z",
        "text": "login ********",
        "text_length": 14,
        "text_digest": digest(b'"login ********"'),
        "operator": "root",
        "is_cut": False,
    }


def test_a_reply_is_recorded_by_its_digest() -> None:
    reply = Reply(kind=ReplyKind.RESULT, message_id="m1", room="r", text="done")
    one = ReplySent.of(reply)
    other = ReplySent.of(
        Reply(kind=ReplyKind.RESULT, message_id="m1", room="r", attachments=(Attachment(text="a"),))
    )
    assert (one.kind, one.message_id, one.execution_id) == ("result", "m1", None)
    assert one.digest != other.digest
    assert one.size > 4


@pytest.mark.parametrize("event", [make_message(), make_request()])
def test_all_fields_stand_in_the_record_even_if_empty(event: Event) -> None:
    fields = fields_of(event)
    assert list(fields) == [field.name for field in dataclasses.fields(event)]
    assert None in fields.values()
