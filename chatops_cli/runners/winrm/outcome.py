"""What a WinRM runner answers.

Source: StackStorm, the base of its WinRM runners: streams as they came, JSON in them as its value;
-1 at the time limit.
"""

from typing import TYPE_CHECKING

from chatops_cli.model.execution import Status
from chatops_cli.runners.contract import Outcome
from chatops_cli.runners.shell import parse_output
from chatops_cli.runners.winrm.clixml import readable
from chatops_cli.runners.winrm.job import Done

if TYPE_CHECKING:
    from chatops_cli.model.json import Json

LIMIT_CODE = -1
LOST_CODE = 255
"""The return code where none came back, as with remote shells."""


def make_outcome(done: Done, seconds: float) -> Outcome:
    """The outcome of a job that had so many seconds."""
    code, error, hint = done.return_code, "", None
    if done.timed_out:
        code, error = LIMIT_CODE, _explain_timeout(done, seconds)
    elif done.error is not None:
        error, hint = f"the connection was lost: {done.error.message}", done.error.hint
    if code is None:
        code = LOST_CODE
    succeeded = code == 0
    result: dict[str, Json] = {
        "failed": not succeeded,
        "succeeded": succeeded,
        "return_code": code,
        "stdout": parse_output(done.stdout.text()),
        "stderr": parse_output(readable(done.stderr.text())),
    }
    if error:
        result["error"] = error
    if hint:
        result["hint"] = hint
    status = Status.SUCCEEDED if succeeded else Status.FAILED
    return Outcome(status=Status.TIMEOUT if done.timed_out else status, result=result)


def _explain_timeout(done: Done, seconds: float) -> str:
    message = f"timed out after {seconds:g} s"
    if not done.was_started:
        return f"{message}, before anything was run"
    if not done.is_ended:
        return f"{message}; the host has not confirmed that it is ended, and it may still run"
    return f"{message}; the host has ended it"
