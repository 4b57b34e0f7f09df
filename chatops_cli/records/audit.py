"""The audit log: events appended to one chain, by as many processes as there are.

Local disks only: `flock` and `fdatasync` are what they say there. docs/audit.md has the format.
"""

import errno
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from chatops_cli.records.atomic import make_folder, sync_folder, unwritable
from chatops_cli.records.events import AuditRepaired, AuditRotated, Event
from chatops_cli.records.fields import fields_of
from chatops_cli.records.head import Head, Remembered, recall
from chatops_cli.records.lock import PATIENCE, is_at, take
from chatops_cli.records.record import MAX_LINE, Record, UnreadableLineError, read_link, seal
from chatops_cli.records.segments import CURRENT, LOCK, rotated, rotated_name
from chatops_cli.records.tail import find_tail, move_torn

ROTATE_AT = 64 * 1024 * 1024
"""Bytes after which a new file is begun, unless settings say otherwise."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class AuditLog:
    """Appends to the log in `folder`, which it makes when needed.

    It keeps the file open and knows the end of the chain as long as nobody else wrote. It may be
    shared by threads; each call blocks for one lock and, with `sync`, one `fdatasync`.

    Args:
        folder: ``audit/`` in the state folder.
        clock: The time of records, aware UTC.
        rotate_at: Bytes after which a new file is begun.
        patience: Seconds to wait for other writers.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], datetime],
        rotate_at: int = ROTATE_AT,
        patience: float = PATIENCE,
    ) -> None:
        self.folder = folder
        self.path = folder / CURRENT
        # As text: a path is turned into it at each use, of which there are six for each record.
        self._place = str(self.path)
        self._lock = str(folder / LOCK)
        self._clock = clock
        self._rotate_at = rotate_at
        self._patience = patience
        self._file: int | None = None
        self._size = -1
        self._head = Head()
        self._synced = Head()
        self._remembered = Remembered(folder)
        self._written: list[Record] = []

    def append(self, *events: Event, sync: bool) -> Record:
        """The events are records of the log; with `sync` they are on disk, and those before them.

        Several go in one write, and stand there all or not at all. It gives the last one's record.

        Raises:
            RecordError: They are not, and the log is as it was: what they would announce must not
                be done.
        """
        return self.append_all(*events, sync=sync)[-1]

    def append_all(self, *events: Event, sync: bool) -> tuple[Record, ...]:
        """As `append`; the answer begins with notes on a repair or rotation that came before."""
        try:
            lock = self._take_lock()
            try:
                return self._append(events, sync=sync)
            finally:
                os.close(lock)
        except OSError as error:
            self.close()
            hint = (
                "free some space there; nothing runs that can't be recorded"
                if error.errno in _FULL
                else "nothing runs that can't be recorded; another state folder: CHATOPS_HOME"
            )
            raise unwritable("the audit log", self.path, error, hint=hint) from error

    def close(self) -> None:
        """The file is closed; the next append opens it again."""
        if self._file is not None:
            os.close(self._file)
        self._file, self._size = None, -1
        self._remembered.close()

    def __del__(self) -> None:
        """A descriptor is a number, which nobody else closes."""
        self.close()

    def _append(self, events: Sequence[Event], *, sync: bool) -> tuple[Record, ...]:
        """With the lock: what was found wrong is mended first, and noted."""
        self._written.clear()
        file = self._open()
        self._catch_up(file)
        if self._size >= self._rotate_at:
            file = self._rotate(file)
        self._write(file, events, sync=sync)
        return tuple(self._written)

    def _take_lock(self) -> int:
        try:
            return take(self._lock, patience=self._patience)
        except FileNotFoundError:
            make_folder(self.folder)
            return take(self._lock, patience=self._patience)

    def _open(self) -> int:
        """The file that is in its place now: another process may have rotated ours away."""
        if self._file is not None and is_at(self._file, self._place):
            return self._file
        self.close()
        is_new = not self.path.exists()
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._file = os.open(self.path, flags, 0o600)
        if is_new:
            sync_folder(self.folder)
        return self._file

    def _catch_up(self, file: int) -> None:
        """The end of the chain is known, whoever wrote it; a torn end is mended, and noted."""
        size = os.fstat(file).st_size
        if size == self._size and size > 0:
            return
        tail = find_tail(file, size, self.path)
        notes: list[Event] = []
        if tail.end < size:
            moved, torn = move_torn(file, tail, self.path, self._clock())
            notes.append(AuditRepaired(moved=moved, file=torn.name, reason="the end was torn"))
        self._head, self._size = tail.head, tail.end
        if tail.end == 0:
            notes[:0] = self._follow_rotated()
        notes.extend(self._follow_remembered())
        if notes:
            self._write(file, notes, sync=True)

    def _follow_rotated(self) -> list[Event]:
        """An empty file goes on where the newest rotated one ends."""
        for path in reversed(rotated(self.folder)):
            with path.open("rb") as old:
                tail = find_tail(old.fileno(), os.fstat(old.fileno()).st_size, path)
            if tail.head.seq:
                self._head = tail.head
                return [
                    AuditRotated(file=path.name, last_seq=tail.head.seq, last_hash=tail.head.hash)
                ]
        return []

    def _follow_remembered(self) -> list[Event]:
        """Records that were on disk and are gone leave a gap that `verify` finds for ever."""
        known = max(recall(self.folder), self._synced, key=lambda head: head.seq)
        if known.seq <= self._head.seq:
            return []
        lost = f"records {self._head.seq + 1} to {known.seq} were on disk and are missing"
        self._head = known
        return [AuditRepaired(moved=0, file=None, reason=lost)]

    def _rotate(self, file: int) -> int:
        """The file has a name for ever; a new one is in its place."""
        os.fsync(file)
        first = _first(file) or self._head.seq
        self.path.rename(self.folder / rotated_name(first, self._clock()))
        sync_folder(self.folder)
        file = self._open()
        self._catch_up(file)
        return file

    def _write(self, file: int, events: Sequence[Event], *, sync: bool) -> None:
        head, time, sealed, lines = self._head, self._clock(), [], []
        for event in events:
            record, line = seal(
                seq=head.seq + 1,
                time=time,
                event=event.event,
                fields=fields_of(event),
                prev=head.hash,
            )
            head = Head(seq=record.seq, hash=record.hash)
            sealed.append(record)
            lines.append(line)
        data, size = b"".join(lines), self._size
        try:
            _put(file, data, sync=sync)
        except OSError:
            with suppress(OSError):
                os.ftruncate(file, size)
            raise
        self._head, self._size = head, size + len(data)
        if sync:
            self._synced = head
            self._remembered.put(head)
        self._written.extend(sealed)


def _put(file: int, data: bytes, *, sync: bool) -> None:
    if os.write(file, data) != len(data):
        # A disk that fills up takes part of a line, and says nothing.
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if sync:
        os.fdatasync(file)


def _first(file: int) -> int:
    """The number of the first readable record of an open file; 0 where its first line is none."""
    try:
        line = os.pread(file, MAX_LINE, 0).split(b"\n", 1)[0]
        return read_link(line).seq
    except UnreadableLineError:
        return 0
