"""Slots that executions take turns in: so many for one key, over all processes of a state folder.

A slot is a `flock` on a small file, which the kernel drops when its process dies: nothing has to
be tidied up after a kill.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from chatops_cli.errors import RecordError
from chatops_cli.model.frozen import frozen
from chatops_cli.records.lock import take_now

_KEY = "key"


@frozen
class Wanted:
    """One of `limit` slots of a key; a key may be any text, also one with secrets in it."""

    key: str
    limit: int


class Slot:
    """A slot that is held until it is given back."""

    def __init__(self, path: Path, file: int) -> None:
        self._path = path
        self._file: int | None = file

    def release(self) -> None:
        """Somebody else can take it; once is enough."""
        if self._file is None:
            return
        # Removed while it is held: whoever has it open sees that it lies there no more.
        with suppress(OSError):
            self._path.unlink()
        os.close(self._file)
        self._file = None


class Slots:
    """The slots in one folder, which is made when the first one is taken."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, wanted: Iterable[Wanted]) -> tuple[Slot, ...] | Wanted:
        """One slot of each key, or the first key that has none left; never some of them only.

        Raises:
            RecordError: The folder can't be used.
        """
        held: list[Slot] = []
        try:
            for one in wanted:
                slot = self._take(one)
                if slot is None:
                    release(held)
                    return one
                held.append(slot)
        except OSError as error:
            release(held)
            raise RecordError(
                f"can't count what is running, in {self._folder}: {error.strerror or error}",
                hint="the policy of an action limits how many may run, so nothing was started",
            ) from error
        return tuple(held)

    def _take(self, wanted: Wanted) -> Slot | None:
        name = self._name(wanted.key)
        for number in range(wanted.limit):
            path = self._folder / f"{name}.{number}"
            file = take_now(path)
            if file is not None:
                return Slot(path, file)
        return None

    def _name(self, key: str) -> str:
        """A file's name that tells nothing of its key: values of parameters may be secret."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / _KEY
        try:
            salt = path.read_bytes()
        except FileNotFoundError:
            salt = _made(path)
        # Here, as most actions have no policy.
        from hashlib import blake2b

        return blake2b(key.encode("utf-8", "surrogatepass"), key=salt).hexdigest()[:40]


def release(slots: Iterable[Slot]) -> None:
    """All of them are given back."""
    for slot in slots:
        slot.release()


def _made(path: Path) -> bytes:
    """The folder's own key; of several processes that make it at once, one wins."""
    part = path.with_name(f"{_KEY}.{os.urandom(8).hex()}")
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, os.urandom(32))
    finally:
        os.close(file)
    with suppress(FileExistsError):
        os.link(part, path)
    part.unlink()
    return path.read_bytes()
