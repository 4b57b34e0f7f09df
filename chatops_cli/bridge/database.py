"""The SQLite file of messages that were taken and replies that are to be posted."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.bridge.store import AwayError, Statement, Value
from chatops_cli.errors import RecordError
from chatops_cli.records.atomic import make_folder

if TYPE_CHECKING:
    import sqlite3

NAME = "bridge.db"
PATIENCE = 10.0
"""Seconds that another process may have it locked while it is opened."""
MOMENT = 0.2
"""Seconds that one may have it locked later: the loop waits, and all that is said with it."""
_VERSION = 2
_TABLES = """
CREATE TABLE taken (
  network TEXT NOT NULL, workspace TEXT NOT NULL, id TEXT NOT NULL,
  line TEXT NOT NULL, room TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL,
  time REAL NOT NULL, bridge TEXT NOT NULL DEFAULT '', begun TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (network, workspace, id)
) WITHOUT ROWID;
CREATE INDEX taken_open ON taken (line, time) WHERE state <> 'done';
CREATE INDEX taken_time ON taken (time);
CREATE INDEX taken_room ON taken (room, line);
CREATE TABLE letters (
  number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,
  line TEXT NOT NULL, body TEXT NOT NULL, posted TEXT NOT NULL, state TEXT NOT NULL,
  time REAL NOT NULL, bridge TEXT NOT NULL DEFAULT ''
);
CREATE INDEX letters_open ON letters (line, number) WHERE state = 'waiting';
CREATE INDEX letters_time ON letters (time);
"""
_MENDS = """
ALTER TABLE taken ADD COLUMN bridge TEXT NOT NULL DEFAULT '';
ALTER TABLE taken ADD COLUMN begun TEXT NOT NULL DEFAULT '';
ALTER TABLE letters ADD COLUMN bridge TEXT NOT NULL DEFAULT '';
"""
"""What the first version of the tables lacks."""


class Database:
    """The database at `path`. What is executed is on disk when the call is over.

    One process writes it: the bridge, which holds `lock` of this folder.
    """

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        self.path = path
        self._patience = patience
        self._connection: sqlite3.Connection | None = None

    def change(self, *statements: Statement) -> int:
        """The statements are carried out and on disk, all or none; how many rows the last changed.

        Raises:
            AwayError: Another process has it locked.
            RecordError: They can't be.
        """
        import sqlite3

        try:
            connection = self._open()
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                count = 0
                for sql, values in statements:
                    count = connection.execute(sql, tuple(values)).rowcount
        except (sqlite3.Error, OSError) as error:
            raise self._failed("written", error) from error
        return count

    def rows(self, sql: str, *values: Value) -> "list[tuple[Value, ...]]":
        """What is found.

        Raises:
            RecordError: It can't be read.
        """
        import sqlite3

        try:
            return list(self._open().execute(sql, values))
        except (sqlite3.Error, OSError) as error:
            raise self._failed("read", error) from error

    def close(self) -> None:
        """Nothing is open."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> "sqlite3.Connection":
        import sqlite3

        if self._connection is not None:
            return self._connection
        make_folder(self.path.parent)
        if not self.path.exists():
            # Only its owner reads it; SQLite gives its journal the same mode.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(self.path, timeout=self._patience, isolation_level=None)
        try:
            self._prepare(connection)
            connection.execute(f"PRAGMA busy_timeout = {int(MOMENT * 1000)}")
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _prepare(self, connection: "sqlite3.Connection") -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        # A claim that a power cut takes back would let a message be run twice.
        connection.execute("PRAGMA synchronous = FULL")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in {0, 1, _VERSION}:
            raise RecordError(
                f"{self.path} was written by a newer version of chatops", hint="use that version"
            )
        if version != _VERSION:
            changes = _MENDS if version else _TABLES
            connection.executescript(
                f"BEGIN IMMEDIATE;{changes}PRAGMA user_version = {_VERSION};COMMIT;"
            )

    def _failed(self, what: str, error: Exception) -> RecordError:
        name = getattr(error, "sqlite_errorname", "")
        hint = "free some space"
        if name in {"SQLITE_CORRUPT", "SQLITE_NOTADB"}:
            hint = "move it away and start again: messages that were taken and not run are lost"
        elif name == "SQLITE_BUSY":
            hint = "another process has it locked; end that one"
            return AwayError(f"{self.path} cannot be {what}: {error}", hint=hint)
        return RecordError(f"{self.path} cannot be {what}: {error}", hint=hint)
