"""The words of a template with their offsets, which Jinja's nodes don't have."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from chatops_cli.rendering.sandbox import Sandbox

_BREAK = re.compile(r"\r\n|\r|\n")
_IGNORED = frozenset(
    {
        *("whitespace", "comment", "comment_begin", "comment_end", "linecomment"),
        *("linecomment_begin", "linecomment_end", "raw_begin", "raw_end"),
    }
)


class Token(NamedTuple):
    """A word of a template; `offset` counts in the text with plain line breaks."""

    kind: str
    text: str
    line: int
    offset: int


def plain_breaks(text: str) -> str:
    """The text as Jinja counts in it: each line break is one sign."""
    return _BREAK.sub("\n", text)


def tokenize(text: str, sandbox: "Sandbox") -> list[Token]:
    """The words as far as they can be read: those that mean something, in their order."""
    from jinja2 import TemplateSyntaxError

    text = plain_breaks(text)
    tokens: list[Token] = []
    position = 0
    try:
        for line, kind, value in sandbox.lexer.tokeniter(text, None):
            found = text.find(value, position)
            if found < 0:
                break  # never seen: Jinja gives each word as it is written
            position = found + len(value)
            if kind not in _IGNORED:
                tokens.append(Token(kind, value, line, found))
    except TemplateSyntaxError:
        pass  # what comes before is read all the same
    return tokens


def find_sequence(tokens: Sequence[Token], wanted: Sequence[str], line: int = 0) -> int:
    """The offset of the last word of the first such sequence, from a line on; 0 without one.

    Of an item in brackets it is that of the item.

    Texts are compared without their quotes, so that ``['a']`` is the sequence ``[ a ]``.
    """
    size = len(wanted)
    for index in range(len(tokens) - size + 1):
        part = tokens[index : index + size]
        if index and tokens[index - 1].text == ".":
            continue  # a step of another path has this name
        if part[0].line >= line and all(map(_is, part, wanted)):
            return part[-2 if wanted[-1] == "]" else -1].offset
    return 0


def _is(token: Token, wanted: str) -> bool:
    return token.text == wanted or (token.kind == "string" and token.text[1:-1] == wanted)


def line_start(tokens: Sequence[Token], line: int) -> int:
    """The offset of the first word inside of braces in a line; 0 without one."""
    return next((t.offset for t in tokens if t.line == line and t.kind != "data"), 0)
