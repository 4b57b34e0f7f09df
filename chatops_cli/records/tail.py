"""The end of an audit file: its last whole record, and what a crash left after it."""

import os
from datetime import datetime
from pathlib import Path

from chatops_cli.errors import RecordError
from chatops_cli.model.frozen import frozen
from chatops_cli.records.atomic import sync_folder, write_all
from chatops_cli.records.head import Head
from chatops_cli.records.record import MAX_LINE, UnreadableLineError, read_link
from chatops_cli.records.segments import torn_name

_FIRST_LOOK = 16 * 1024
_LAST_LOOK = 4 * MAX_LINE


@frozen
class Tail:
    """The last whole record, and the `end` in bytes of its line; no record at `end` 0."""

    head: Head
    end: int


def find_tail(file: int, size: int, path: Path) -> Tail:
    """The last whole record among the first `size` bytes of the open file.

    A kill tears the last line. A power failure may also leave zeros, or the rest of a line, behind
    lines that were not synced: all that follows the last readable record counts as torn.

    Raises:
        RecordError: There is no readable record in the last four megabytes.
    """
    span = min(size, _FIRST_LOOK)
    while True:
        data = os.pread(file, span, size - span)
        if (found := _last_record(data, is_whole=span == size)) is not None:
            head, end = found
            return Tail(head=head, end=size - span + end)
        if span == size:
            return Tail(head=Head(), end=0)
        if span >= _LAST_LOOK:
            raise RecordError(
                f"{path} has no readable record in its last {span} bytes",
                hint="move it away: the log goes on in a new file, and `verify` tells what is lost",
            )
        span = min(size, span * 8, _LAST_LOOK)


def move_torn(file: int, tail: Tail, path: Path, time: datetime) -> tuple[int, Path]:
    """What follows the tail is in a file of its own, and no longer in the log.

    Returns:
        The number of bytes moved, and the file that has them now.
    """
    torn = path.parent / torn_name(tail.head.seq, time)
    size = os.fstat(file).st_size
    out = os.open(torn, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        for start in range(tail.end, size, MAX_LINE):
            write_all(out, os.pread(file, min(MAX_LINE, size - start), start))
        os.fsync(out)
    finally:
        os.close(out)
    sync_folder(path.parent)
    os.ftruncate(file, tail.end)
    os.fsync(file)
    return size - tail.end, torn


def _last_record(data: bytes, *, is_whole: bool) -> tuple[Head, int] | None:
    """The last readable line of these bytes and its end; `is_whole` if no line starts before."""
    end = data.rfind(b"\n") + 1
    while end:
        start = data.rfind(b"\n", 0, end - 1) + 1
        if start == 0 and not is_whole:
            return None
        try:
            link = read_link(data[start:end])
        except UnreadableLineError:
            end = start
        else:
            return Head(seq=link.seq, hash=link.hash), end
    return None
