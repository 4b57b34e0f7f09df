"""Whole files or none: a file is written beside its place, synced, and moved there."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from chatops_cli.errors import RecordError

SUFFIX = ".tmp"


def write_file(path: Path, data: bytes, *, like: os.stat_result | None = None) -> None:
    """The file holds exactly these bytes, on disk; readable by its owner only.

    With `like` it has the owner, group and rights of that file, or is not written.

    A reader sees the old content or the new. A kill may leave a ``*.tmp`` file behind, see `sweep`.

    Raises:
        OSError: It couldn't be written; the old content stands.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}{SUFFIX}")
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        try:
            write_all(file, data)
            if like is not None:
                _resemble(file, like)
            os.fsync(file)
        finally:
            os.close(file)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    sync_folder(path.parent)


def _resemble(file: int, like: os.stat_result) -> None:
    found = os.fstat(file)
    if (found.st_uid, found.st_gid) != (like.st_uid, like.st_gid):
        os.fchown(file, like.st_uid, like.st_gid)
    os.fchmod(file, stat.S_IMODE(like.st_mode))


def write_all(file: int, data: bytes) -> None:
    """All of the data is written: a full disk gives a short write first, and no error."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def make_folder(path: Path) -> None:
    """The folder exists; those that were made, on the way to it too, only their owner may enter."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """The names in the folder are on disk."""
    file = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def sweep(path: Path) -> None:
    """What killed writers of this file left beside it is gone; call it under the file's lock."""
    for part in path.parent.glob(f".{path.name}.*{SUFFIX}"):
        with suppress(OSError):
            part.unlink()


def unwritable(what: str, path: Path, error: OSError, *, hint: str) -> RecordError:
    """The error for a person: what couldn't be written, where, why, and what to do."""
    return RecordError(f"{what} {path} cannot be written: {error.strerror or error}", hint=hint)
