"""Where a bridge keeps what it has taken and is to post: a file of its own, or a shared server."""

from collections.abc import Iterable
from typing import Protocol, TypeAlias

from chatops_cli.errors import RecordError

Value: TypeAlias = str | float | int | None
Statement: TypeAlias = tuple[str, Iterable[Value]]


class AwayError(RecordError):
    """The database can't be reached just now, or is locked: whoever can wait tries again."""


class Store(Protocol):
    """A database with the tables `taken`, `letters` and `lines`; ``?`` stands for values.

    Each method raises `RecordError` where it can't be done.
    """

    def change(self, *statements: Statement) -> int:
        """The statements are carried out and on disk, all or none; how many rows the last changed.

        One that fails may have been carried out all the same where the server was lost meanwhile.
        """
        ...

    def rows(self, sql: str, *values: Value) -> list[tuple[Value, ...]]:
        """What is found."""
        ...

    def close(self) -> None:
        """Nothing is open."""
        ...


class Late:
    """Changes that are made sooner or later: what they tell of has happened already."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[str, tuple[Value, ...]]] = []

    def change(self, sql: str, values: Iterable[Value]) -> None:
        """It is made now, or by `catch_up`.

        Raises:
            RecordError: It is made later.
        """
        statement = (sql, tuple(values))
        if self._waiting:
            self._waiting.append(statement)
            return
        try:
            self._store.change(statement)
        except RecordError:
            self._waiting.append(statement)
            raise

    def catch_up(self) -> None:
        """All that wait are made, in order.

        Raises:
            RecordError: Some still wait.
        """
        while self._waiting:
            self._store.change(*self._waiting[:BATCH])
            del self._waiting[:BATCH]


BATCH = 100
"""Changes that are made in one transaction."""
