"""Words of shell lines, and commands run. Source: StackStorm, `st2common.util.shell`."""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any


def quote_unix(value: str) -> str:
    """The value as one word of a POSIX shell line."""
    import shlex

    return shlex.quote(value)


def quote_windows(value: str) -> str:
    """The value as one word of a Windows command line."""
    import subprocess

    return subprocess.list2cmdline([value])


def run_command(
    cmd: "str | list[str] | tuple[str, ...]",
    stdin: "Any" = None,
    stdout: "Any" = None,
    stderr: "Any" = None,
    shell: bool = False,
    cwd: "str | None" = None,
    env: "dict[str, str] | None" = None,
    close_fds: "bool | None" = None,
) -> "tuple[int, str, str]":
    """The exit code of the command and what it wrote, after it has ended.

    **Ours**: a stream that was handed in gives empty text, where StackStorm fails; bytes that are
    no UTF-8 are escaped.
    """
    import subprocess

    ended = subprocess.run(
        cmd,
        stdin=stdin,
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE if stderr is None else stderr,
        shell=shell,
        cwd=cwd,
        env=env or None,
        close_fds=close_fds is not False,
        check=False,
    )
    output, errors = (
        (stream or b"").decode("utf-8", "backslashreplace")
        for stream in (ended.stdout, ended.stderr)
    )
    return ended.returncode, output, errors
