"""Files and folders that a path may mean."""

import os
from collections.abc import Iterator
from contextlib import suppress

MOST = 40
"""Names of one folder that are offered."""


def files(typed: str) -> Iterator[str]:
    """Paths that begin as `typed` does; folders end with a slash. What can't be read has none.

    ``~`` stands for the home folder, and stays. A relative path begins in the working folder, which
    is that of local actions, too, unless they say another.
    """
    folder, slash, name = typed.rpartition("/")
    begin = f"{folder}{slash}"
    with suppress(OSError), os.scandir(os.path.expanduser(begin) or ".") as entries:  # noqa: PTH111  # a text, not yet a path
        found = sorted(
            f"{begin}{entry.name}{'/' if _is_folder(entry) else ''}"
            for entry in entries
            if entry.name.startswith(name) and (name or not entry.name.startswith("."))
            if entry.name.isprintable()
        )
        yield from found[:MOST]


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
