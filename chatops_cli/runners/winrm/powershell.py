"""Text that PowerShell runs, and the command line that has it run."""

from base64 import b64encode
from collections.abc import Iterator

from chatops_cli.errors import RunnerError
from chatops_cli.model.json import Json
from chatops_cli.rendering.filters.powershell import powershell_quote
from chatops_cli.runners.contract import Call
from chatops_cli.runners.script_arguments import positional_arguments

PROGRAM = "powershell -NonInteractive -EncodedCommand "

LONGEST_LINE = 8191
"""Characters of a command line. Source: Microsoft, limitation of the command prompt (830473)."""

FROM_STDIN = (
    "& ([ScriptBlock]::Create([Text.Encoding]::UTF8.GetString("
    "[Convert]::FromBase64String(-join @($input)))))"
)
"""Runs the text whose UTF-8 in base64 comes in by stdin."""


def script_text(call: Call, script: str) -> str:
    """The script with the parameters of its action as arguments: named ones, then positional ones.

    Each is a literal: it stays one value, and never becomes code.

    Raises:
        RunnerError: One can't be given.

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

    Raises:
        RunnerError: Half of a surrogate pair is in the text.
    """
    line = _line(text)
    if not is_hidden and len(line) <= LONGEST_LINE:
        return line, b""
    return _line(FROM_STDIN), b64encode(text.encode()) + b"\r\n"


def _line(text: str) -> str:
    try:
        return PROGRAM + b64encode(text.encode("utf-16-le")).decode("ascii")
    except UnicodeEncodeError as error:
        raise RunnerError(
            f"the text at {error.start} is no character: {text[error.start]!r}"
        ) from error


def _arguments(call: Call) -> Iterator[str]:
    declared = call.action.parameters
    operator = call.runner_parameters.get("kwarg_op")
    prefix = operator if isinstance(operator, str) else "-"
    for name, value in call.parameters.items():
        if value is None or (name in declared and declared[name].position is not None):
            continue
        joined = ":" if isinstance(value, bool) and prefix == "-" else " "
        yield f"{prefix}{name}{joined}{_literal(value)}"
    yield from map(_literal, positional_arguments(call))


def _literal(value: Json) -> str:
    try:
        return powershell_quote(value)
    except ValueError as error:
        raise RunnerError(f"an argument can't be given: {error}") from error
