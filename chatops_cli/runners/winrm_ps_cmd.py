"""``winrm-ps-cmd``: PowerShell text on a Windows machine, by WinRM.

The result is that of ``winrm-cmd``; stderr has PowerShell's errors and warnings in words.

The text is the action's own by this runner's contract. It travels as ``-EncodedCommand``; where it
is too long for that, or a secret of the action may stand in it, by stdin, so that nobody sees it in
the list of processes.

Source: StackStorm, ``contrib/runners/winrm_runner``. **Ours**: long text is not written into a
file there; ``-NonInteractive``, so that nothing waits for somebody to type.
"""

from collections.abc import Mapping
from types import MappingProxyType

from chatops_cli.model.action import Parameter
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.extra import require_extra
from chatops_cli.runners.script_arguments import has_secrets
from chatops_cli.runners.winrm.parameters import COMMAND, read_command
from chatops_cli.runners.winrm.parameters import PARAMETERS as SHARED
from chatops_cli.runners.winrm.powershell import command_of

PARAMETERS: Mapping[str, Parameter] = MappingProxyType({"cmd": COMMAND, **SHARED})


async def run(call: Call) -> Outcome:
    """Runs the text. See the module for the result.

    Raises:
        RunnerError: There is none, or the host can't be used.
    """
    require_extra("winrm-ps-cmd")
    from chatops_cli.runners.winrm.run import run_line

    text = read_command(call)
    password = call.runner_parameters.get("password")
    is_hidden = has_secrets(call) or (isinstance(password, str) and password in text)
    return await run_line(call, *command_of(text, is_hidden=is_hidden), is_powershell=True)
