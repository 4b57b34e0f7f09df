"""New texts put in the place of old ones: whole, with the same rights, and nobody's work lost."""

import errno
import stat
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from chatops_cli.reading.file import read_file
from chatops_cli.records.atomic import write_file
from chatops_cli.validation.fixing.plan import Rewrite


def written(rewrite: Rewrite) -> str:
    """Why the file was not written; empty where it now holds the new text.

    A file that is no longer what was read is not touched, nor is a link, nor one that could not
    have the same owner, group and rights then.
    """
    path = Path(rewrite.file)
    try:
        found = path.lstat()
    except OSError as error:
        return f"{error.strerror}"
    if not stat.S_ISREG(found.st_mode):
        return "it is a link"
    if read_file(rewrite.file, file=rewrite.file) != rewrite.before:
        return "it has changed meanwhile"
    try:
        write_file(path, rewrite.after, like=found)
    except OSError as error:
        is_foreign = error.errno == errno.EPERM
        return "its owner or group could not stay" if is_foreign else f"{error.strerror}"
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
