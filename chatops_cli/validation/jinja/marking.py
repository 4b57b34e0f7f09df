"""Where a sign of a text in a YAML file stands, whatever way the text is written there."""

import os
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chatops_cli.model.problem import Place
from chatops_cli.reading.file import read_file
from chatops_cli.reading.node import Node
from chatops_cli.reading.source import parse
from chatops_cli.reading.tree import place_of

Path = tuple[str | int, ...]
"""Keys and indexes from the top of a file to a value in it."""

_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t]+)+")
"""An anchor or a tag before the value."""
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.|$))", re.DOTALL
)
_WHITE = frozenset("abtnvfreLNP_ \t0")
"""Letters behind a backslash that stand for a sign which isn't counted: white space, and others."""


class _Sign(NamedTuple):
    """One visible sign of a text, and where it is written; both count from 0."""

    text: str
    line: int
    column: int


def place_at(file: str, path: Path, text: str, before: int) -> Place:
    """Where a visible sign of `text` stands in the file.

    Blocks, folded texts and quotes are followed sign by sign: white space is passed over, since
    folding changes it. Where what is written can't be followed, it is where the value starts.

    Args:
        file: The file, as places name it.
        path: The keys to the text; where one isn't there, the value above it counts.
        text: The text as the YAML gives it.
        before: How many visible signs of the text come before it.
    """
    data = read_file(os.path.abspath(file), file=file)  # noqa: PTH100  # as elsewhere for places
    if not isinstance(data, bytes):
        return Place(file=file)
    node = _node_at(parse(data, file=file).root, path)
    if node is None:
        return Place(file=file)
    start = place_of(node, file)
    if node.id != "scalar" or node.value != text:
        return start
    lines = _BREAK.split(data.decode("utf-8", "replace").removeprefix("\ufeff"))
    wanted = [sign for sign in text if not sign.isspace()]
    signs = list(_signs(lines, node, len(wanted)))
    if before >= len(wanted) or [sign.text for sign in signs] != wanted:
        return start
    return Place(file=file, line=signs[before].line + 1, column=signs[before].column + 1)


def key_place(file: str, path: Path) -> Place:
    """Where the last key of a path stands in a file; where it isn't there, what is above it."""
    data = read_file(os.path.abspath(file), file=file)  # noqa: PTH100  # as above
    if not isinstance(data, bytes):
        return Place(file=file)
    above = _node_at(parse(data, file=file).root, path[:-1])
    if above is None:
        return Place(file=file)
    pairs = above.value if above.id == "mapping" else ()
    key = next((key for key, _ in pairs if key.value == path[-1]), above)
    return place_of(key, file)


def _node_at(root: Node | None, path: Path) -> Node | None:
    node = root
    for step in path:
        found = _child(node, step) if node is not None else None
        if found is None:
            return node
        node = found
    return node


def _child(node: Node, step: str | int) -> Node | None:
    if node.id == "mapping":
        return next((value for key, value in node.value if key.value == step), None)
    if node.id == "sequence" and isinstance(step, int) and step < len(node.value):
        item: Node = node.value[step]
        return item
    return None


def _signs(lines: Sequence[str], node: Node, count: int) -> Iterator[_Sign]:
    """The first visible signs of a scalar, escapes resolved."""
    start, style = node.start_mark, node.style
    line, column = start.line, start.column
    properties = _PROPERTIES.match(lines[line], column)
    column = properties.end() if properties is not None else column
    if style in ("|", ">"):
        line, column = line + 1, 0
    elif style in ("'", '"'):
        column += 1
    found = 0
    while line < len(lines) and found < count:
        for sign in _line_signs(lines[line], line, column, style):
            yield sign
            found += 1
            if found == count:
                return
        line, column = line + 1, 0


def _line_signs(text: str, line: int, column: int, style: str | None) -> Iterator[_Sign]:
    while column < len(text):
        sign, width = text[column], 1
        if style == "'" and text.startswith("''", column):
            width = 2
        elif style == '"' and sign == "\\":
            sign, width = _escaped(text, column)
        if sign and not sign.isspace():
            yield _Sign(sign, line, column)
        column += width


def _escaped(text: str, column: int) -> tuple[str, int]:
    """The sign that an escape stands for, empty for one that isn't counted; and its width."""
    found = _ESCAPE.match(text, column)
    if found is None:
        return "\\", 1
    code = found[1] or found[2] or found[3]
    if code:
        number = int(code, 16)
        return (chr(number) if number <= 0x10FFFF else ""), len(found[0])  # noqa: PLR2004  # Unicode's last
    letter = found[4]
    return ("" if letter in _WHITE else letter), len(found[0])
