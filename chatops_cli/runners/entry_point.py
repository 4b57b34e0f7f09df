"""The file that an action runs, and how a script wants to be run."""

import os

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Action
from chatops_cli.model.frozen import frozen

LONGEST_FIRST_LINE = 256
"""Bytes of a script's first line that Linux reads."""


@frozen
class Script:
    """A script; `interpreter` is the program of its first line with that line's options.

    A script without such a line has the shell that starts it; `interpreter` is empty for a file
    that isn't text.
    """

    path: str
    interpreter: tuple[str, ...]
    is_executable: bool

    @property
    def language(self) -> str:
        """The file name of the interpreter, such as ``bash`` or ``python3.11``; may be empty."""
        words = " ".join(self.interpreter).split()
        names = [word.rpartition("/")[2] for word in words if word[0] != "-" and "=" not in word]
        return next((name for name in names if name != "env"), "")

    @property
    def command(self) -> tuple[str, ...]:
        """What runs it, to be followed by its arguments.

        A script without execute permission is run by its interpreter; StackStorm changes its mode.
        """
        return (self.path,) if self.is_executable else (*self.interpreter, self.path)


def find_entry_point(action: Action) -> str:
    """The absolute path of the action's file.

    Source: StackStorm, ``entry_point`` is relative to ``actions/`` and stays in its pack.

    Raises:
        RunnerError: None is named, it is missing, or it leads out of the pack.
    """
    if not action.entry_point:
        raise RunnerError(
            f"{action.ref} has no entry_point, and its runner {action.runner_type} needs one",
            hint=f"name the script in {action.place.file}",
        )
    path = os.path.normpath(os.path.join(action.pack_path, "actions", action.entry_point))  # noqa: PTH118  # normpath: `..` is folded as text
    if not path.startswith(os.path.join(os.path.normpath(action.pack_path), "")):  # noqa: PTH118  # a prefix that ends in a slash
        raise RunnerError(f"{action.ref}: entry_point {action.entry_point} leads out of its pack")
    if not os.path.isfile(path):  # noqa: PTH113  # path is text throughout
        raise RunnerError(
            f"{action.ref}: its entry_point {path} is no file",
            hint=f"add the file, or correct entry_point in {action.place.file}",
        )
    return path


def read_script(path: str, *, shell: str = "/bin/sh") -> Script:
    """How the script at `path` wants to be run; by `shell` where it does not say it.

    Raises:
        RunnerError: It can't be read; it can only be executed and has no permission for that.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # path is text throughout
            line = file.readline(LONGEST_FIRST_LINE)
    except OSError as error:
        raise RunnerError(f"'{path}' can't be read: {error.strerror}") from error
    is_executable = os.access(path, os.X_OK)
    if line.startswith(b"#!"):
        words = line[2:].decode(errors="replace").split(maxsplit=1)
        interpreter = tuple(word.strip() for word in words)
    elif b"\0" in line:
        if not is_executable:
            raise RunnerError(f"'{path}' may not be executed", hint=f"chmod +x '{path}'")
        interpreter = ()
    else:
        interpreter, is_executable = (shell,), False
    return Script(path=path, interpreter=interpreter, is_executable=is_executable)
