"""What the shell runners share: sudo, what stands in a result; the parameters of the local ones."""

import json
import re

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter, by_name
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.environment import make_environment
from chatops_cli.runners.limit import explain_timeout, make_timeout_parameter, read_timeout
from chatops_cli.runners.process import Command, Finished, run_process

TIMEOUT = make_timeout_parameter(60)

PARAMETERS = by_name(
    Parameter(
        name="cwd",
        schema={"type": "string"},
        description="The folder to run in; that of this program where none is given.",
    ),
    Parameter(
        name="env",
        schema={"type": "object"},
        description="Environment variables by name.",
    ),
    Parameter(
        name="kwarg_op",
        schema={"type": "string"},
        description="What stands before the name of a named argument of a script.",
        default="--",
        has_default=True,
    ),
    Parameter(
        name="sudo",
        schema={"type": "boolean"},
        description="Whether to run as root, by sudo, which must not need a terminal.",
        default=False,
        has_default=True,
    ),
    Parameter(
        name="sudo_password",
        schema={"type": "string"},
        description="The password for sudo, where it wants one.",
        default=None,
        has_default=True,
        secret=True,
    ),
    TIMEOUT,
)
"""Source: StackStorm, ``contrib/runners/local_runner``, runner.yaml."""

FEED = "exec 3<&0 </dev/null; . /dev/fd/3"
"""A shell line for ``-c``: what comes in by stdin is run, and finds its own stdin empty."""

FED = b"exec 3<&-;"
"""How the text for `FEED` starts: it doesn't hand its own pipe on."""

SKIP_LINE = "chatops: the command starts here"
SKIP = f'while IFS= read -r line && [ "$line" != "{SKIP_LINE}" ]; do :; done; unset line; exec "$@"'
"""A shell line that runs its arguments on the rest of stdin: sudo may not have read its part."""

SUDO_TRIES = 10
"""Empty lines after the password, for as many tries as sudo may give: it tries no other text."""

WRONG_PASSWORD = re.compile(r"sudo: (\d+ incorrect password attempts?|no password was provided)")
REFUSED = "sudo refused: the password is wrong, or this user may not use sudo"
LIMIT_CODE = -9
"""The return code at the time limit. Source: StackStorm, local runner."""


async def run_locally(call: Call, arguments: tuple[str, ...], stdin: bytes = b"") -> Outcome:
    """Runs `arguments` as `call` wants it: folder, environment, sudo, time limit.

    Source: StackStorm, local runner, ``run`` and the sudo options of shell actions.

    Raises:
        RunnerError: It can't be started.
    """
    seconds = read_timeout(call, TIMEOUT)
    environment = make_environment(call)
    cwd = call.runner_parameters.get("cwd")
    killer = None
    if call.runner_parameters.get("sudo") is True:
        password = call.runner_parameters.get("sudo_password")
        secret = password if isinstance(password, str) else ""
        kill = elevate(("kill", "-KILL"), b"", secret)
        killer = Command(arguments=kill[0], stdin=kill[1], environment=environment)
        arguments, stdin = elevate(arguments, stdin, secret)
    command = Command(
        arguments=arguments,
        environment=environment,
        cwd=cwd if isinstance(cwd, str) and cwd else None,
        stdin=stdin,
        timeout=seconds,
        output_limit=call.output_limit,
        killer=killer,
    )
    return _make_outcome(await run_process(command, on_output=call.on_output), seconds)


def encode(text: str) -> bytes:
    """`text` as bytes; those of it that were no UTF-8 when they came in are as they were.

    Raises:
        RunnerError: Half of a surrogate pair is in it, which no program can be given.
    """
    try:
        return text.encode(errors="surrogateescape")
    except UnicodeEncodeError as error:
        raise RunnerError(
            f"the text at {error.start} is no character: {text[error.start]!r}"
        ) from error


def elevate(
    arguments: tuple[str, ...], stdin: bytes, password: str
) -> tuple[tuple[str, ...], bytes]:
    """The same as root: never asks at a terminal, the password goes in by stdin."""
    if not password:
        return ("sudo", "-n", "-E", "--", *arguments), stdin
    elevated = ("sudo", "-S", "-p", "", "-E", "--", "/bin/bash", "-c", SKIP, "bash", *arguments)
    lines = (password, *[""] * SUDO_TRIES, SKIP_LINE, "")
    return elevated, encode("\n".join(lines)) + stdin


def _make_outcome(finished: Finished, seconds: float) -> Outcome:
    stderr = strip_line_end(finished.stderr.text())
    code, error = finished.return_code, ""
    if finished.timed_out:
        code, error = LIMIT_CODE, explain_timeout(seconds, finished.left)
    elif code != 0 and WRONG_PASSWORD.search(stderr):
        error = REFUSED
    succeeded = code == 0
    result: dict[str, Json] = {
        "failed": not succeeded,
        "succeeded": succeeded,
        "return_code": code,
        "stdout": parse_output(strip_line_end(finished.stdout.text())),
        "stderr": stderr,
    }
    if error:
        result["error"] = error
    status = Status.SUCCEEDED if succeeded else Status.FAILED
    return Outcome(status=Status.TIMEOUT if finished.timed_out else status, result=result)


def strip_line_end(output: str) -> str:
    """Without its last line end. Source: StackStorm, ``strip_shell_chars``."""
    return output.removesuffix("\n").removesuffix("\r")


def parse_output(output: str) -> Json:
    """The value that `output` is the JSON of, if that is an object or an array; else `output`.

    Values that JSON can't say again (NaN, half a surrogate pair) leave the text as it is.
    """
    if not output.lstrip().startswith(("{", "[")):
        return output
    try:
        value: Json = json.loads(output)
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return output
    return value
