"""One record of the audit log: its members, its line, and its place in the chain.

A line is ``{"v":1,"seq":…,"time":…,"event":…,<the event's fields>,"prev":…,"hash":…}``. The hash is
the SHA-256 of the line's bytes up to ``,"hash":`` closed by ``}``: nobody has to write JSON again
in the same way to check it, and no byte of a line can change unseen.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from chatops_cli.errors import RecordError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.records.canonical import digest, encode

VERSION = 1
"""The version of the schema; docs/audit.md documents it."""

GENESIS = "0" * 64
"""What the first record of a chain has for `prev`."""

MAX_LINE = 1024 * 1024
"""Bytes of the longest line; events keep far below it by shortening long values."""

RESERVED = frozenset({"v", "seq", "time", "event", "prev", "hash"})

_START = re.compile(rb'\{"v":(\d{1,9}),"seq":(\d{1,18}),"time":"[^"\\]*","event":"([a-z._]+)",')
_END = re.compile(rb',"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}')
_END_SIZE = len(b',"prev":"","hash":""}') + 128
_HASH_SIZE = len(b',"hash":""}') + 64


class UnreadableLineError(ValueError):
    """A line that is no record; the text says why."""


@frozen
class Record:
    """What the log says happened. `time` is aware UTC; `fields` are those of the event."""

    seq: int
    time: datetime
    event: str
    fields: JsonObject
    prev: str
    hash: str

    def as_json(self) -> dict[str, Json]:
        """The record with the members and the order of its line."""
        return {
            "v": VERSION,
            "seq": self.seq,
            "time": timestamp(self.time),
            "event": self.event,
            **self.fields,
            "prev": self.prev,
            "hash": self.hash,
        }

    def text(self, name: str) -> str | None:
        """The field of this name where it is text, else None."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else None


@frozen
class Link:
    """What ties a line into the chain; `is_sound` says that its hash is that of its bytes."""

    seq: int
    event: str
    prev: str
    hash: str
    is_sound: bool


def timestamp(time: datetime) -> str:
    """ISO 8601 in UTC with microseconds: ``2026-01-31T08:15:00.000000Z``."""
    return _utc_text(time if time.tzinfo is UTC else time.astimezone(UTC))


@lru_cache(maxsize=16)
def _utc_text(time: datetime) -> str:
    """The text of a time in UTC: one time stands in several records, and in several fields."""
    return time.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def seal(
    *, seq: int, time: datetime, event: str, fields: Mapping[str, Json], prev: str
) -> tuple[Record, bytes]:
    """A record that follows the one with hash `prev`, and its line with the newline.

    Raises:
        RecordError: The line would be longer than `MAX_LINE`.
    """
    if not RESERVED.isdisjoint(fields):
        clash = ", ".join(sorted(RESERVED & fields.keys()))
        raise ValueError(f"an event has no field named {clash}")
    # None of this has a character that JSON writes otherwise.
    head = f'{{"v":{VERSION},"seq":{seq},"time":"{timestamp(time)}","event":"{event}",'
    body = head.encode("ascii") + encode({**fields, "prev": prev}, sort=False)[1:]
    own = digest(body)
    line = body[:-1] + b',"hash":"' + own.encode("ascii") + b'"}\n'
    if len(line) > MAX_LINE:
        raise RecordError(
            f"the record of '{event}' has {len(line)} bytes; at most {MAX_LINE} are recorded",
            hint="give the action fewer or shorter parameters",
        )
    record = Record(seq=seq, time=time, event=event, fields=dict(fields), prev=prev, hash=own)
    return record, line


def read_link(line: bytes) -> Link:
    """What ties this line into the chain, found without reading its JSON.

    Raises:
        UnreadableLineError: The line is no record, or one of another version.
    """
    content = line.rstrip(b"\n")
    start, end = _START.match(content), _END.fullmatch(content[-_END_SIZE:])
    if start is None or end is None:
        raise UnreadableLineError("this line is no record")
    if int(start[1]) != VERSION:
        raise UnreadableLineError(
            f"this record has version {int(start[1])}; this program reads version {VERSION}"
        )
    own = end[2].decode("ascii")
    return Link(
        seq=int(start[2]),
        event=start[3].decode("ascii"),
        prev=end[1].decode("ascii"),
        hash=own,
        is_sound=digest(content[:-_HASH_SIZE] + b"}") == own,
    )


def seq_of(line: bytes) -> int:
    """The number that this line claims to have, 0 where it has none: cheap, and unchecked."""
    start = _START.match(line)
    return int(start[2]) if start else 0


def parse(line: bytes) -> Record:
    """The record that this line holds; whether its hash is right is `read_link`'s to say.

    Raises:
        UnreadableLineError: The line is no record.
    """
    try:
        # RecursionError: a line that someone nested a thousand times.
        members = json.loads(line)
        version, seq, event = members.pop("v"), members.pop("seq"), members.pop("event")
        time = datetime.fromisoformat(members.pop("time"))
        prev, own = members.pop("prev"), members.pop("hash")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableLineError("this line is no record") from error
    if version != VERSION or not isinstance(seq, int) or not isinstance(event, str):
        raise UnreadableLineError(f"this line is no record of version {VERSION}")
    if time.tzinfo is None:
        raise UnreadableLineError("this record's time has no time zone")
    return Record(seq=seq, time=time, event=event, fields=members, prev=str(prev), hash=str(own))
