"""Text that PowerShell runs: values as literals that stay data, and what runs a text.

Source: PowerShell's language specification, 2.3.5.2 (string literals): in a verbatim string only
quotation marks mean something, among them four typographic ones, and two of them are one.
"""

import re
from base64 import b64encode
from collections.abc import Iterator

from chatops_cli.errors import RunnerError
from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Call
from chatops_cli.runners.script_arguments import positional_arguments

QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")

PROGRAM = "powershell -NonInteractive -EncodedCommand "

LONGEST_LINE = 8191
"""Characters of a command line. Source: Microsoft, limitation of the command prompt (830473)."""

FROM_STDIN = (
    "& ([ScriptBlock]::Create([Text.Encoding]::UTF8.GetString("
    "[Convert]::FromBase64String(-join @($input)))))"
)
"""Runs the text whose UTF-8 in base64 comes in by stdin."""


def literal(value: Json) -> str:
    """The value as PowerShell text that means it, and nothing else.

    Raises:
        RunnerError: A text has a NUL in it.
    """
    match value:
        case None:
            return "$null"
        case bool():
            return "$true" if value else "$false"
        case int() | float():
            return repr(value)
        case str():
            if "\0" in value:
                raise RunnerError("an argument holds a NUL, which none can")
            return "'" + QUOTES.sub(lambda quote: quote[0] * 2, value) + "'"
        case list():
            return f"@({', '.join(map(literal, value))})"
        case dict():
            pairs = (f"{literal(key)} = {literal(item)}" for key, item in value.items())
            return "@{" + "; ".join(pairs) + "}"


def script_text(call: Call, script: str) -> str:
    """The script with the parameters of its action as arguments: named ones, then positional ones.

    Source: StackStorm, ``run_ps`` and ``create_ps_params_string`` of its WinRM runners; positional
    ones are made text as for a shell. **Ours**: null is left out, so that the script's own default
    holds; a named boolean is ``-name:$true``, which a switch takes as well.
    """
    arguments = " ".join(_arguments(call))
    # What ends in a comment must not swallow the brace.
    return f"& {{{script}\n}} {arguments}" if arguments else script


def command_of(text: str, *, is_hidden: bool) -> tuple[str, bytes]:
    """A command line that runs `text`, and its stdin.

    On the command line itself, where Windows shows it to whoever lists processes, it stands only if
    it is not to be hidden and fits.
    """
    line = PROGRAM + b64encode(text.encode("utf-16-le")).decode("ascii")
    if not is_hidden and len(line) <= LONGEST_LINE:
        return line, b""
    line = PROGRAM + b64encode(FROM_STDIN.encode("utf-16-le")).decode("ascii")
    return line, b64encode(text.encode()) + b"\r\n"


def _arguments(call: Call) -> Iterator[str]:
    declared = call.action.parameters
    operator = call.runner_parameters.get("kwarg_op")
    prefix = operator if isinstance(operator, str) else "-"
    for name, value in call.parameters.items():
        if value is None or (name in declared and declared[name].position is not None):
            continue
        joined = ":" if isinstance(value, bool) and prefix == "-" else " "
        yield f"{prefix}{name}{joined}{literal(value)}"
    yield from map(literal, positional_arguments(call))
