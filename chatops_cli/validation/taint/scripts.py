"""Scripts of packs that give an argument of theirs to a shell."""

import re
from collections.abc import Iterator

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Action
from chatops_cli.model.problem import Place
from chatops_cli.reading.file import read_file
from chatops_cli.runners.entry_point import find_entry_point

_SHELL = re.compile(rb"\A#!.*\b(?:ba|da|k|z)?sh\b")
_EVALUATED = re.compile(
    r"^\s*(?:[^#\n]*?[\s;&|(`])?(?:eval|(?:ba|da|k|z)?sh\s+-c|su\s[^|;&]*-c)\s+(.*)"
)
_ASSIGNED = re.compile(r"(?:^|[\s;])(?:local |export |readonly )?([A-Za-z_]\w*)=(\S.*)")
_READ = re.compile(r"\$(?:\{!?)?([A-Za-z_]\w*|[0-9]+|[@*])")


def evaluated(action: Action, position: int | None) -> Place | None:
    """The line of a shell script where an argument becomes a piece of a shell line.

    Args:
        action: Its entry point is the script.
        position: Which of the arguments, from 1; None for one that is given by name, which is
            somewhere among all.
    """
    try:
        path = find_entry_point(action)
    except RunnerError:
        return None
    folder = action.place.file.rpartition("/actions/")[0]
    shown = f"{folder}{path.removeprefix(action.pack_path)}" if folder else path
    data = read_file(path, file=shown)
    if not isinstance(data, bytes) or not _SHELL.match(data):
        return None
    tainted = {"@", "*", *([] if position is None else [str(position)])}
    if position is None:
        tainted |= {str(number) for number in range(1, 10)}
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        found = _EVALUATED.match(line)
        if found is not None and _reads(_expanded(found[1])) & tainted:
            return Place(file=shown, line=number, column=found.start(1) + 1)
        tainted |= {
            each[1] for each in _ASSIGNED.finditer(line) if _reads(_expanded(each[2])) & tainted
        }
    return None


def _expanded(words: str) -> str:
    """A piece of a line without what stands between single quotes: nothing is expanded there."""
    return "".join(_unquoted(words))


def _unquoted(words: str) -> Iterator[str]:
    quote = ""
    for sign in words:
        if sign in "'\"" and quote in ("", sign):
            quote = "" if quote else sign
        elif quote != "'":
            yield sign


def _reads(words: str) -> set[str]:
    return {found[1] for found in _READ.finditer(words)}
