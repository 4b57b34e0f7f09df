"""The SQLite file of the history: opened, made, and replaced when it is damaged."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.errors import RecordError
from chatops_cli.records import history_schema as schema
from chatops_cli.records.atomic import make_folder

if TYPE_CHECKING:
    import sqlite3

_DAMAGED = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB"})


class UnusableError(RecordError):
    """The database can't be used; the audit log may well be."""


class Database:
    """The database at `path`, None for one in memory; opened when it is first needed.

    Each process that has it open holds a shared lock on ``<path>.lock``. A damaged file is deleted
    under an exclusive one only: to delete a database, or its journal, that another process has
    open would damage the next one.
    """

    def __init__(self, path: Path | None, *, patience: float) -> None:
        self.path = path
        self._patience = patience
        self._connection: sqlite3.Connection | None = None
        self._use: int | None = None

    def open(self) -> "sqlite3.Connection":
        """The connection; the tables are there.

        Raises:
            sqlite3.Error: The file is damaged, locked, or can't be written.
            OSError: The folder can't be made or written.
        """
        if self._connection is None:
            self._connection = self._connect()
            self._prepare(self._connection)
        return self._connection

    def close(self) -> None:
        """Nothing is open; what was not committed is undone."""
        connection, use = self._connection, self._use
        self._connection = self._use = None
        if connection is not None:
            connection.close()
        if use is not None:
            os.close(use)

    def replace(self) -> None:
        """The damaged file is gone; the next `open` makes an empty one.

        Raises:
            UnusableError: Another process has it open.
        """
        self.close()
        if self.path is None:
            return
        lock = _lock(self.path, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if lock is None:
            raise UnusableError(
                f"the history {self.path} is damaged, and other processes have it open",
                hint="end them and try again; nothing is lost, the audit log has it all",
            )
        try:
            for suffix in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    Path(f"{self.path}{suffix}").unlink()
        finally:
            os.close(lock)

    def _connect(self) -> "sqlite3.Connection":
        import sqlite3

        if self.path is None:
            return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        make_folder(self.path.parent)
        self._use = _lock(self.path, fcntl.LOCK_SH)
        if not self.path.exists():
            # Only its owner reads it; SQLite gives its journal the same mode.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return sqlite3.connect(
            self.path, timeout=self._patience, isolation_level=None, check_same_thread=False
        )

    def _prepare(self, connection: "sqlite3.Connection") -> None:
        connection.execute("PRAGMA synchronous = NORMAL")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != schema.VERSION:
            connection.execute("PRAGMA journal_mode = WAL")
            schema.create(connection)


def is_damage(error: "sqlite3.Error") -> bool:
    """Whether the file itself is at fault, so that a new one helps."""
    name = getattr(error, "sqlite_errorname", "")
    return any(name.startswith(damaged) for damaged in _DAMAGED)


def _lock(path: Path, how: int) -> int | None:
    """The open lock file; None where another process is in the way."""
    file = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        os.close(file)
        return None
    return file
