"""Which executors live: each holds a lock, which the kernel or PostgreSQL drops when it dies."""

import re
import socket
from typing import Protocol

from chatops_cli.execution.durable.store import Store


class Alive(Protocol):
    """The locks of the executors of one database, seen from one of them. Not for several threads.

    Each method raises `RecordError` where nobody can tell just now.
    """

    GRACE: float
    """Seconds for which a lock must be seen free before its executor counts as dead."""

    def hold(self) -> None:
        """This executor's own lock is held; taken anew where it was lost."""
        ...

    def lives(self, name: str) -> bool:
        """Whether an executor of this name holds its lock."""
        ...

    def is_reaper(self) -> bool:
        """Whether this process alone may say who is dead, until it dies or loses its lock."""
        ...

    def tidy(self) -> None:
        """What the dead have left of their locks is removed."""
        ...

    def close(self) -> None:
        """This executor lives no more."""
        ...


def alive_of(store: Store, name: str) -> Alive:
    """The locks of a database, for the executor of this name."""
    if store.is_cluster:
        from chatops_cli.execution.durable.alive_session import AliveSession

        return AliveSession(store.url, name)
    from chatops_cli.execution.durable.alive_file import AliveFile

    return AliveFile(store.folder, name)


def new_name(unique: str) -> str:
    """A name that no executor has had: that of the host tells people where it is."""
    host = re.sub(r"[^a-z0-9-]", "-", socket.gethostname().partition(".")[0].lower())
    return f"{host.strip('-')[:24] or 'host'}-{unique}"
