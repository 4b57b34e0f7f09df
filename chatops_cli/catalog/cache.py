"""One SQLite file that keeps what was worked out from packs. Losing it costs time, nothing else."""

import os
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli import __version__
from chatops_cli.records.atomic import make_folder

if TYPE_CHECKING:
    import sqlite3

Cell: TypeAlias = str | bytes | int | None
Statement: TypeAlias = "tuple[str, Iterable[Sequence[Cell]]]"

FORMAT = 9
"""Raised whenever what is kept, or how it is read from a pack, changes."""
TEXT_LIMIT = 200_000
"""Texts that are kept; beyond it the oldest are dropped."""

# The long column comes last: a query of the others doesn't read it.
_TABLES = """
CREATE TABLE packs (
    id INTEGER PRIMARY KEY, path BLOB NOT NULL, shown TEXT NOT NULL, generation INTEGER NOT NULL,
    stamps BLOB NOT NULL, watched TEXT NOT NULL, record TEXT NOT NULL, problems TEXT NOT NULL,
    UNIQUE (path, shown));
CREATE TABLE files (
    pack INTEGER NOT NULL, name BLOB NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
    problems TEXT NOT NULL, links TEXT NOT NULL, entry_point TEXT NOT NULL, record TEXT NOT NULL,
    UNIQUE (pack, name));
CREATE INDEX files_by_key ON files (pack, kind, key, name);
CREATE TABLE texts (
    kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (kind, key));
"""
_WAIT = 2.0
_CHUNK = 500


class Cache:
    """The file at a path, opened at the first use; several processes and threads may share it.

    Nothing here raises: where the file can't be read or written, `get` and `read` find nothing and
    `put` and `write` keep nothing. A damaged file, or one of another version, is made anew.
    """

    __slots__ = ("_connection", "_is_broken", "_lock", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._is_broken = False
        self._lock = threading.Lock()

    def get(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        """The texts kept under some keys; those unknown or damaged are left out."""
        found: dict[str, str] = {}
        for start in range(0, len(keys), _CHUNK):
            part = keys[start : start + _CHUNK]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, value FROM texts WHERE kind = ? AND key IN ({marks})"  # noqa: S608  # only question marks are put in
            for key, value in self.read(query, (kind, *part)):
                if (text := _unsealed(str(value))) is not None:
                    found[str(key)] = text
        return found

    def put(self, kind: str, items: Mapping[str, str]) -> None:
        """Keep texts by key, in place of those kept before."""
        rows = [(kind, key, _sealed(value)) for key, value in items.items()]
        oldest = "DELETE FROM texts WHERE rowid <= (SELECT max(rowid) FROM texts) - ?"
        self.write(
            [
                ("INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", rows),
                (oldest, [(TEXT_LIMIT,)]),
            ]
        )

    def read(self, query: str, cells: Sequence[Cell] = ()) -> list[tuple[Cell, ...]]:
        """The rows of a query, none where the cache doesn't work."""
        with self._lock:
            return self._try_read(query, cells) or []

    def write(self, statements: Iterable[Statement]) -> bool:
        """Whether all statements were carried out; if not, none was."""
        with self._lock:
            connection = self._open()
            if connection is None:
                return False
            return self._try_write(connection, statements)

    def now(self) -> int | None:
        """The time that the file system gives to a file changed now (ns); None without a file."""
        with self._lock:
            if self._open() is None:
                return None
        try:
            os.utime(self.path)
            return self.path.stat().st_mtime_ns
        except OSError:
            return None

    def close(self) -> None:
        """Close the file; a later use opens it again."""
        with self._lock:
            self._drop()

    def _try_read(self, query: str, cells: Sequence[Cell]) -> list[tuple[Cell, ...]] | None:
        connection = self._open()
        if connection is None:
            return None
        import sqlite3

        try:
            return connection.execute(query, cells).fetchall()
        except UnicodeError:
            return None
        except sqlite3.OperationalError as error:
            self._judge(connection, error)
            return None
        except sqlite3.Error:
            self._remove()
            return None

    def _try_write(self, connection: "sqlite3.Connection", statements: Iterable[Statement]) -> bool:
        import sqlite3

        try:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                for query, rows in statements:
                    connection.executemany(query, rows)
        except UnicodeError:
            return False
        except sqlite3.OperationalError as error:
            self._judge(connection, error)
            return False
        except sqlite3.Error:
            self._remove()
            return False
        return True

    def _open(self) -> "sqlite3.Connection | None":
        if self._connection is not None or self._is_broken:
            return self._connection
        import sqlite3

        for _ in range(2):
            try:
                self._connection = _connect(self.path)
            except sqlite3.OperationalError as error:
                if not _is_damage(error):
                    break
                self._remove()
            except sqlite3.DatabaseError:
                self._remove()
            else:
                return self._connection
        self._is_broken = True
        return None

    def _judge(self, connection: "sqlite3.Connection", error: "sqlite3.OperationalError") -> None:
        """Remove a file that is damaged, not one that is busy or that another version took over."""
        if _is_damage(error) and _version(connection) == _OWN_VERSION:
            self._remove()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _remove(self) -> None:
        self._drop()
        # The journal first: left behind, it would be rolled back into the next file.
        for path in (self.path.with_name(f"{self.path.name}-journal"), self.path):
            try:
                path.unlink(missing_ok=True)
            except OSError:
                self._is_broken = True


def _connect(path: Path) -> "sqlite3.Connection":
    import sqlite3

    try:
        make_folder(path.parent)
        # Packs may hold defaults that are not for everybody's eyes.
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except (OSError, ValueError) as error:
        raise sqlite3.OperationalError(str(error)) from error
    try:
        connection = sqlite3.connect(
            path, timeout=_WAIT, isolation_level=None, check_same_thread=False
        )
    except ValueError as error:
        raise sqlite3.OperationalError(str(error)) from error
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: "sqlite3.Connection") -> None:
    """Tables of this version; what another version has left is dropped."""
    if _version(connection) == _OWN_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    if _version(connection) != _OWN_VERSION:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in tables.fetchall():
            connection.execute(f'DROP TABLE "{name}"')
        for statement in _TABLES.split(";")[:-1]:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_OWN_VERSION}")
    connection.execute("COMMIT")


def _is_damage(error: "sqlite3.OperationalError") -> bool:
    """Whether the file lacks a table or a column, or holds text that is none."""
    import sqlite3

    # The module itself raises what it cannot decode, without a code.
    code = getattr(error, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_ERROR or "decode" in str(error)


def _sealed(text: str) -> str:
    """A text with its checksum, since SQLite has none for what is in its cells."""
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}{text}"


def _unsealed(kept: str) -> str | None:
    text = kept[8:]
    return text if kept == _sealed(text) else None


def _version(connection: "sqlite3.Connection") -> int:
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def _version_of(text: str) -> int:
    """A positive number of 31 bits, as SQLite keeps one."""
    number = 0
    for byte in text.encode():
        number = (number * 131 + byte) & 0x7FFFFFFF
    return number or 1


_OWN_VERSION = _version_of(f"{FORMAT}:{__version__}")
