"""The audit log read while others write to it: no lock, and a torn end is no error."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from chatops_cli.errors import RecordError
from chatops_cli.model.frozen import frozen
from chatops_cli.records.record import MAX_LINE, Record, UnreadableLineError, parse, seq_of
from chatops_cli.records.segments import CURRENT, rotated

_BLOCK = 256 * 1024


@frozen
class Line:
    """One line of the log. `number` counts from 1."""

    file: Path
    number: int
    data: bytes

    @property
    def is_torn(self) -> bool:
        """Whether this is the unfinished end of the log: of a crash, or of a write under way."""
        return self.file.name == CURRENT and not self.data.endswith(b"\n")

    def __str__(self) -> str:
        return f"{self.file}:{self.number}"


def lines(folder: Path, *, after: int = 0) -> Iterator[Line]:
    """Every line of the log in order, without files that hold nothing beyond record `after`.

    A line longer than a record may be comes in parts.

    Raises:
        RecordError: A file can't be read.
    """
    for path, file in _files(folder, after=after):
        number = 0
        while data := file.readline(MAX_LINE):
            number += 1
            yield Line(file=path, number=number, data=data)


def records(
    folder: Path,
    *,
    after: int = 0,
    on_unreadable: Callable[[Line, str], None] = lambda _line, _why: None,
) -> Iterator[Record]:
    """The records beyond number `after`; unreadable lines are told to `on_unreadable`."""
    for line in lines(folder, after=after):
        if line.is_torn or (after and 0 < seq_of(line.data) <= after):
            continue
        try:
            record = parse(line.data)
        except UnreadableLineError as error:
            on_unreadable(line, str(error))
        else:
            yield record


def last(folder: Path, count: int) -> tuple[Record, ...]:
    """The last `count` readable records, found from the end."""
    found: deque[Record] = deque()
    for _, file in _files(folder, backwards=True):
        for data in _lines_backwards(file):
            if len(found) >= count:
                return tuple(found)
            try:
                found.appendleft(parse(data))
            except UnreadableLineError:
                continue
    return tuple(found)


def follow(folder: Path, *, after: int, wait: Callable[[], bool]) -> Iterator[Record]:
    """The records beyond number `after`, then each new one, until `wait` answers false.

    `wait` is called whenever there is nothing new: it pauses, and says whether to go on.
    """
    seen, inode, offset = after, 0, 0
    while True:
        try:
            there = (folder / CURRENT).stat()
        except FileNotFoundError:
            # Its inode's number may be given to the next file.
            there, inode = None, 0
        if there is not None and there.st_ino != inode:
            # The first look, or a rotation since the last one.
            inode, offset = there.st_ino, 0
            for record in records(folder, after=seen):
                seen = record.seq
                yield record
        if there is not None and there.st_size > offset:
            offset, grown = _grown(folder / CURRENT, offset)
            for record in grown:
                if record.seq > seen:
                    seen = record.seq
                    yield record
        if not wait():
            return


def _grown(path: Path, offset: int) -> tuple[int, list[Record]]:
    """The readable records from this offset, and the offset after the last whole line."""
    found = []
    file = _open(path)
    if file is None:
        return offset, []
    with file:
        file.seek(offset)
        for data in file:
            if not data.endswith(b"\n"):
                break
            offset += len(data)
            try:
                found.append(parse(data))
            except UnreadableLineError:
                continue
    return offset, found


def _files(
    folder: Path, *, after: int = 0, backwards: bool = False
) -> Iterator[tuple[Path, BinaryIO]]:
    """The files of the log, open, in order.

    The one in use is opened before the others are listed: a rotation in between puts it among
    them, where it is recognised, and none is missed.
    """
    current = _open(folder / CURRENT)
    seen = set()
    try:
        paths = [*rotated(folder, after=after), folder / CURRENT]
        for path in reversed(paths) if backwards else paths:
            file = current if path.name == CURRENT else _open(path)
            if file is None:
                continue
            with file:
                inode = os.fstat(file.fileno()).st_ino
                if inode not in seen:
                    seen.add(inode)
                    yield path, file
    finally:
        if current is not None:
            current.close()


def _open(path: Path) -> BinaryIO | None:
    try:
        return path.open("rb")
    except FileNotFoundError:
        return None
    except OSError as error:
        owner = "only its owner may read it; " if isinstance(error, PermissionError) else ""
        raise RecordError(
            f"the audit log {path} cannot be read: {error.strerror}",
            hint=f"{owner}another state folder is chosen with CHATOPS_HOME or --home",
        ) from error


def _lines_backwards(file: BinaryIO) -> Iterator[bytes]:
    """The whole lines of a file from its end; what follows the last newline isn't one."""
    start, rest, is_end = os.fstat(file.fileno()).st_size, b"", True
    while start:
        size = min(_BLOCK, start)
        start -= size
        file.seek(start)
        *whole, tail = (file.read(size) + rest).split(b"\n")
        if is_end and tail:
            tail = b""
        parts = [*whole, tail]
        rest, is_end = parts[0], False
        yield from (line for line in reversed(parts[1:]) if line)
    if rest:
        yield rest
