"""Letters to an execution: what other processes want of the one that it runs in.

Whoever wants something puts a letter there; who runs the execution takes it. A letter that tells of
the end of a part is kept, marked as taken, until the execution waits or ends: killed before,
whoever goes on with it finds the letter again.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

from chatops_cli.errors import RecordError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.records.sealing import Sealer, damaged

_TRIES = 3
_NEW, _TAKEN, _REFUSED = ".json", ".taken", ".refused"


@frozen
class Letter:
    """A letter, and the name that it lies under."""

    name: str
    content: JsonObject


class Inbox:
    """The letters in `folder`."""

    def __init__(self, folder: Path, execution_id: str, sealer: Sealer) -> None:
        self._folder = folder
        self._id = execution_id
        self._sealer = sealer

    def put(self, content: JsonObject, *, name: str = "") -> str:
        """The letter is there, on disk; put again under the same name, it is one letter.

        Raises:
            RecordError: It can't be written.
        """
        name = name or f"{time.monotonic_ns():020d}-{os.urandom(4).hex()}"
        path = self._folder / f"{name}{_NEW}"
        for _ in range(_TRIES - 1):
            # Whoever takes the last letter removes the folder, maybe just now.
            with suppress(RecordError):
                self._sealer.write(path, self._called(name), dict(content))
                return name
        self._sealer.write(path, self._called(name), dict(content))
        return name

    def letters(self, *, again: bool = False) -> tuple[Letter, ...]:
        """The letters that nobody has taken; with `again`, those too that were before.

        Raises:
            RecordError: One is damaged.
        """
        try:
            names = sorted(os.listdir(self._folder))  # noqa: PTH208  # a few times a second
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise RecordError(f"{self._folder} cannot be read: {error.strerror}") from error
        ends = (_NEW, _TAKEN) if again else (_NEW,)
        found = []
        for file in names:
            name, dot, end = file.rpartition(".")
            if f"{dot}{end}" in ends and not file.startswith("."):
                with suppress(FileNotFoundError):
                    content = self._sealer.read(self._folder / file, self._called(name))
                    if not isinstance(content, dict):
                        raise damaged(self._folder / file)
                    found.append(Letter(name=name, content=content))
        return tuple(found)

    def take(self, name: str, *, keep: bool = False) -> None:
        """The letter counts as taken; with `keep` it can be found again."""
        path = self._folder / f"{name}{_NEW}"
        with suppress(FileNotFoundError):
            if keep:
                path.rename(self._folder / f"{name}{_TAKEN}")
            else:
                path.unlink()
        self._tidy()

    def refuse(self, name: str, why: str) -> None:
        """The letter was taken, and what it wants can't be."""
        with suppress(OSError):
            (self._folder / f"{name}{_REFUSED}").write_text(why, encoding="utf-8")
        self.take(name)

    def lies(self, name: str) -> bool:
        """Whether nobody has taken the letter yet."""
        return (self._folder / f"{name}{_NEW}").exists()

    def refusal(self, name: str) -> str:
        """Why a letter was refused, told once; an empty text where it wasn't."""
        path = self._folder / f"{name}{_REFUSED}"
        try:
            why = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        path.unlink(missing_ok=True)
        self._tidy()
        return why

    def forget(self) -> None:
        """What was taken is gone: the execution knows it, on disk."""
        for path in self._folder.glob(f"*{_TAKEN}"):
            path.unlink(missing_ok=True)
        self._tidy()

    def clear(self) -> None:
        """All letters are gone: the execution has ended."""
        for end in (_NEW, _TAKEN):
            for path in self._folder.glob(f"*{end}"):
                path.unlink(missing_ok=True)
        self._tidy()

    def _tidy(self) -> None:
        with suppress(OSError):  # it holds more, or is gone
            self._folder.rmdir()

    def _called(self, name: str) -> str:
        return f"{self._id} {name}"
