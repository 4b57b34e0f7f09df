"""Filters for names of files, and for words of a shell line.

Source: StackStorm, `st2common.expressions.functions.path`; `shell_quote` is ours.
"""

import os.path
import shlex


def basename(path: object) -> str:
    """What follows the last slash."""
    return os.path.basename(str(path))  # noqa: PTH119  # a path library would drop a last slash


def dirname(path: object) -> str:
    """What stands before the last slash."""
    return os.path.dirname(str(path))  # noqa: PTH120  # the same


def shell_quote(value: object) -> str:
    """The value as one word of a POSIX shell line, whatever it holds; a list as several words."""
    if isinstance(value, list | tuple):
        return shlex.join(map(str, value))
    return shlex.quote(str(value))
