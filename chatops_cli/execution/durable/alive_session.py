"""The locks of executors of several machines: advisory locks of PostgreSQL, held by a session.

The server drops them when the session ends, which a restart of the server does to all at once: so
nobody counts as dead until a lock has been free for some seconds, in which the living take theirs
again. A host that vanishes is noticed by TCP keepalives.
"""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chatops_cli.errors import RecordError

if TYPE_CHECKING:
    import psycopg

_SPACE = 0x6368  # "ch": advisory locks of other programs in this database are of other numbers
_REAPER = "chatops reaper"
_KEEPALIVES = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
}
"""The server's own look whether the other end is there: it drops the lock of a host that isn't."""


class AliveSession:
    """The locks at `url`, seen by the executor `name`."""

    GRACE = 6.0

    def __init__(self, url: str, name: str) -> None:
        self._url = url.replace("+psycopg", "", 1)
        self._name = name
        self._session: psycopg.Connection[Any] | None = None
        self._is_held = False
        self._is_reaper = False
        self._taken: set[str] = set()

    def hold(self) -> None:
        """See `Alive.hold`."""
        if self._session is not None and self._is_held:
            self._ask("SELECT 1")
            return
        if not self._try(self._name):
            raise RecordError(f"another session holds the lock of executor {self._name}")
        self._is_held = True

    def lives(self, name: str) -> bool:
        """See `Alive.lives`."""
        if name == self._name:
            return True
        if not self._try(name):
            return True
        self._ask("SELECT pg_advisory_unlock(%s, hashtext(%s))", _SPACE, name)
        return False

    def is_reaper(self) -> bool:
        """See `Alive.is_reaper`."""
        if not self._is_reaper:
            self._is_reaper = self._try(_REAPER)
        return self._is_reaper

    def take(self, name: str) -> bool:
        """Whether this session holds a lock of this name, from now on at the latest."""
        if name not in self._taken and self._try(name):
            self._taken.add(name)
        return name in self._taken

    def has(self, name: str) -> bool:
        """Whether it has been taken, and not lost since as far as is known."""
        return name in self._taken

    def leave(self, name: str) -> None:
        """A lock that was taken is free."""
        if name in self._taken:
            self._taken.discard(name)
            self._ask("SELECT pg_advisory_unlock(%s, hashtext(%s))", _SPACE, name)

    def tidy(self) -> None:
        """See `Alive.tidy`: a session leaves nothing."""

    def close(self) -> None:
        """See `Alive.close`."""
        session, self._session = self._session, None
        self._is_held = self._is_reaper = False
        self._taken.clear()
        if session is not None:
            with suppress(Exception):  # it may be broken: then nothing is left to close
                session.close()

    def _try(self, name: str) -> bool:
        return bool(self._ask("SELECT pg_try_advisory_lock(%s, hashtext(%s))", _SPACE, name))

    def _ask(self, sql: str, *values: object) -> object:
        import psycopg

        try:
            if self._session is None:
                self._session = psycopg.connect(
                    self._url,
                    autocommit=True,
                    connect_timeout=3,
                    keepalives_idle=10,
                    keepalives_interval=3,
                    keepalives_count=3,
                    tcp_user_timeout=5000,
                    application_name=f"chatops {self._name}"[:63],
                )
                for setting, value in _KEEPALIVES.items():
                    self._session.execute("SELECT set_config(%s, %s, false)", (setting, value))
            row = self._session.execute(sql, values).fetchone()
        except (psycopg.Error, OSError) as error:
            self.close()
            raise RecordError(f"PostgreSQL is away: {type(error).__name__}") from error
        return row[0] if row else None
