"""What is to be run on a host, and how it went there."""

import re
from collections.abc import Mapping
from dataclasses import field

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.runners.capture import Capture
from chatops_cli.runners.contract import Call
from chatops_cli.runners.environment import given_variables

UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML, by which all of it travels, can't hold."""


@frozen
class Job:
    """A command line for the host's command prompt, and what it finds there."""

    line: str
    stdin: bytes = b""
    environment: Mapping[str, str] = field(default_factory=dict)
    cwd: str | None = None


@frozen
class Done:
    """How it went. `return_code` is None where the host didn't tell; `error` says why.

    `timed_out` is about the time limit; then `is_ended` tells whether the host has confirmed that
    nothing is left of it, and `was_started` whether there was anything.
    """

    stdout: Capture
    stderr: Capture
    return_code: int | None = None
    error: RunnerError | None = None
    timed_out: bool = False
    was_started: bool = False
    is_ended: bool = True


def make_job(call: Call, line: str, stdin: bytes = b"") -> Job:
    """The job of `call`: its folder and its environment.

    Raises:
        RunnerError: Something in it can't be sent.
    """
    environment = given_variables(call)
    cwd = call.runner_parameters.get("cwd")
    folder = cwd if isinstance(cwd, str) and cwd else None
    texts = {"the command": line, "cwd": folder or ""}
    texts |= {f"the variable {name}": f"{name}{value}" for name, value in environment.items()}
    for name, text in texts.items():
        if found := UNFIT.search(text):
            raise RunnerError(
                f"{call.action.ref}: {name} holds a character that can't be sent: {found[0]!r}"
            )
    return Job(line=line, stdin=stdin, environment=environment, cwd=folder)
