"""``remote-shell-cmd``: a shell line on other machines, by SSH.

The result holds one entry for each host, by its name: ``{stdout, stderr, return_code, succeeded,
failed}``, and ``error`` and ``hint`` where there is more to say. A host that can't be reached has
return code 255, one that took longer than ``timeout`` -9. A stdout that is a JSON object or array
is that value. Status ``failed`` if any host failed, ``timeout`` if all of them took too long.

The line runs in the account's shell, in bash under sudo, with an empty stdin. It travels inside the
connection, and reaches the shell by its stdin: neither it nor ``env`` nor a password shows in a
process list, here or there. Host keys are checked against known_hosts files.

Source: StackStorm, ``contrib/runners/remote_runner``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.extra import require_extra
from chatops_cli.runners.limit import read_timeout
from chatops_cli.runners.remote.parameters import PARAMETERS as SHARED
from chatops_cli.runners.remote.parameters import TIMEOUT

PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        "cmd": Parameter(
            name="cmd", schema={"type": "string"}, description="The shell line to run."
        ),
        **SHARED,
    }
)


async def run(call: Call) -> Outcome:
    """Runs the line on each host. See the module for the result.

    Raises:
        RunnerError: There is no line, no host, or no way to log in anywhere.
    """
    require_extra("remote-shell-cmd")
    from chatops_cli.runners.remote.feed import preamble, read_rights
    from chatops_cli.runners.remote.fleet import run_everywhere
    from chatops_cli.runners.remote.visit import Task

    line = call.runner_parameters.get("cmd")
    if not isinstance(line, str):
        raise RunnerError(
            f"{call.action.ref} has no cmd, and its runner remote-shell-cmd needs one",
            hint="give `cmd` a default; for an entry_point, use the runner remote-shell-script",
        )
    if "\0" in line:
        raise RunnerError(f"{call.action.ref}: cmd holds a NUL byte, which no shell line can")
    text = preamble(call) + line
    task = Task(
        text=lambda _: text,
        rights=read_rights(call),
        seconds=read_timeout(call, TIMEOUT),
        output_limit=call.output_limit,
    )
    return await run_everywhere(call, task)
