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

import json
import shlex
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.entry_point import Script, find_entry_point, read_script
from chatops_cli.runners.shell import FED, FEED, encode, run_locally
from chatops_cli.runners.shell import PARAMETERS as SHARED
from chatops_cli.runners.source_version import CONTENT_VERSION, DEBUG, refuse_content_version

PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {**SHARED, "debug": DEBUG, "content_version": CONTENT_VERSION}
)

SHELLS = ("sh", "bash", "dash", "ash", "ksh")

PYTHON_FEED = (
    "import json,os,runpy,sys;a=json.load(sys.stdin);"
    "os.dup2(os.open(os.devnull,os.O_RDONLY),0);sys.argv=sys.argv[1:]+a;"
    "sys.path[0]=os.path.dirname(sys.argv[0]);runpy.run_path(sys.argv[0],run_name='__main__')"
)
"""Runs the script that its argument names with the arguments that stdin holds; for any Python."""


async def run(call: Call) -> Outcome:
    """Runs the script. See the module for its arguments and the result.

    Raises:
        RunnerError: There is no such script, or it can't be started.
    """
    refuse_content_version(call)
    script = read_script(find_entry_point(call.action))
    arguments = (*_named(call), *_positional(call))
    if any("\0" in argument for argument in arguments):
        raise RunnerError(f"{call.action.ref}: an argument holds a NUL byte, which none can")
    if any(call.parameters.get(name) is not None for name in call.secrets):
        fed = _feed(script, arguments)
        if fed is not None:
            return await run_locally(call, *fed)
    return await run_locally(call, (*script.command, *arguments))


def _feed(script: Script, arguments: tuple[str, ...]) -> tuple[tuple[str, ...], bytes] | None:
    """The script with arguments that don't show; None where there is no way."""
    if script.language in SHELLS:
        text = f"set -- {shlex.join(arguments)}; . {shlex.quote(script.path)}"
        command = (*script.interpreter, "-c", FEED, script.path)
        return command, FED + encode(text)
    if script.language.startswith("python"):
        command = (*script.interpreter, "-c", PYTHON_FEED, script.path)
        return command, json.dumps(arguments).encode()
    return None


def _named(call: Call) -> Iterator[str]:
    operator = call.runner_parameters.get("kwarg_op")
    prefix = operator if isinstance(operator, str) else "--"
    positional = {name for name, p in call.action.parameters.items() if p.position is not None}
    for name, value in call.parameters.items():
        if name in positional or value is None or value is False or value == "":
            continue
        # An array or object is written as Python writes it: scripts of packs read it so.
        yield f"{prefix}{name}" if value is True else f"{prefix}{name}={value}"


def _positional(call: Call) -> Iterator[str]:
    placed = [
        (parameter.position, parameter)
        for name, parameter in call.action.parameters.items()
        if parameter.position is not None and name not in call.runner_parameters
    ]
    for _, parameter in sorted(placed, key=lambda pair: pair[0]):
        yield _as_argument(call.parameters.get(parameter.name))


def _as_argument(value: Json) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case list():
            return ",".join(map(str, value))
        case dict():
            return json.dumps(value, ensure_ascii=False) if value else ""
        case _:
            return str(value)
