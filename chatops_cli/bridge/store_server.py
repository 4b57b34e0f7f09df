"""The tables of bridges that share a PostgreSQL server; the same as those in a file.

Calls come from the event loop, where each takes about a millisecond. While the server is away they
fail at once: a thread of its own tries until it is back.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from chatops_cli.bridge.store import AwayError, Statement, Value
from chatops_cli.errors import RecordError

if TYPE_CHECKING:
    import psycopg

STATEMENT = 5000
"""Milliseconds that the server may take for a statement."""
PAUSE = 0.5
"""Seconds between two tries to reach it."""
_LOCK = 0x63686272
"""The advisory lock of who makes the tables."""
_TABLES = """
CREATE SCHEMA IF NOT EXISTS chatops_bridge;
CREATE TABLE IF NOT EXISTS chatops_bridge.taken (
  network TEXT NOT NULL, workspace TEXT NOT NULL, id TEXT NOT NULL,
  line TEXT NOT NULL, room TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL,
  time DOUBLE PRECISION NOT NULL, bridge TEXT NOT NULL, begun TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (network, workspace, id)
);
CREATE INDEX IF NOT EXISTS taken_open ON chatops_bridge.taken (bridge, time)
  WHERE state <> 'done';
CREATE INDEX IF NOT EXISTS taken_time ON chatops_bridge.taken (time);
CREATE INDEX IF NOT EXISTS taken_room ON chatops_bridge.taken (room, line);
CREATE TABLE IF NOT EXISTS chatops_bridge.letters (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key TEXT NOT NULL UNIQUE,
  line TEXT NOT NULL, body TEXT NOT NULL, posted TEXT NOT NULL, state TEXT NOT NULL,
  time DOUBLE PRECISION NOT NULL, bridge TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS letters_open ON chatops_bridge.letters (bridge, number)
  WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS letters_time ON chatops_bridge.letters (time);
CREATE TABLE IF NOT EXISTS chatops_bridge.lines (line TEXT PRIMARY KEY, bridge TEXT NOT NULL);
"""


class StoreServer:
    """The tables at `url`. It meets `store.Store`, for one thread."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("+psycopg", "", 1)
        self._session: psycopg.Connection[Any] | None = None
        self._trying: threading.Thread | None = None
        self._is_closed = threading.Event()

    def open(self) -> None:
        """It is reached, and the tables are there. It may block for seconds.

        Raises:
            RecordError: They aren't.
        """
        with self._told():
            session = self._connect()
            try:
                # Two that make them at once would fail at each other.
                with session.transaction():
                    session.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                    session.execute(_TABLES)
            except BaseException:
                session.close()
                raise
            self._session = session

    def change(self, *statements: Statement) -> int:
        """See `Store.change`."""
        with self._asked() as session, session.transaction():
            count = 0
            for sql, values in statements:
                count = session.execute(_marked(sql), _plain(values)).rowcount
        return count

    def rows(self, sql: str, *values: Value) -> list[tuple[Value, ...]]:
        """See `Store.rows`."""
        with self._asked() as session:
            found = session.execute(_marked(sql), _plain(values)).fetchall()
        return [tuple(_read(each) for each in row) for row in found]

    def close(self) -> None:
        """See `Store.close`."""
        self._is_closed.set()
        if self._trying is not None:
            self._trying.join()
        self._drop()

    @contextmanager
    def _asked(self) -> "Iterator[psycopg.Connection[Any]]":
        with self._told():
            if self._session is None:
                raise AwayError(
                    "PostgreSQL is away", hint="see that it runs; it is tried until it is back"
                )
            yield self._session

    @contextmanager
    def _told(self) -> Iterator[None]:
        import psycopg

        try:
            yield
        except (psycopg.OperationalError, psycopg.InterfaceError, OSError) as error:
            self._drop()
            self._try_again()
            raise AwayError(
                f"PostgreSQL is away: {_cause(error)}", hint="see that it runs, and engine.url"
            ) from error
        except psycopg.Error as error:
            raise RecordError(f"PostgreSQL refused: {_cause(error)}") from error

    def _connect(self) -> "psycopg.Connection[Any]":
        import psycopg

        return psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=3,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=2,
            tcp_user_timeout=3000,
            options=f"-c statement_timeout={STATEMENT} -c search_path=chatops_bridge",
            application_name="chatops bridge",
        )

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with suppress(Exception):  # it may be broken: then nothing is left to close
                session.close()

    def _try_again(self) -> None:
        if self._trying is None and not self._is_closed.is_set():
            self._trying = threading.Thread(target=self._reach, name="chatops-store", daemon=True)
            self._trying.start()

    def _reach(self) -> None:
        import psycopg

        while not self._is_closed.wait(PAUSE):
            try:
                session = self._connect()
            except (psycopg.Error, OSError):
                continue
            self._session = session
            self._trying = None
            return


def _marked(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def _plain(values: Iterable[Value]) -> tuple[Value, ...]:
    """The server takes neither NUL nor half a surrogate pair, which ids and names may hold."""
    return tuple(_written(each) for each in values)


def _written(value: Value) -> Value:
    return value.encode("unicode_escape").decode("ascii") if isinstance(value, str) else value


def _read(value: Value) -> Value:
    return value.encode("ascii").decode("unicode_escape") if isinstance(value, str) else value


def _cause(error: Exception) -> str:
    """What it says first; the address, which may hold a password, is never in it."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
