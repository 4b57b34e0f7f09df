"""``local-shell-script``: a script of the pack on this machine.

The result is that of ``local-shell-cmd``. Arguments: first each named parameter that has a value as
``--name=value`` (``kwarg_op`` is the prefix; true is ``--name``, false, null and the empty text are
nothing), then those with a ``position`` in its order: a boolean as ``1`` or ``0``, an array joined
by commas, an object as JSON, null as an empty argument.

Secrets: with a secret among the parameters, a shell or Python script gets all its arguments
through a pipe, from a line of ours that then runs the script in the same process: they show in no
process list, and the script sees them where it always does (``$1``, ``$@``, ``sys.argv``; ``$0``
too). Any other program can only be given arguments that the process list shows: for secrets, use
a shell or Python script, or the ``env`` parameter.

Source: StackStorm, ``contrib/runners/local_runner``; system/action.py, ``_get_script_arguments``;
util/action_db.py, ``serialize_positional_argument``. **Ours**: a positional integer 0 is ``0``
(StackStorm: empty); a script that may not be executed is run by its interpreter, not changed.
"""

from collections.abc import Mapping
from shutil import which
from types import MappingProxyType

from chatops_cli.model.action import Parameter
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.entry_point import find_entry_point, read_script
from chatops_cli.runners.script_arguments import feed_script, has_secrets, script_arguments
from chatops_cli.runners.shell import PARAMETERS as SHARED
from chatops_cli.runners.shell import run_locally
from chatops_cli.runners.source_version import CONTENT_VERSION, DEBUG, refuse_content_version

PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {**SHARED, "debug": DEBUG, "content_version": CONTENT_VERSION}
)


async def run(call: Call) -> Outcome:
    """Runs the script. See the module for its arguments and the result.

    Raises:
        RunnerError: There is no such script, or it can't be started.
    """
    refuse_content_version(call)
    script = read_script(find_entry_point(call.action), shell=which("bash") or "/bin/sh")
    arguments = script_arguments(call)
    if has_secrets(call):
        fed = feed_script(script, arguments)
        if fed is not None:
            return await run_locally(call, *fed)
    return await run_locally(call, (*script.command, *arguments))
