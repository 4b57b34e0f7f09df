"""``key=value`` at the end of a message: parameters that the format does not mention.

Source: StackStorm, the format parser: a key is a word, a value is in quotes, in braces, or a word;
pairs stand apart by white space.
"""

import re
from collections.abc import Collection, Iterator, Mapping
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

    Where the last closing of each kind stands is found once: or every value that opens with a
    brace would look through all the rest for one that isn't there.

    Source: StackStorm, which looks for pairs anew in the text that it cut off.
    """
    last = {opening: tail.rfind(closing) for opening, closing in _CLOSINGS.items()}
    found = _WORD.search(tail)
    while found is not None:
        start, at = found.span(1)
        equals = _equals(tail, start, at)
        if equals is not None:
            key, value_start = tail[start:equals].rstrip(), equals + 1
            value, at = _enclosed(tail, value_start, last)
            if at < 0:
                at = _end_of_word(tail, value_start)
                value = tail[value_start:at]
            yield Pair(key, value, start)
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


def _enclosed(tail: str, start: int, last: Mapping[str, int]) -> tuple[str, int]:
    """The value in quotes or braces that begins at `start`, and its end: -1 if there is none."""
    opening = tail[start]
    if opening not in last:
        return "", -1
    if opening != "{" and tail.startswith(opening, start + 1):
        return "", start + 2
    if last[opening] < start + 2:
        return "", -1
    end = tail.index(_CLOSINGS[opening], start + 2)
    return (tail[start : end + 1] if opening == "{" else tail[start + 1 : end]), end + 1


def _end_of_word(tail: str, start: int) -> int:
    found = _REST.match(tail, start)
    return found.end() if found else start
