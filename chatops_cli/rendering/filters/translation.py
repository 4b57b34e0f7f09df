r"""A pattern of Python's `re` in the words of RE2, for one alphabet of texts.

The two read most patterns alike. They differ in what ``\d``, ``\w``, ``\s`` and ``\b`` mean outside
of ASCII, in a few escapes, and in what stands after ``(?``.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Alphabet(StrEnum):
    """Which texts the translated pattern is for."""

    ASCII = "ascii"
    UNICODE = "unicode"
    NEAR = "near"
    r"""Any, and where Python's meaning can't be said, one that is near: ``\b`` of ASCII letters."""


_TOKEN = re.compile(
    r"\[(?P<any>\\s\\S|\\S\\s|\\d\\D|\\D\\d|\\w\\W|\\W\\w)\]"
    r"|\\(?P<escape>x[0-7][0-9a-fA-F]|.)"
    r"|(?P<bracket>\[\^?\]?|\])"
    # A group of a kind that RE2 lacks or reads in its own way, an upper bound alone.
    r"|(?P<foreign>\(\?(?!:|P<)|\{(?=,))",
    re.DOTALL,
)
_SPACE = r"\t-\r\x1c-\x20"
_SPACES = (
    _SPACE + r"\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}"
    r"\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
)
_NOT_SPACES = (
    r"\x00-\x08\x0e-\x1b\x21-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}"
    r"\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff}"
)
# All but letters, numbers and the underscore; RE2 has no name for what is not assigned.
_NOT_WORD = (
    r"\p{M}\p{S}\p{Z}\p{C}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}"
    r"\x{203f}\x{2040}\x{2054}\x{fe33}\x{fe34}\x{fe4d}-\x{fe4f}\x{ff3f}"
)
_ASCII = {"d": r"\d", "w": r"\w", "s": _SPACE, "D": r"\D", "W": r"\W", "S": _NOT_SPACES}
_UNICODE = {"d": r"\p{Nd}", "w": r"\p{L}\p{N}_", "s": _SPACES, "D": r"\P{Nd}", "S": _NOT_SPACES}
# What stands for a class's escape between brackets; outside of them the brackets are ours.
_MEMBERS: Mapping[Alphabet, Mapping[str, str]] = MappingProxyType(
    {
        Alphabet.ASCII: _ASCII,
        Alphabet.UNICODE: _UNICODE,
        Alphabet.NEAR: {**_UNICODE, "W": _NOT_WORD},
    }
)
_SAME = frozenset("Anrtfvax")


def translate(pattern: str, alphabet: Alphabet) -> str | None:
    """The pattern for RE2, None where it would mean something else there.

    Args:
        pattern: A pattern that Python's `re` compiles.
        alphabet: The texts that it is for.
    """
    pieces: list[str] = []
    start, in_class = 0, False
    for token in _TOKEN.finditer(pattern):
        pieces.append(pattern[start : token.start()])
        start = token.end()
        piece = _piece(token, alphabet, in_class=in_class)
        if piece is None:
            return None
        pieces.append(piece)
        if token["bracket"] is not None:
            in_class = not token[0].endswith("]") if in_class else token[0][0] == "["
    return "".join((*pieces, pattern[start:]))


def _piece(token: re.Match[str], alphabet: Alphabet, *, in_class: bool) -> str | None:
    """One token for RE2; in a class, brackets and groups are plain text."""
    if token["any"] is not None:
        return None if in_class else "(?s:.)"
    if token["escape"] is not None:
        return _escape(token["escape"], alphabet, in_class=in_class)
    if token["foreign"] is not None:
        return token[0] if in_class else None
    return token[0].replace("[", r"\[") if in_class else token[0].replace("]", r"\]")


def _escape(escape: str, alphabet: Alphabet, *, in_class: bool) -> str | None:
    """One escape for RE2, given without its backslash."""
    members = _MEMBERS[alphabet]
    if escape.lower() in members:
        if in_class:
            return members.get(escape)
        return f"[{'^' if escape.isupper() else ''}{members[escape.lower()]}]"
    if escape == "b":
        boundary = None if alphabet is Alphabet.UNICODE else r"\b"
        return r"\x08" if in_class else boundary
    if escape == "Z":
        return r"\z"
    # Other letters and digits mean something else in RE2, or are references to groups.
    is_sign = escape.isascii() and not escape.isalnum()
    return f"\\{escape}" if is_sign or escape[0] in _SAME else None
