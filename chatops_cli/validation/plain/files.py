"""The text files of packs, one after the other."""

import os
from collections.abc import Iterator

from chatops_cli.model.pack import Pack
from chatops_cli.reading.file import read_file
from chatops_cli.validation.scope import Scope

_BINARY_LOOK = 1024
"""Bytes at a file's start in which a zero says that it is no text."""


def text_files(pack: Pack, scope: Scope) -> Iterator[tuple[str, bytes]]:
    """Each text file that is asked about, as places name it, and what is in it.

    Hidden files and the pack's own tests, whose keys are made up, are passed over; links are not
    followed, nor is what can't be read told: others do.
    """
    shown = pack.place.file.rpartition("/")[0]
    for folder, folders, names in os.walk(pack.path):
        part = os.path.relpath(folder, pack.path)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith((".", "__")) and (part, name) != (".", "tests")
        )
        for name in sorted(names):
            path = f"{folder}/{name}"
            if name.startswith(".") or os.path.islink(path):  # noqa: PTH114  # names may be any bytes
                continue
            file = f"{shown}/{name}" if part == "." else f"{shown}/{part}/{name}"
            data = read_file(path, file=file) if scope.holds(file) else b""
            if isinstance(data, bytes) and data and b"\0" not in data[:_BINARY_LOOK]:
                yield file, data
