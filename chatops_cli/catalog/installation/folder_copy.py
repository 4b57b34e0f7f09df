"""A pack copied out of a folder as it is there, changes that are in no repository too."""

import os
import stat
from pathlib import Path

from chatops_cli.catalog.folder import show
from chatops_cli.catalog.installation.filling import LEFT_OUT, Filling
from chatops_cli.errors import InstallError


def copy_folder(folder: Path, filling: Filling) -> None:
    """What the folder holds is in `filling`.

    Raises:
        InstallError: Something in it can't be read, or is what no pack needs.
    """
    waiting = [""]
    try:
        while waiting:
            part = waiting.pop()
            with os.scandir(folder / part) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
            for entry in found:
                name = f"{part}/{entry.name}" if part else entry.name
                if entry.is_symlink():
                    filling.link(name, str(Path(entry.path).readlink()))
                elif entry.is_dir():
                    filling.folder(name)
                    if entry.name.lower() not in LEFT_OUT:
                        waiting.append(name)
                elif entry.name.lower() not in LEFT_OUT:
                    _copy_file(entry.path, name, filling)
    except OSError as error:
        raise InstallError(
            f"{show(error.filename or str(folder))} can't be copied: {error.strerror or error}"
        ) from error


def _copy_file(path: str, name: str, filling: Filling) -> None:
    # Never waits for a pipe, and never follows a link that has just been put there.
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags)
    with os.fdopen(descriptor, "rb") as stream:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise InstallError(f"{show(name)} is neither a file nor a folder", hint="remove it")
        filling.file(name, stream, is_executable=bool(mode & 0o100))
