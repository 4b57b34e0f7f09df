"""A script's arguments: the parameters of its action in words; and how nobody gets to see them."""

import json
import shlex
from collections.abc import Iterator

from chatops_cli.errors import RunnerError
from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Call
from chatops_cli.runners.entry_point import Script
from chatops_cli.runners.shell import FED, FEED, encode

SHELLS = ("sh", "bash", "dash", "ash", "ksh")

PYTHON_FEED = (
    "import json,os,runpy,sys;a=json.load(sys.stdin);"
    "os.dup2(os.open(os.devnull,os.O_RDONLY),0);sys.argv=sys.argv[1:]+a;"
    "sys.path[0]=os.path.dirname(sys.argv[0]);runpy.run_path(sys.argv[0],run_name='__main__')"
)
"""Runs the script that its argument names with the arguments that stdin holds; for any Python."""


def script_arguments(call: Call) -> tuple[str, ...]:
    """The named ones, then those with a position.

    Source: StackStorm, system/action.py, ``_get_script_arguments``; util/action_db.py,
    ``serialize_positional_argument``. **Ours**: a positional integer 0 is ``0`` (there: empty).

    Raises:
        RunnerError: One holds a NUL byte.
    """
    arguments = (*_named(call), *positional_arguments(call))
    if any("\0" in argument for argument in arguments):
        raise RunnerError(f"{call.action.ref}: an argument holds a NUL byte, which none can")
    return arguments


def positional_arguments(call: Call) -> Iterator[str]:
    """Those with a position, in its order and as text; empty where there is no value."""
    placed = [
        (parameter.position, parameter)
        for name, parameter in call.action.parameters.items()
        if parameter.position is not None and name not in call.runner_parameters
    ]
    for _, parameter in sorted(placed, key=lambda pair: pair[0]):
        yield _as_argument(call.parameters.get(parameter.name))


def has_secrets(call: Call) -> bool:
    """Whether one of the arguments may be secret."""
    return any(call.parameters.get(name) is not None for name in call.secrets)


def feed_script(script: Script, arguments: tuple[str, ...]) -> tuple[tuple[str, ...], bytes] | None:
    """What runs the script with arguments that don't show, and its stdin; None: there is no way."""
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
