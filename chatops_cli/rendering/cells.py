"""Text measured and broken in the cells of a terminal."""

import re
from collections.abc import Iterable, Iterator

_ADDRESS = re.compile(r"[(<\[]*(?:[\w+.-]+://|mailto:)", re.ASCII)
_TAB = 8
# Below it, and among punctuation and box drawing, every character takes one cell.
_FIRST_ODD = 0x300
_EVEN = ((0x2010, 0x2027), (0x2030, 0x205E), (0x2500, 0x257F), (0x2580, 0x259F))


def width_of(text: str) -> int:
    """The cells that a line takes; wide characters take two, combining ones none."""
    if text.isascii() or not any(map(_is_odd, text)):
        return len(text)
    from wcwidth import wcswidth

    width = wcswidth(text)
    return width if width >= 0 else len(text)


def pad(text: str, width: int) -> str:
    """The line filled with spaces up to a width."""
    return text + " " * max(0, width - width_of(text))


def wrap(text: str, width: int, *, is_strict: bool = False) -> list[str]:
    """The text's lines, each broken at spaces where it is longer than `width` cells.

    What follows a break is indented as the line is. Addresses are never broken, other long words
    only if `is_strict`.
    """
    lines: list[str] = []
    for line in map(str.rstrip, text.split("\n")):
        if len(line) * 2 <= width or width_of(line) <= width:
            lines.append(line)
        else:
            lines.extend(_broken(line.expandtabs(_TAB), width, is_strict))
    return lines


def cut(text: str, width: int) -> list[str]:
    """The text's lines, each broken at `width` cells, spaces kept: for code."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines.extend(_pieces(line.expandtabs(_TAB).rstrip(), width))
    return lines


def _broken(line: str, width: int, is_strict: bool) -> Iterator[str]:
    words = line.split(" ")
    indent = ""
    while words and not words[0]:
        indent += words.pop(0) + " "
    indent = indent if len(indent) * 2 <= width else ""
    current, used = indent, len(indent)
    for word in _words(words, width - len(indent), is_strict):
        size = width_of(word)
        is_first = used == len(indent)
        if not is_first and used + 1 + size > width:
            yield current.rstrip()
            current, used, is_first = indent, len(indent), True
        current += word if is_first else f" {word}"
        used += size + (not is_first)
    yield current.rstrip()


def _words(words: Iterable[str], width: int, is_strict: bool) -> Iterator[str]:
    for word in words:
        if is_strict and width_of(word) > width and not _ADDRESS.match(word):
            yield from _pieces(word, width)
        else:
            yield word


def _pieces(line: str, width: int) -> list[str]:
    if len(line) * 2 <= width or width_of(line) <= width:
        return [line]
    pieces, start, used = [], 0, 0
    for position, size in _clusters(line):
        if used + size > width and position > start:
            pieces.append(line[start:position])
            start, used = position, 0
        used += size
    return [*pieces, line[start:]]


def _clusters(line: str) -> Iterator[tuple[int, int]]:
    """Where each character that a reader sees starts, and its cells."""
    if line.isascii():
        yield from ((position, 1) for position in range(len(line)))
        return
    from wcwidth import iter_graphemes

    position = 0
    for cluster in iter_graphemes(line):
        yield position, width_of(cluster)
        position += len(cluster)


def _is_odd(character: str) -> bool:
    code = ord(character)
    return code >= _FIRST_ODD and not any(first <= code <= last for first, last in _EVEN)
