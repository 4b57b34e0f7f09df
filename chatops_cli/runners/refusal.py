"""Why a process could not be started, in words for a person."""

import errno
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.errors import RunnerError

if TYPE_CHECKING:
    from chatops_cli.runners.contract import Call


def explain_refusal(program: str, cwd: str | None, error: OSError | ValueError) -> RunnerError:
    """What the system said when `program` was to be started in `cwd`, and what to do about it."""
    if not isinstance(error, OSError):
        what = "the command, its arguments or its environment hold a NUL byte or a broken name"
        return RunnerError(f"'{program}' can't be started: {what} ({error})")
    if cwd is not None and error.filename == cwd:
        return RunnerError(
            f"'{program}' can't be started in '{cwd}': {error.strerror}",
            hint="set the action's cwd to a folder that exists and may be entered",
        )
    hint: str | None
    match error.errno:
        case errno.ENOENT if Path(program).exists():
            reason, hint = _shebang_refusal(program)
        case errno.ENOENT:
            reason, hint = "no such program", "install it, or correct its name or PATH"
        case errno.EACCES:
            reason, hint = "no permission to execute it", f"chmod +x '{program}'"
        case errno.ENOEXEC:
            reason, hint = "it is no program for this machine", "a script needs a first line #!…"
        case errno.E2BIG:
            reason = "its arguments and environment are too long for the system"
            hint = "pass large values through a file or standard input"
        case _:
            reason, hint = error.strerror or str(error), None
    return RunnerError(f"'{program}' can't be started: {reason}", hint=hint)


def _shebang_refusal(program: str) -> tuple[str, str]:
    """Why a file that exists is said not to: the interpreter of its first line is missing."""
    with Path(program).open("rb") as script:
        line = script.readline(256)
    interpreter = line.removeprefix(b"#!").strip().decode(errors="replace")
    if line.endswith(b"\r\n"):
        return "its first line ends in CR LF", "save the file with plain line ends"
    return f"its interpreter '{interpreter}' is missing", "install it, or correct the first line"


def without_workflows(call: "Call") -> RunnerError:
    """A workflow was asked for where there is nothing that could conduct it."""
    return RunnerError(
        f"{call.action.ref} is a workflow, and workflows can't be run here",
        hint="run it through a room: 'chatops action run' or a message",
    )
