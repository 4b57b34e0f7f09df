"""All that is kept, in one hand: the audit log first, then what helps to read it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.errors import RecordError
from chatops_cli.model.json import Json
from chatops_cli.records.audit import ROTATE_AT, AuditLog
from chatops_cli.records.canonical import digest, encode
from chatops_cli.records.events import Event
from chatops_cli.records.record import Record
from chatops_cli.records.results import FOLDER as RESULTS
from chatops_cli.records.results import ResultStore, Stored
from chatops_cli.records.segments import FOLDER

if TYPE_CHECKING:
    from chatops_cli.records.history import History

INDEXED_AT_ONCE = 32
"""Records that the history takes in together: each time it does costs as much as ten of them."""

AUDIT = FOLDER
"""The folder of the audit log in the state folder."""


class Journal:
    """What the room writes to; the history may be left out.

    `warn` is told in one line what couldn't be kept beside the audit log, once each.
    """

    def __init__(
        self,
        *,
        audit: AuditLog,
        history: "History | None",
        results: ResultStore,
        warn: Callable[[str], None],
    ) -> None:
        self.audit = audit
        self.history = history
        self.results = results
        self._warn = warn
        self._warned: set[str] = set()
        self._unindexed: list[Record] = []

    def append(self, *events: Event, sync: bool) -> Record:
        """The events are in the audit log, with `sync` on disk; it gives the last one's record.

        The history takes it in with the next few; who reads it takes from the log what it lacks.

        Args:
            events: What happened, masked, in this order.
            sync: For what precedes an action, and for its end.

        Raises:
            RecordError: The audit log couldn't be written. What they would announce must not
                be done. For what was done already: say so along with the answer.
        """
        written = self.audit.append_all(*events, sync=sync)
        if self.history is not None:
            self._unindexed.extend(written)
            if len(self._unindexed) >= INDEXED_AT_ONCE:
                self._index(self.history)
        return written[-1]

    def put(self, result: Json) -> Stored:
        """The masked result is in the store if that can be; its digest is known anyway."""
        try:
            return self.results.put(result)
        except RecordError as error:
            self._warn_once("results", error)
            data = encode(result)
            return Stored(digest=digest(data), size=len(data))

    def close(self) -> None:
        """All files are closed; later calls open them again."""
        self.audit.close()
        if self.history is not None:
            self._index(self.history)
            self.history.close()

    def _index(self, history: "History") -> None:
        records, self._unindexed = self._unindexed, []
        try:
            history.apply(records)
        except RecordError as error:
            self._warn_once("history", error)

    def _warn_once(self, what: str, error: RecordError) -> None:
        if what not in self._warned:
            self._warned.add(what)
            self._warn(error.in_full)


def open_journal(
    home: Path,
    *,
    clock: Callable[[], datetime],
    warn: Callable[[str], None],
    rotate_at: int = ROTATE_AT,
    indexes: bool = True,
) -> Journal:
    """The journal in the state folder `home`; nothing is made there before the first record.

    Without `indexes` the history is left to whoever reads it next, who takes it from the log: a
    process that runs one command starts faster without it.
    """
    history = None
    if indexes:
        from chatops_cli.records.history import open_history

        history = open_history(home, note=warn)
    return Journal(
        audit=AuditLog(home / AUDIT, clock=clock, rotate_at=rotate_at),
        history=history,
        results=ResultStore(home / RESULTS),
        warn=warn,
    )
