"""``linux.log``: the end of a log file, and of no other file."""

import os
from pathlib import Path

from st2common.runners.base_action import Action

DEFAULT_FOLDERS = ("/var/log",)
MOST = 256 * 1024
"""Bytes that are read from the end of a file."""


class LogAction(Action):
    def run(self, file, lines=20):
        folders = [Path(name) for name in self.config.get("log_folders", None) or DEFAULT_FOLDERS]
        path = _allowed(file, folders)
        if path is None:
            places = ", ".join(str(folder) for folder in folders)
            return False, f"there is no log file {file} below {places}"
        try:
            return {"file": str(path), "lines": _end(path, lines)}
        except PermissionError:
            return False, f"{path} may not be read by the user that the bot runs as"
        except OSError as error:
            return False, f"{path} cannot be read: {error.strerror}"


def _allowed(file, folders):
    """The real path, if it is a regular file below a folder, links and dots followed."""
    for folder in folders:
        root = folder.resolve()
        path = (root / file).resolve()
        if path.is_relative_to(root) and path.is_file():
            return path
    return None


def _end(path, count):
    with path.open("rb") as log:
        size = log.seek(0, os.SEEK_END)
        log.seek(max(0, size - MOST))
        text = log.read().decode(errors="replace")
    found = text.splitlines()
    if size > MOST:
        found = found[1:]  # cut in its middle
    return found[-count:]
