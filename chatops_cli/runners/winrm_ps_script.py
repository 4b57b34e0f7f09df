"""``winrm-ps-script``: a PowerShell script of the pack on a Windows machine, by WinRM.

The result is that of ``winrm-ps-cmd``. Arguments: first each named parameter that has a value as
``-name value`` (``kwarg_op`` is the prefix), with its type: text, number, ``$true``, ``@(…)``,
``@{…}``; then those with a ``position`` in its order, as text: a boolean as ``1`` or ``0``, an
array joined by commas, an object as JSON, null as an empty text. Text is quoted so that PowerShell
takes every character of it for what it is.

The script travels as with ``winrm-ps-cmd``: nothing is written on the host.

Source: StackStorm, ``contrib/runners/winrm_runner``.
"""

from pathlib import Path

from chatops_cli.errors import RunnerError
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.entry_point import find_entry_point
from chatops_cli.runners.extra import require_extra
from chatops_cli.runners.script_arguments import has_secrets
from chatops_cli.runners.winrm.parameters import PARAMETERS
from chatops_cli.runners.winrm.powershell import command_of, script_text

__all__ = ("PARAMETERS", "run")

MARKS = (b"\xff\xfe", b"\xfe\xff")
"""How a file in UTF-16 begins, which editors on Windows write."""


async def run(call: Call) -> Outcome:
    """Runs the script. See the module for its arguments and the result.

    Raises:
        RunnerError: There is no such script, or the host can't be used.
    """
    require_extra("winrm-ps-script")
    from chatops_cli.runners.winrm.run import run_line

    text = script_text(call, _read(find_entry_point(call.action)))
    command = command_of(text, is_hidden=has_secrets(call))
    return await run_line(call, *command, is_powershell=True)


def _read(path: str) -> str:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise RunnerError(f"'{path}' can't be read: {error.strerror}") from error
    try:
        return data.decode("utf-16" if data.startswith(MARKS) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise RunnerError(
            f"'{path}' is not UTF-8: {error.reason} at byte {error.start}",
            hint="save it as UTF-8",
        ) from error
