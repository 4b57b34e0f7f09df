"""``winrm-cmd``: a line for the command prompt of a Windows machine, by WinRM.

The result is ``{stdout, stderr, return_code, succeeded, failed}``, and ``error`` where there is
more to say. A stream that is a JSON object or array is that value. Status ``timeout`` at the time
limit, ``failed`` with any return code but 0. The command's stdin is empty.

Windows shows the line to whoever lists processes there: for secrets use ``env``, or a script.

Source: StackStorm, ``contrib/runners/winrm_runner``. **Ours**: basic authentication needs https;
``kwarg_op`` is taken and has no effect on a line.
"""

from collections.abc import Mapping
from types import MappingProxyType

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.extra import require_extra
from chatops_cli.runners.winrm.parameters import COMMAND, read_command
from chatops_cli.runners.winrm.parameters import PARAMETERS as SHARED
from chatops_cli.runners.winrm.powershell import LONGEST_LINE

PARAMETERS: Mapping[str, Parameter] = MappingProxyType({"cmd": COMMAND, **SHARED})


async def run(call: Call) -> Outcome:
    """Runs the line. See the module for the result.

    Raises:
        RunnerError: There is no line, or the host can't be used.
    """
    require_extra("winrm-cmd")
    from chatops_cli.runners.winrm.run import run_line

    line = read_command(call)
    if len(line) > LONGEST_LINE:
        raise RunnerError(
            f"{call.action.ref}: cmd has {len(line)} characters, and Windows takes {LONGEST_LINE}"
        )
    return await run_line(call, line)
