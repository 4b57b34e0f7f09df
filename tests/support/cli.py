"""The command line, run in this process."""

import contextlib
import io
import json
from dataclasses import dataclass
from unittest import mock

from chatops_cli.cli.main import run
from chatops_cli.model.json import Json


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left: its exit code, and what it wrote."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Json:
        """Standard output, read as one JSON value."""
        value: Json = json.loads(self.stdout)
        return value

    @property
    def json_lines(self) -> list[Json]:
        """Standard output, read as one JSON value a line."""
        return [json.loads(line) for line in self.stdout.splitlines()]


def invoke(*arguments: str, stdin: str | bytes = "") -> Result:
    """`chatops ARGUMENTS`, as a shell would run it with `stdin` piped in."""
    out, err = io.StringIO(), io.StringIO()
    piped = io.BytesIO(stdin if isinstance(stdin, bytes) else stdin.encode())
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch("sys.stdin", io.TextIOWrapper(piped, encoding="utf-8")),
    ):
        code = run(arguments)
    return Result(int(code), out.getvalue(), err.getvalue())
