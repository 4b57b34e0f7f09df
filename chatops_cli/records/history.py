"""The history of executions: an SQLite index over the audit log, which is the truth.

It may be behind, damaged, of another version or gone: what it lacks is read from the log again.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from chatops_cli.errors import NotFoundError
from chatops_cli.records import history_schema as schema
from chatops_cli.records.head import Head
from chatops_cli.records.history_database import Database, UnusableError, is_damage
from chatops_cli.records.history_entry import COLUMNS, Entry, Filter
from chatops_cli.records.reader import last, records
from chatops_cli.records.record import Record
from chatops_cli.records.segments import FOLDER

if TYPE_CHECKING:
    import sqlite3

NAME = "history.db"
"""The database in the state folder."""

PATIENCE = 1.0
"""Seconds to wait for another writer: the answer in the room waits as long."""

_BATCH = 20_000
_T = TypeVar("_T")

PARTS = 100_000
"""Executions of one workflow that are looked at, at most."""

_SELECT = (
    f"SELECT {', '.join(COLUMNS)} FROM executions "  # noqa: S608  # our own names
    "LEFT JOIN messages ON messages.network = executions.network"
    " AND messages.id = executions.message_id "
)

_PARTS = (
    "WITH RECURSIVE parts(part) AS (SELECT ? UNION SELECT executions.id FROM executions "  # noqa: S608  # our own names
    "JOIN parts ON executions.parent = part WHERE task IS NOT NULL AND action IS NOT NULL) "
    f"{_SELECT} JOIN parts ON executions.id = part"
)


class History:
    """The index at `path` over the log in `audit`; opened when it is first needed.

    Threads may share it.

    Args:
        path: The database; None keeps it in memory.
        audit: The folder of the audit log.
        note: Is told in one line what had to be mended.
        patience: Seconds to wait for another writer.
    """

    def __init__(
        self,
        path: Path | None,
        audit: Path,
        *,
        note: Callable[[str], None] = lambda _text: None,
        patience: float = PATIENCE,
    ) -> None:
        self._audit = audit
        self._note = note
        self._database = Database(path, patience=patience)
        self._turn = threading.Lock()
        # The records after `_run_from` up to `_seen` were all applied here.
        self._run_from = self._seen = -1

    def apply(self, appended: Sequence[Record]) -> None:
        """Records that were just appended to the log, in its order, are in the index.

        Raises:
            RecordError: They aren't; whoever reads the history next takes them from the log.
        """
        if appended:
            with self._turn:
                self._run(lambda connection: self._apply(connection, appended))

    def refresh(self) -> int:
        """The index has all that the log has; returns the number of records read for that.

        Raises:
            RecordError: The database or the log can't be used.
        """
        with self._turn:
            return self._run(self._refresh)

    def rebuild(self) -> int:
        """The index is made from the whole log; returns the number of records read."""
        with self._turn:
            return self._run(lambda connection: self._read_log(connection, Head()))

    def find(self, wanted: Filter) -> tuple[Entry, ...]:
        """The executions asked for, the newest first."""
        where, values = wanted.condition()
        order = "ORDER BY requested DESC, executions.id DESC LIMIT ?"
        rows = self._select(f"{_SELECT} WHERE {where} {order}", (*values, wanted.limit))
        return tuple(Entry.of(row) for row in rows)

    def show(self, execution: str) -> Entry:
        """The execution with this id, or the only one whose id begins so.

        Raises:
            NotFoundError: There is none, or there are several.
        """
        exact = self._select(f"{_SELECT} WHERE executions.id = ?", (execution,))
        # What follows the prefix sorts below the highest code point.
        rows = exact or self._select(
            f"{_SELECT} WHERE executions.id >= ? AND executions.id < ? "
            "AND action IS NOT NULL ORDER BY executions.id LIMIT 6",
            (execution, execution + "\U0010ffff"),
        )
        if not rows or not execution:
            raise NotFoundError(
                f"no execution has the id '{execution}'", hint="see 'chatops history list'"
            )
        if len(rows) > 1:
            ids = ", ".join(str(row[0]) for row in rows[:5]) + (" …" if len(rows) > 5 else "")  # noqa: PLR2004  # five are enough to see
            raise NotFoundError(f"several executions begin with '{execution}': {ids}")
        return Entry.of(rows[0])

    def of_message(self, network: str, workspace: str, message_id: str) -> tuple[Entry, ...]:
        """The executions that a message has asked for itself, in order; no parts of them."""
        rows = self._select(
            f"{_SELECT} WHERE executions.message_id = ? AND executions.network = ?"
            " AND coalesce(workspace, '') = ? AND executions.parent IS NULL"
            " AND action IS NOT NULL ORDER BY requested, executions.id",
            (message_id, network, workspace),
        )
        return tuple(Entry.of(row) for row in rows)

    def parts_of(self, execution: str) -> tuple[Entry, ...]:
        """The executions that are parts of this one, and the parts of these, in order.

        What rules have run because of one is no part of it.
        """
        rows = self._select(
            f"{_PARTS} WHERE executions.id <> ? ORDER BY requested, executions.id LIMIT ?",
            (execution, execution, PARTS),
        )
        return tuple(Entry.of(row) for row in rows)

    def count_by(self, column: str, wanted: Filter) -> dict[str, int]:
        """How many executions there are for each status, action, user, room or alias."""
        if column not in COLUMNS:
            raise ValueError(f"the history has no column '{column}'")
        where, values = wanted.condition()
        rows = self._select(
            f"SELECT {column}, count(*) FROM executions WHERE {where} "  # noqa: S608  # checked
            "GROUP BY 1 ORDER BY 2 DESC, 1",
            values,
        )
        return {str(key): int(str(number)) for key, number in rows if key is not None}

    def close(self) -> None:
        """The database is closed; the next call opens it again."""
        with self._turn:
            self._database.close()

    def _select(self, sql: str, values: Iterable[object]) -> list[tuple[object, ...]]:
        """The rows, with all in them that the log has, whatever the state of the database."""

        def work(connection: "sqlite3.Connection") -> list[tuple[object, ...]]:
            self._refresh(connection)
            return connection.execute(sql, tuple(values)).fetchall()

        with self._turn:
            try:
                return self._run(work)
            except UnusableError as error:
                self._note(f"{error.message}; this was read from the audit log instead")
                self._database = Database(None, patience=0)
                return self._run(work)

    def _run(self, work: "Callable[[sqlite3.Connection], _T]") -> _T:
        """What `work` gives with the open database; a damaged one is replaced first."""
        import sqlite3

        try:
            return self._once(work)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise self._unusable(error) from error
        try:
            self._database.replace()
            self._note(f"the history {self._database.path} was damaged; a new one was begun")
            return self._once(work)
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error

    def _once(self, work: "Callable[[sqlite3.Connection], _T]") -> _T:
        import sqlite3

        try:
            connection = self._database.open()
        except OSError as error:
            self._database.close()
            raise self._unusable(error) from error
        except BaseException:
            self._database.close()
            raise
        try:
            return work(connection)
        except BaseException:
            with suppress(sqlite3.Error):
                connection.rollback()
            self._database.close()
            raise

    def _unusable(self, error: Exception) -> UnusableError:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        return UnusableError(
            f"the history {self._database.path} cannot be used: {why}",
            hint="nothing is lost: the audit log has it all",
        )

    def _apply(self, connection: "sqlite3.Connection", appended: Sequence[Record]) -> None:
        run_from, seen = self._run_from, self._seen
        # Until it is committed, nothing of it was applied here.
        self._seen = -1
        connection.execute("BEGIN IMMEDIATE")
        for record in appended:
            if record.seq != seen + 1:
                run_from = record.seq - 1
            seen = record.seq
            if record.event in schema.EVENTS:
                schema.write(connection, record)
        newest = appended[-1]
        connection.execute(
            "UPDATE mark SET seq = ?, hash = ? WHERE seq >= ? AND seq < ?",
            (newest.seq, newest.hash, run_from, newest.seq),
        )
        connection.execute("COMMIT")
        self._run_from, self._seen = run_from, seen

    def _refresh(self, connection: "sqlite3.Connection") -> int:
        newest = last(self._audit, 1)
        head = Head(seq=newest[0].seq, hash=newest[0].hash) if newest else Head(hash="")
        seq, own = connection.execute("SELECT seq, hash FROM mark").fetchone()
        mark = Head(seq=seq, hash=own)
        if mark == head:
            return 0
        if mark.seq and not self._is_in_log(mark):
            self._note("the audit log isn't the one that the history was made from; made anew")
            mark = Head()
        return self._read_log(connection, mark)

    def _is_in_log(self, mark: Head) -> bool:
        found = next(records(self._audit, after=mark.seq - 1), None)
        return found is not None and found.seq == mark.seq and found.hash == mark.hash

    def _read_log(self, connection: "sqlite3.Connection", mark: Head) -> int:
        """The records after `mark` are in the index; after none, it is made anew.

        In parts, so that the writers of this time needn't wait for all of it.
        """
        number = 0
        connection.execute("BEGIN IMMEDIATE")
        if not mark.seq:
            schema.clear(connection)
        record = None
        for record in records(self._audit, after=mark.seq):
            number += 1
            if record.event in schema.EVENTS:
                schema.write(connection, record)
            if number % _BATCH == 0:
                _set_mark(connection, record)
                connection.execute("COMMIT")
                connection.execute("BEGIN IMMEDIATE")
        if record is not None:
            _set_mark(connection, record)
        connection.execute("COMMIT")
        return number


def open_history(home: Path, *, note: Callable[[str], None]) -> History:
    """The history in the state folder `home`."""
    return History(home / NAME, home / FOLDER, note=note)


def _set_mark(connection: "sqlite3.Connection", record: Record) -> None:
    connection.execute("UPDATE mark SET seq = ?, hash = ?", (record.seq, record.hash))
