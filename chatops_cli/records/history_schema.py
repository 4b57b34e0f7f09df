"""The tables of the history, and the one way from a record to a row."""

from typing import TYPE_CHECKING

from chatops_cli.model.json import Json
from chatops_cli.records.canonical import encode
from chatops_cli.records.record import Record, timestamp

if TYPE_CHECKING:
    import sqlite3

VERSION = 4
"""Kept as ``user_version``: with another one the tables are made anew."""

_TABLES = """
CREATE TABLE executions (
    id TEXT PRIMARY KEY, requested TEXT, status TEXT NOT NULL, action TEXT, alias TEXT,
    runner TEXT, message_id TEXT, network TEXT, workspace TEXT, user TEXT, user_name TEXT,
    operator TEXT, room TEXT, parent TEXT, parameters TEXT, rule TEXT, reason TEXT, timeout REAL,
    started TEXT, ended TEXT, elapsed REAL, result_digest TEXT, result_size INTEGER, error TEXT,
    retry_of TEXT, task TEXT, item INTEGER
) WITHOUT ROWID;
CREATE INDEX executions_requested ON executions (requested);
CREATE INDEX executions_status ON executions (status, requested);
CREATE INDEX executions_action ON executions (action, requested);
CREATE INDEX executions_user ON executions (user, requested);
CREATE INDEX executions_parent ON executions (parent) WHERE parent IS NOT NULL;
CREATE TABLE messages (
    network TEXT, id TEXT, text TEXT, PRIMARY KEY (network, id)
) WITHOUT ROWID;
CREATE TABLE mark (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER, hash TEXT);
INSERT INTO mark VALUES (1, 0, '');
"""

_REQUEST = (
    "requested", "action", "alias", "runner", "message_id", "network", "workspace", "user",
    "user_name", "operator", "room", "parent", "parameters", "rule", "reason", "timeout",
    "retry_of", "task", "item",
)  # fmt: skip
_FINISH = (
    "status", "started", "ended", "elapsed", "result_digest", "result_size", "error",
)  # fmt: skip
_WAIT = ("status", "started", "result_digest", "result_size")

_UNLESS_OVER = " WHERE executions.status IN ('requested', 'pending', 'paused', 'running')"

EVENTS = frozenset(
    {
        "message",
        "execution.requested",
        "execution.finished",
        "execution.waiting",
        "execution.resumed",
    }
)
"""The events that the history takes in."""


def create(connection: "sqlite3.Connection") -> None:
    """The database holds the empty tables of this version and nothing else."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    drops = "".join(f'DROP TABLE "{name}";' for (name,) in names)
    connection.executescript(
        f"BEGIN IMMEDIATE;{drops}{_TABLES}PRAGMA user_version = {VERSION};COMMIT;"
    )


def clear(connection: "sqlite3.Connection") -> None:
    """The tables are empty."""
    connection.execute("DELETE FROM executions")
    connection.execute("DELETE FROM messages")
    connection.execute("UPDATE mark SET seq = 0, hash = ''")


def write(connection: "sqlite3.Connection", record: Record) -> None:
    """The row that this record is about says what it says; again, if it did before.

    Records may come in another order than they were written in: with several processes the end
    of an execution can be here first.
    """
    match record.event:
        case "message":
            network, own = _text(_principal(record).get("network")), _id(record, "message_id")
            # What ran is what was said first, and whole: what has the same id beside it never runs.
            is_beside = True in (record.fields.get("is_edited"), record.fields.get("is_cut"))
            connection.execute(
                "INSERT OR IGNORE INTO messages VALUES (?, ?, ?)"
                if is_beside
                else "INSERT OR REPLACE INTO messages VALUES (?, ?, ?)",
                (network or "", own, _text(record.fields.get("text"))),
            )
        case "execution.requested":
            connection.execute(_upsert(_REQUEST, status="requested"), _request(record))
        case "execution.finished":
            connection.execute(_upsert(_FINISH), _progress(record, _FINISH))
        case "execution.waiting":
            # Its end may be here already.
            connection.execute(_upsert(_WAIT) + _UNLESS_OVER, _progress(record, _WAIT))
        case "execution.resumed":
            values = (_id(record, "execution_id"), "running")
            connection.execute(_upsert(("status",)) + _UNLESS_OVER, values)
        case _:
            pass  # the audit log alone has it


def _upsert(columns: tuple[str, ...], *, status: str | None = None) -> str:
    """A new row, or these columns of the one there; `status` is for a new row only."""
    names = ("id", *columns, *(("status",) if status else ()))
    places = ", ".join("?" for _ in ("id", *columns)) + (f", '{status}'" if status else "")
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return (
        f"INSERT INTO executions ({', '.join(names)}) VALUES ({places}) "  # noqa: S608  # our names
        f"ON CONFLICT (id) DO UPDATE SET {changes}"
    )


def _progress(record: Record, columns: tuple[str, ...]) -> tuple[str | float | None, ...]:
    values = {name: _simple(record.fields.get(name)) for name in columns}
    values["status"] = values["status"] or "unknown"
    return _id(record, "execution_id"), *values.values()


def _request(record: Record) -> tuple[str | float | None, ...]:
    principal = _principal(record)
    own: dict[str, str | float | None] = {
        "requested": timestamp(record.time),
        "network": _text(principal.get("network")),
        "workspace": _text(principal.get("workspace")),
        "user": _text(principal.get("user")),
        "user_name": _text(principal.get("name")),
        "parameters": encode(record.fields.get("parameters"), sort=False).decode("ascii"),
    }
    values = (own[name] if name in own else _simple(record.fields.get(name)) for name in _REQUEST)
    return _id(record, "execution_id"), *values


def _id(record: Record, name: str) -> str:
    return _text(record.fields.get(name)) or f"record {record.seq}"


def _principal(record: Record) -> dict[str, Json]:
    principal = record.fields.get("principal")
    return principal if isinstance(principal, dict) else {}


def _simple(value: Json) -> str | float | None:
    """What a column takes; a record that someone wrote by hand may hold anything."""
    match value:
        case None | bool() | float():
            return value
        case int() if value.bit_length() < 64:  # noqa: PLR2004  # what SQLite holds
            return value
        case str():
            return _text(value)
        case _:
            return encode(value).decode("ascii")


def _text(value: Json) -> str | None:
    """Text that SQLite takes: a lone surrogate has no UTF-8."""
    if not isinstance(value, str):
        return None
    return value.encode("utf-8", "backslashreplace").decode("utf-8")
