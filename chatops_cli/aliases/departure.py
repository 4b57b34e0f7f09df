"""Where a message departs from a format, and what the format wants there."""

import re
from collections.abc import Iterator
from typing import NamedTuple, assert_never

from chatops_cli.aliases import program
from chatops_cli.aliases.engine import compiled
from chatops_cli.aliases.quotes import resolved
from chatops_cli.aliases.subject import Subject
from chatops_cli.aliases.tree import (
    Capture,
    Chars,
    Choice,
    Edge,
    Node,
    Placeholder,
    Repeat,
    Sequence,
    Text,
    Value,
    is_closed,
    names,
)

END = "the end of the message"


class Departure(NamedTuple):
    """The character of the message from which on it differs, and what was expected there."""

    offset: int
    expected: str


def departure(subject: Subject, tree: Node) -> Departure:
    """How far `subject`, which does not match, follows `tree`.

    Its parts are tried from the left, as many as still match. A value could go on to the end of
    any message; it is taken to be one word long, or what is in quotes.
    """
    parts = tuple(_parts(resolved(tree) or tree))
    low, high = 0, len(parts)
    while low < high:
        middle = (low + high + 1) // 2
        if _end(subject, parts[:middle]) is None:
            high = middle - 1
        else:
            low = middle
    at = max((_end(subject, parts[:low]) or 0) - 1, 0)
    text = subject.text[1:-1]
    if _is_open(parts[:low]):
        at = _end_of_word(text, at)
    rest = text[at:]
    at += len(rest) - len(rest.lstrip())
    return Departure(min(at, len(text)), _expected(parts[low:]))


def _end(subject: Subject, parts: tuple[Node, ...]) -> int | None:
    """The character where the first match of these parts ends."""
    pattern = program.plain(Sequence(parts)).pattern
    found = compiled(pattern).search(subject.data)
    return None if found is None else len(subject.data[: found.span()[1]].decode())


def _parts(node: Node) -> Iterator[Node]:
    """The top of the tree, its literal text word by word."""
    match node:
        case Sequence(items=items):
            for item in items:
                yield from _parts(item)
        case Text(text=text):
            for piece in re.findall(r"\s+|\S+", text):
                yield node._replace(text=piece)
        case _:
            yield node


def _is_open(parts: tuple[Node, ...]) -> bool:
    """Whether the last of the parts that takes any text could take more of it."""
    for part in reversed(parts):
        if names(part) or not is_closed(part):
            return True
        if not isinstance(part, Repeat) or part.low:
            return False
    return False


def _end_of_word(text: str, at: int) -> int:
    found = re.compile(r"\S*").match(text, at)
    return found.end() if found else at


def _expected(parts: tuple[Node, ...]) -> str:
    """What the first of the parts says that says anything."""
    for part in parts:
        said = _say(part)
        if said:
            return said
    return END


def _say(node: Node) -> str:
    match node:
        case Text(text=text):
            said = text.strip()
        case Value(name=name) | Placeholder(name=name) | Capture(name=name):
            said = f"a value for {name}"
        case Choice(items=items):
            said = " or ".join(dict.fromkeys(filter(None, map(_say, items))))
        case Sequence(items=items):
            said = next(filter(None, map(_say, items)), "")
        case Repeat(item=item, low=low):
            said = _say(item) if low else ""
        case Chars():
            said = "other text"
        case Edge():
            said = ""
        case _:
            assert_never(node)
    return said
