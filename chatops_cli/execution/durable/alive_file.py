"""The locks of executors of one machine: files, whose locks the kernel drops at once."""

import os
import re
from pathlib import Path

from chatops_cli.errors import RecordError
from chatops_cli.records.atomic import make_folder
from chatops_cli.records.lock import is_held, take, take_now

TRIES = 2.0
"""Seconds that an executor tries for its own lock: who tidies holds it for an instant."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")


class AliveFile:
    """The locks in `folder`, on a local disk, seen by the executor `name`."""

    GRACE = 0.0

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._own: int | None = None
        self._reaping: int | None = None

    def hold(self) -> None:
        """See `Alive.hold`."""
        if self._own is not None:
            return
        try:
            make_folder(self._folder)
            self._own = take(self._path(self._name), patience=TRIES)
        except OSError as error:
            raise RecordError(f"{self._folder} cannot be written: {error.strerror}") from error

    def lives(self, name: str) -> bool:
        """See `Alive.lives`."""
        return bool(_NAME.fullmatch(name)) and is_held(self._path(name))

    def is_reaper(self) -> bool:
        """See `Alive.is_reaper`."""
        if self._reaping is None:
            self._reaping = take_now(self._folder / "reaper.lock")
        return self._reaping is not None

    def tidy(self) -> None:
        """See `Alive.tidy`."""
        for path in self._folder.glob("*.alive"):
            # Removed while it is held: who opens it meanwhile sees that it is gone, and takes anew.
            file = take_now(path)
            if file is not None:
                path.unlink(missing_ok=True)
                os.close(file)

    def close(self) -> None:
        """See `Alive.close`."""
        own, reaping = self._own, self._reaping
        self._own = self._reaping = None
        if own is not None:
            self._path(self._name).unlink(missing_ok=True)
            os.close(own)
        if reaping is not None:
            os.close(reaping)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.alive"
