"""Which files are transcripts."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from chatops_cli.errors import NotFoundError
from chatops_cli.rehearsal.stage import SUFFIX


def find_transcripts(paths: Iterable[str]) -> tuple[str, ...]:
    """The transcripts: files as they are named, and all below folders but hidden ones.

    Raises:
        NotFoundError: A path leads nowhere, or there is no transcript at all.
    """
    named = tuple(paths)
    found = dict.fromkeys(file for path in named for file in _files(path))
    if not found:
        where = ", ".join(named)
        raise NotFoundError(
            f"there is no transcript (*{SUFFIX}) below {where}",
            hint="chatops repl, then /record FILE, writes one",
        )
    return tuple(found)


def _files(path: str) -> Iterator[str]:
    if not Path(path).is_dir():
        if not os.path.lexists(path):
            raise NotFoundError(f"there is no file {path}")
        yield path
        return
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(files):
            if name.endswith(SUFFIX):
                yield os.path.normpath(Path(folder) / name)
