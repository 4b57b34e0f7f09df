"""A text taken apart into what stands in it and its expressions.

Source: Orquesta, ``orquesta.expressions``: an expression ends on the line where it begins; one
block (``{% … %}``) makes the whole text a template; a text has expressions of one language.
"""

import re
from enum import StrEnum

from chatops_cli.model.frozen import frozen

_YAQL = re.compile(r"<%(.*?)%>")
_YAQL_LINES = re.compile(r"<%(?:(?!<%|%>)[^\n])*\n(?:(?!<%|%>).)*%>", re.DOTALL)
_JINJA_LINES = re.compile(r"\{\{(?:(?!\{\{|\}\})[^\n])*\n(?:(?!\{\{|\}\}).)*\}\}", re.DOTALL)
_BLOCK = re.compile(r"\{%.*?%\}")
_TOKEN = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|[{}\n]")


class Language(StrEnum):
    """What an expression is written in."""

    YAQL = "yaql"
    JINJA = "jinja"


@frozen
class Piece:
    """A part of a text, with where it begins; `inner` is an expression without its delimiters."""

    text: str
    offset: int
    inner: str | None = None


@frozen
class Split:
    """A text with expressions. With blocks it is one template, and one piece."""

    languages: tuple[Language, ...]
    pieces: tuple[Piece, ...]
    has_blocks: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether the text is one expression and nothing else: its value keeps its type."""
        return len(self.pieces) == 1 and not self.has_blocks


def may_have_expressions(text: str) -> bool:
    """Whether it is worth to take the text apart."""
    return "<%" in text or "{{" in text or "{%" in text


def split(text: str) -> Split | None:
    """The text taken apart, None where it has no expressions."""
    yaql = [
        Piece(text=found[0], offset=found.start(), inner=found[1].strip())
        for found in _YAQL.finditer(text)
    ]
    jinja = list(_jinja(text))
    has_blocks = _BLOCK.search(text) is not None
    if yaql and (jinja or has_blocks):
        both = sorted((*yaql, *jinja), key=lambda piece: piece.offset)
        return Split(languages=(Language.YAQL, Language.JINJA), pieces=tuple(both))
    if yaql:
        return Split(languages=(Language.YAQL,), pieces=_with_texts(text, yaql))
    if has_blocks:
        whole = Piece(text=text, offset=0, inner=text)
        return Split(languages=(Language.JINJA,), pieces=(whole,), has_blocks=True)
    if jinja:
        return Split(languages=(Language.JINJA,), pieces=_with_texts(text, jinja))
    return None


def unfinished(text: str, taken: Split | None) -> list[tuple[Language, Piece]]:
    """What looks like an expression over several lines: it is none, and stays as it is written."""
    if "\n" not in text or (taken is not None and taken.has_blocks):
        return []
    ranges = [(p.offset, p.offset + len(p.text)) for p in taken.pieces if p.inner] if taken else []
    return [
        (language, Piece(text=found[0], offset=found.start()))
        for language, pattern in ((Language.YAQL, _YAQL_LINES), (Language.JINJA, _JINJA_LINES))
        for found in pattern.finditer(text)
        if not any(start <= found.start() < end for start, end in ranges)
    ]


def _with_texts(text: str, expressions: list[Piece]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    end = 0
    for piece in expressions:
        if piece.offset > end:
            pieces.append(Piece(text=text[end : piece.offset], offset=end))
        pieces.append(piece)
        end = piece.offset + len(piece.text)
    if end < len(text):
        pieces.append(Piece(text=text[end:], offset=end))
    return tuple(pieces)


def _jinja(text: str) -> list[Piece]:
    """The inline expressions: objects in braces and texts in quotes may hold their end mark."""
    pieces: list[Piece] = []
    start = text.find("{{")
    while start >= 0:
        line_end = text.find("\n", start)
        line_end = len(text) if line_end < 0 else line_end
        first = text.find("}}", start + 2, line_end)
        if first < 0:
            start = text.find("{{", line_end)
            continue
        end = _end(text, start + 2)
        end = first + 2 if end is None else end
        whole = text[start:end]
        pieces.append(Piece(text=whole, offset=start, inner=whole[2:-2].strip()))
        start = text.find("{{", end)
    return pieces


def _end(text: str, start: int) -> int | None:
    """Where the expression that begins here ends, None where its braces are not in balance."""
    depth = 0
    position = start
    while (token := _TOKEN.search(text, position)) is not None:
        position = token.end()
        if token[0] == "\n":
            return None
        if token[0] == "{":
            depth += 1
        elif token[0] == "}" and depth:
            depth -= 1
        elif token[0] == "}":
            return position + 1 if text.startswith("}", position) else None
    return None
