"""New texts put in the place of old ones: whole, with the same rights, and nobody's work lost."""

import os
import stat
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from chatops_cli.reading.file import read_file
from chatops_cli.records.atomic import write_file
from chatops_cli.validation.fixing.plan import Rewrite


def written(rewrite: Rewrite) -> str:
    """Why the file was not written; empty where it now holds the new text.

    A file that is no longer what was read is not touched, nor is a link, nor one that belongs to
    another user: it would become ours.
    """
    path = Path(rewrite.file)
    try:
        found = path.lstat()
    except OSError as error:
        return f"{error.strerror}"
    if not stat.S_ISREG(found.st_mode):
        return "it is a link"
    if found.st_uid != os.geteuid():
        return "it belongs to another user"
    if read_file(rewrite.file, file=rewrite.file) != rewrite.before:
        return "it has changed meanwhile"
    try:
        write_file(path, rewrite.after, mode=stat.S_IMODE(found.st_mode))
    except OSError as error:
        return f"{error.strerror}"
    return ""


def diff_of(rewrite: Rewrite) -> Iterator[str]:
    """The change as a unified diff, line by line."""
    before, after = (
        data.decode("utf-8").splitlines(keepends=True) for data in (rewrite.before, rewrite.after)
    )
    for line in unified_diff(before, after, rewrite.file, rewrite.file):
        ended = line.endswith("\n")
        yield line.removesuffix("\n")
        if not ended:
            yield "\\ No newline at end of file"
