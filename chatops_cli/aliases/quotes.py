"""Writes out what quotes around a value mean, where that can be told from the format alone.

A placeholder is an optional quote, a value, an optional quote; and the value looks at the
characters beside it. Where the format cannot put a quote of its own beside the placeholder (nearly
always: a space is there), the character that the value looks at is the one that the optional quote
took, or none. Then no looking is needed: an opening quote, a value, a closing one; and so on.
"""

from functools import cache
from typing import NamedTuple, assert_never

from chatops_cli.aliases.characters import QUOTES, TYPOGRAPHIC, Ranges, of
from chatops_cli.aliases.places import Place
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
    has_values,
)

_OPTIONAL = Repeat(Chars(of(QUOTES)), 0, 1, lazy=False)


def resolved(tree: Node) -> Node | None:
    """The same expression without a `Value` in it, None where it takes `markers`."""
    try:
        return _resolve(tree, _Beside(before=True, after=True))
    except _UnresolvedError:
        return None


class _UnresolvedError(Exception):
    pass


class _Beside(NamedTuple):
    """Whether the character before or after something may be a quote."""

    before: bool
    after: bool


class _Ends(NamedTuple):
    """Whether something may begin or end with a quote, and whether it may be empty."""

    first: bool
    last: bool
    empty: bool


def _resolve(node: Node, beside: _Beside) -> Node:
    match node:
        case Value():
            raise _UnresolvedError
        case Sequence():
            return _sequence(node, beside)
        case Choice(items=items):
            return Choice(tuple(_resolve(item, beside) for item in items))
        case Capture(name=name, item=item):
            return Capture(name, _resolve(item, beside))
        case Repeat(item=item, high=high) if has_values(item):
            if high != 1:
                raise _UnresolvedError
            return node._replace(item=_resolve(item, beside))
        case _:
            return node


def _sequence(node: Sequence, beside: _Beside) -> Node:
    neighbours = _neighbours(node.items, beside)
    items: list[Node] = []
    i = 0
    while i < len(node.items):
        placeholder = node.items[i : i + 3]
        match placeholder:
            case (first, Value() as value, last) if first == last == _OPTIONAL:
                if neighbours[i].before or neighbours[i + 2].after:
                    raise _UnresolvedError
                items.append(Placeholder(*value))
                i += 3
            case _:
                items.append(_resolve(node.items[i], neighbours[i]))
                i += 1
    return Sequence(tuple(items))


@cache
def written_out(dot: Ranges) -> Node:
    """What a `Placeholder` stands for, its value in any one of several groups without a name."""
    text = Repeat(Chars(dot), 1, None, lazy=True)
    braces = Sequence((_text("{"), text, _text("}")))
    other = Sequence((Capture("", Choice((braces, text))), _OPTIONAL))
    quoted = (
        Sequence((_text(q), Choice((Sequence((Capture("", text), _text(q))), other))))
        for q in "'\""
    )
    return Choice((*quoted, other))


def _text(text: str) -> Text:
    return Text(text, fold=False, loose=False)


def _neighbours(items: tuple[Node, ...], beside: _Beside) -> list[_Beside]:
    ends = [_ends(item) for item in items]
    before: list[bool] = []
    quote = beside.before
    for item, end in zip(items, ends, strict=True):
        before.append(quote)
        quote = item != Edge(Place.START) and (end.last or (end.empty and quote))
    after: list[bool] = []
    quote = beside.after
    for item, end in zip(reversed(items), reversed(ends), strict=True):
        after.append(quote)
        quote = item != Edge(Place.END) and (end.first or (end.empty and quote))
    return [_Beside(b, a) for b, a in zip(before, reversed(after), strict=True)]


def _ends(node: Node) -> _Ends:
    match node:
        case Text(text=text, loose=loose):
            ends = _Ends(_may_be_quote(text[0], loose), _may_be_quote(text[-1], loose), empty=False)
        case Chars(ranges=ranges):
            quote = any(low <= ord(q) <= high for low, high in ranges for q in QUOTES)
            ends = _Ends(quote, quote, empty=False)
        case Value() | Placeholder():
            ends = _Ends(first=True, last=True, empty=False)
        case Edge():
            ends = _Ends(first=False, last=False, empty=True)
        case Capture(item=item):
            ends = _ends(item)
        case Repeat(item=item, low=low):
            ends = _ends(item)
            ends = ends._replace(empty=ends.empty or low == 0)
        case Choice(items=items):
            flags = zip(*(_ends(item) for item in items), strict=True)
            ends = _Ends(*(any(flag) for flag in flags))
        case Sequence(items=items):
            ends = _joined([_ends(item) for item in items])
        case _:
            assert_never(node)
    return ends


def _joined(ends: list[_Ends]) -> _Ends:
    return _Ends(
        first=_reaches(ends, [end.first for end in ends]),
        last=_reaches(ends[::-1], [end.last for end in reversed(ends)]),
        empty=all(end.empty for end in ends),
    )


def _reaches(ends: list[_Ends], quotes: list[bool]) -> bool:
    """Whether a quote comes first, past what may be empty."""
    for end, quote in zip(ends, quotes, strict=True):
        if quote:
            return True
        if not end.empty:
            return False
    return False


def _may_be_quote(character: str, loose: bool) -> bool:
    forms = TYPOGRAPHIC.get(character, character) if loose else character
    return any(q in forms for q in QUOTES)
