"""A lock between processes on one machine: `flock` on a file that stays where it is."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chatops_cli.errors import RecordError

PATIENCE = 10.0
"""Seconds to wait for a lock before giving up."""


@contextmanager
def locked(path: Path, *, patience: float = PATIENCE) -> Iterator[None]:
    """Nobody else holds the lock while the block runs: no process, no thread.

    The file is opened anew each time: a lock belongs to the open file, which threads and forked
    children would share. The kernel drops it when the process dies.

    Raises:
        RecordError: Someone held it for all of `patience` seconds.
        OSError: The file can't be opened.
    """
    file = take(path, patience=patience)
    try:
        yield
    finally:
        os.close(file)


def take(path: Path | str, *, patience: float) -> int:
    """As `locked`; the open file is for the caller to close, which drops the lock."""
    deadline = time.monotonic() + patience
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _wait(file, path, deadline=deadline, patience=patience)
            if is_at(file, path):
                return file
        except BaseException:
            os.close(file)
            raise
        # Someone removed the lock file: this lock excludes nobody who opens it now.
        os.close(file)


def take_now(path: Path) -> int | None:
    """The file there, open and locked; None where somebody else holds it.

    Whoever holds it may remove it: then the lock counts for nobody who opens it now.
    """
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return None
        if is_at(file, path):
            return file
        os.close(file)


def is_held(path: Path) -> bool:
    """Whether somebody has the file there locked; nothing is made where there is none."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def _wait(file: int, path: Path | str, *, deadline: float, patience: float) -> None:
    # Polled, because a blocking flock has no time limit: one stopped process would stop them all.
    pause = 0.0002
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise RecordError(
                    f"another process has held {path} for {patience:g} s",
                    hint="find it with `fuser`, and end it if it hangs",
                ) from None
            time.sleep(pause)
            pause = min(pause * 1.5, 0.005)
        else:
            return


def is_at(file: int, path: Path | str) -> bool:
    """Whether the open file is the one that lies there, and not one that was removed."""
    try:
        there = os.stat(path)  # noqa: PTH116  # twice for each record; `Path.stat` is dearer
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(file), there)
