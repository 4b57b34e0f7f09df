"""``key=value`` at the end of a message: parameters that the format does not mention.

Source: StackStorm, the format parser: a key is a word, a value is in quotes, in braces, or a word;
pairs stand apart by white space.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache, cached_property
from typing import NamedTuple

from chatops_cli.aliases.characters import SPACE, complement
from chatops_cli.aliases.engine import Engine, compiled
from chatops_cli.aliases.syntax import char_class

# Single classes from left to right, none beside its like: no way to backtrack.
_WORD = re.compile(r"(?:\A|\s)(\S+)")
_EQUALS = re.compile(r"\s+=\S")
_REST = re.compile(r"\S+")
_CLOSINGS = {'"': '"', "'": "'", "{": "}"}


class Pair(NamedTuple):
    """One pair; `start` is where its key begins in the tail."""

    key: str
    value: str
    start: int


class Tail:
    """The pairs at the end of a message: the text that they are, and, when asked for, each."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Each in turn."""
        return tuple(_pairs(self.text))


def trailing(text: str) -> Tail | None:
    """The longest run of pairs that reaches the end of `text`, None if there is none."""
    if "=" not in text:
        return None
    data = text.encode()
    found = _ending().search(data)
    if found is None:
        return None
    start, end = found.span(1)
    return Tail(data[start:end].decode()) if start < end else None


def cut_everywhere(text: str, tail: Tail) -> str:
    """`text` without the tail, and without the same text at any other place.

    Source: StackStorm, which removes the pairs with ``str.replace``.
    """
    return text.replace(tail.text, "")


def cut_settable(text: str, tail: Tail, keys: Collection[str]) -> tuple[str, tuple[Pair, ...]]:
    """`text` without its last pairs, as far back as all their keys are in `keys`; and those."""
    first = len(tail.pairs)
    while first and tail.pairs[first - 1].key in keys:
        first -= 1
    if first == len(tail.pairs):
        return text, ()
    before = text[: len(text) - len(tail.text)] + tail.text[: tail.pairs[first].start]
    return before.rstrip(), tail.pairs[first:]


@cache
def _ending() -> Engine:
    space, word = char_class(SPACE), char_class(complement(SPACE))
    value = f"(?:\"\"|''|\".+?\"|'.+?'|\\{{.+?\\}}|{word}+)"
    pair = f"(?:\\A|{space}+){space}*{word}+?{space}*={value}"
    return compiled(f"(?s)\\A.*?((?:{pair}{space}*)*)\\z")


def _pairs(tail: str) -> Iterator[Pair]:
    """Each pair in turn. The value may be in quotes here although it was a word to `_ending`.

    Source: StackStorm, which looks for pairs anew in the text that it cut off.
    """
    found = _WORD.search(tail)
    while found is not None:
        equals = _equals(tail, found.start(1), found.end())
        at = found.end()
        if equals is not None:
            value, at = _value(tail, equals + 1)
            yield Pair(tail[found.start(1) : equals].rstrip(), value, found.start(1))
        found = _WORD.search(tail, at)


def _equals(tail: str, start: int, end: int) -> int | None:
    """Where the ``=`` of the pair is whose key begins with the word from `start` to `end`.

    It is in the word itself, or it begins the next word; and a value stands right after it.
    """
    at = tail.find("=", start + 1, end - 1)
    if at >= 0:
        return at
    late = _EQUALS.match(tail, end)
    return None if late is None else late.end() - len("=x")


def _value(tail: str, start: int) -> tuple[str, int]:
    """The value that begins at `start`, and where the text goes on after it."""
    opening = tail[start]
    if tail.startswith(('""', "''"), start):
        return "", start + 2
    closing = _CLOSINGS.get(opening)
    end = tail.find(closing, start + 2) if closing else -1
    if end >= 0:
        return (tail[start : end + 1] if opening == "{" else tail[start + 1 : end]), end + 1
    found = _REST.match(tail, start)
    end = found.end() if found else start
    return tail[start:end], end
