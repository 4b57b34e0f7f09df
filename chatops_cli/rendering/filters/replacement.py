"""The replacement of `regex_replace`, written as for Python's `re.sub`."""

import re
from collections.abc import Callable

from chatops_cli.rendering.filters.engine import Found

_ESCAPE = re.compile(
    r"\\(?: g<(?P<name>[^>]*)> | (?P<octal>0[0-7]{0,2}|[1-3][0-7]{2}) | (?P<number>[1-9]\d?)"
    r" | (?P<letter>[a-zA-Z]) | (?P<backslash>\\) )",
    re.ASCII | re.VERBOSE,
)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def compile_replacement(text: str) -> Callable[[Found], str]:
    r"""What writes the replacement of one match.

    ``\1`` to ``\99``, ``\g<1>`` and ``\g<name>`` are groups, ``\n`` and the like control
    characters, ``\\`` a backslash; before any other sign a backslash stays.

    Raises:
        ValueError: It has an escape that means nothing. A group that the pattern doesn't have is
            an IndexError when a match is written.
    """
    if "\\" not in text:
        return lambda _: text
    parts: list[str | int] = []
    names: list[str] = []
    start = 0
    for escape in _ESCAPE.finditer(text):
        parts.append(text[start : escape.start()])
        start = escape.end()
        kind = escape.lastgroup
        if kind == "name" and not escape["name"].isdigit():
            names.append(escape["name"])
            parts.append(-len(names))
        elif kind in ("name", "number"):
            parts.append(int(escape[kind]))
        else:
            parts.append(_character(escape))
    parts.append(text[start:])

    def expand(found: Found) -> str:
        return "".join(
            part if isinstance(part, str) else _group(found, part, names) for part in parts
        )

    return expand


def _character(escape: re.Match[str]) -> str:
    if escape["octal"] is not None:
        return chr(int(escape["octal"], 8))
    if escape["backslash"] is not None:
        return "\\"
    letter = escape["letter"]
    if letter not in _LETTERS:
        raise ValueError(f"the replacement has the escape \\{letter}, which means nothing")
    return _LETTERS[letter]


def _group(found: Found, part: int, names: list[str]) -> str:
    group = names[-part - 1] if part < 0 else part
    try:
        return found.group(group) or ""
    except IndexError:
        raise IndexError(f"the replacement names group {group}, the pattern has none") from None
