"""The bytes of one file, read so that nothing on disk can hang or flood the reader."""

import os
import stat

from chatops_cli.model.problem import Place, Problem

SIZE_LIMIT = 5 * 1024 * 1024
"""Bytes of the longest file that is read."""


def read_file(path: str, *, file: str) -> bytes | Problem:
    """The content of a regular file, or what keeps it from being read.

    It never waits: a named pipe or a device is refused before anything is read from it.

    Args:
        path: The file to open.
        file: Its name in a problem.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        return unreadable(error, file=file)
    try:
        return _content(descriptor, file)
    except OSError as error:
        return unreadable(error, file=file)
    finally:
        os.close(descriptor)


def unreadable(error: OSError | ValueError, *, file: str) -> Problem:
    """The problem of a file or folder that the system refuses to open."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return Problem(
        place=Place(file=file),
        rule="unreadable",
        message=f"cannot be read: {reason[:1].lower()}{reason[1:]}",
    )


def _content(descriptor: int, file: str) -> bytes | Problem:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "a pipe, socket or device"
        message, hint = f"is {kind}, not a file", "rename it"
        return Problem(place=Place(file=file), rule="not-a-file", message=message, hint=hint)
    chunks: list[bytes] = []
    left = SIZE_LIMIT + 1
    while left > 0 and (chunk := os.read(descriptor, left)):
        chunks.append(chunk)
        left -= len(chunk)
    if left <= 0:
        return oversize(file)
    return b"".join(chunks)


def oversize(file: str) -> Problem:
    """The problem of a file that is longer than `SIZE_LIMIT`."""
    return Problem(
        place=Place(file=file),
        rule="oversize",
        message=f"is longer than {SIZE_LIMIT // (1024 * 1024)} MB, the most that is read",
        hint="keep data out of this folder",
    )
