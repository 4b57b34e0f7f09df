"""The remembered head: number and hash of the last record that is known to be on disk.

A log whose end was cut off is a sound, shorter log; only what is remembered elsewhere tells. This
file is rewritten after each synced record. It stops accidents, not someone who may write both.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from chatops_cli.model.frozen import frozen
from chatops_cli.records.lock import is_at
from chatops_cli.records.record import GENESIS
from chatops_cli.records.segments import HEAD

_FORM = re.compile(rb"([0-9]{20}) ([0-9a-f]{64})\n")
_SIZE = 86
"""Bytes of a head in its file. More than that is damage, which rewriting leaves behind it."""


@frozen
class Head:
    """A record by its number and hash; `seq` 0 stands for an empty log."""

    seq: int = 0
    hash: str = GENESIS

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def recall(folder: Path) -> Head:
    """The remembered head, or the empty one where the file is absent or unreadable."""
    try:
        with (folder / HEAD).open("rb") as file:
            match = _FORM.fullmatch(file.read(_SIZE))
    except OSError:
        return Head()
    return Head(seq=int(match[1]), hash=match[2].decode("ascii")) if match else Head()


class Remembered:
    """The head of one log as later readers will know it; the file stays open between records."""

    def __init__(self, folder: Path) -> None:
        self._place = f"{folder}/{HEAD}"
        self._file: int | None = None

    def put(self, head: Head) -> None:
        """Later readers know of this head.

        Always the same size, overwritten by one write: a kill leaves the old or the new one. That
        it fails is no reason to refuse the record, which is on disk already.
        """
        with suppress(OSError):
            os.pwrite(self._open(), f"{head.seq:020d} {head.hash}\n".encode("ascii"), 0)

    def close(self) -> None:
        """The file is closed; the next head opens it again."""
        if self._file is not None:
            os.close(self._file)
        self._file = None

    def __del__(self) -> None:
        """A descriptor is a number, which nobody else closes."""
        self.close()

    def _open(self) -> int:
        """The file that is in its place now: somebody may have put another one there."""
        if self._file is not None and is_at(self._file, self._place):
            return self._file
        self.close()
        self._file = os.open(self._place, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._file
