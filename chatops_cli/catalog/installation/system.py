"""Two calls of Linux that Python has no name for."""

import ctypes
import os
from pathlib import Path

_HERE = -100
_NOREPLACE, _EXCHANGE = 1, 2


def exchange(one: Path, other: Path) -> bool:
    """Two folders have changed places, at once; False where this system can't do that.

    Raises:
        OSError: It can, and did not.
    """
    return _rename(one, other, _EXCHANGE)


def move_new(source: Path, target: Path) -> None:
    """A folder has a new path, at which nothing was.

    Raises:
        OSError: Something is there, or it can't be moved.
    """
    if not _rename(source, target, _NOREPLACE):
        if os.path.lexists(target):
            raise FileExistsError(17, os.strerror(17), str(target))
        source.rename(target)


def sync(folder: Path) -> None:
    """Everything on the folder's file system is on disk."""
    call = getattr(ctypes.CDLL(None), "syncfs", None)
    if call is None:
        os.sync()
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        call(descriptor)
    finally:
        os.close(descriptor)


def _rename(source: Path, target: Path, flags: int) -> bool:
    import errno

    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    paths = os.fsencode(source), os.fsencode(target)
    if call(_HERE, paths[0], _HERE, paths[1], ctypes.c_uint(flags)) == 0:
        return True
    code = ctypes.get_errno()
    if code in {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP}:
        return False
    raise OSError(code, os.strerror(code), str(source), None, str(target))
