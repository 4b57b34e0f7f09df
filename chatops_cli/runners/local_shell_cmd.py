"""``local-shell-cmd``: a shell line on this machine.

The result is ``{stdout, stderr, return_code, succeeded, failed}``, and ``error`` where there is
more to say. A stdout that is a JSON object or array is that value. Status ``timeout`` at the time
limit, ``failed`` with any return code but 0.

The line is the action's own by this runner's contract; it reaches the shell through a pipe, so
that a secret in it shows in no process list. The command's stdin is empty.

Source: StackStorm, ``contrib/runners/local_runner``: ``/bin/sh`` runs the line, under sudo bash;
``kwarg_op`` is taken and has no effect on a line.
"""

from collections.abc import Mapping
from types import MappingProxyType

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.shell import FED, FEED, encode, run_locally
from chatops_cli.runners.shell import PARAMETERS as SHARED

PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        "cmd": Parameter(
            name="cmd", schema={"type": "string"}, description="The shell line to run."
        ),
        **SHARED,
    }
)


async def run(call: Call) -> Outcome:
    """Runs the line. See the module for the result.

    Raises:
        RunnerError: There is no line, or the shell can't be started.
    """
    line = call.runner_parameters.get("cmd")
    if not isinstance(line, str):
        raise RunnerError(
            f"{call.action.ref} has no cmd, and its runner local-shell-cmd needs one",
            hint="give `cmd` a default; for an entry_point, use the runner local-shell-script",
        )
    if "\0" in line:
        raise RunnerError(f"{call.action.ref}: cmd holds a NUL byte, which no shell line can")
    shell = "bash" if call.runner_parameters.get("sudo") is True else "/bin/sh"
    text = FED + encode(line)
    return await run_locally(call, (shell, "-c", FEED), text)
