"""Reads a regular expression into a `tree`, with the parser of Python's own ``re``.

This is the one module that touches ``re._parser``: not public, but what StackStorm's formats mean
is what it says. Should it go away, ``sre_parse`` of older releases has the same node kinds, and a
parser for them could stand here; nothing else would change.
"""

import re
import warnings
from collections.abc import Callable, Collection, Iterable
from functools import cache
from re import _constants as sre  # type: ignore[attr-defined]  # not in typeshed, see above
from re import _parser  # type: ignore[attr-defined]  # not in typeshed, see above
from typing import NamedTuple, TypeAlias, cast

from chatops_cli.aliases.characters import (
    ANY,
    NOT_NEWLINE,
    Ranges,
    case_closed,
    category,
    complement,
    normalised,
    of,
    variants,
)
from chatops_cli.aliases.format_error import FormatError
from chatops_cli.aliases.places import Place
from chatops_cli.aliases.tree import (
    Capture,
    Chars,
    Choice,
    Edge,
    Node,
    Repeat,
    Sequence,
    Text,
    Value,
)

Item: TypeAlias = tuple[object, object]


class Parsed(NamedTuple):
    """What ``re`` reads; opaque outside this module."""

    items: list[Item]
    flags: int
    names: dict[int, str]


# Plain numbers: the flags of `re` are slow to combine.
_IGNORECASE, _DOTALL, _MULTILINE = int(re.IGNORECASE), int(re.DOTALL), int(re.MULTILINE)
_ASCII = int(re.ASCII | re.LOCALE)
_UNBOUNDED = {
    sre.ASSERT: "a look-around, (?=...) or (?<=...)",
    sre.ASSERT_NOT: "a negative look-around, (?!...) or (?<!...)",
    sre.FAILURE: "(?!), which never matches",
    sre.GROUPREF: "a back-reference, \\1 or (?P=name)",
    sre.GROUPREF_EXISTS: "a condition on a group, (?(1)...)",
    sre.ATOMIC_GROUP: "an atomic group, (?>...)",
    sre.POSSESSIVE_REPEAT: "a possessive quantifier, such as *+",
}
_CATEGORIES = {
    sre.CATEGORY_DIGIT: ("d", False),
    sre.CATEGORY_NOT_DIGIT: ("d", True),
    sre.CATEGORY_SPACE: ("s", False),
    sre.CATEGORY_NOT_SPACE: ("s", True),
    sre.CATEGORY_WORD: ("w", False),
    sre.CATEGORY_NOT_WORD: ("w", True),
}
_PLACES = {
    sre.AT_BEGINNING: (Place.START, Place.LINE_START),
    sre.AT_BEGINNING_STRING: (Place.START, Place.START),
    # The text ends with a space of ours, never with a line break: `$` has only one place.
    sre.AT_END: (Place.END, Place.LINE_END),
    sre.AT_END_STRING: (Place.END, Place.END),
    sre.AT_BOUNDARY: (Place.BOUNDARY, Place.BOUNDARY),
    sre.AT_NON_BOUNDARY: (Place.NOT_BOUNDARY, Place.NOT_BOUNDARY),
}
_STARTS = frozenset({sre.AT_BEGINNING, sre.AT_BEGINNING_STRING})
_ENDS = frozenset({sre.AT_END, sre.AT_END_STRING})


def parse(source: str) -> Parsed:
    """What Python's ``re`` reads in `source`, where ``.`` matches line breaks too.

    Raises:
        FormatError: It is not a regular expression.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = _parser.parse(source, re.DOTALL)
    except re.error as error:
        raise FormatError(f"the format is not a regular expression: {error.msg}") from error
    except (RecursionError, OverflowError) as error:
        raise FormatError("the format is nested too deeply, or counts too far") from error
    names = {number: name for name, number in found.state.groupdict.items()}
    return Parsed(cast("list[Item]", list(found)), int(found.state.flags), names)


def is_plain(parsed: Parsed) -> bool:
    """Whether no flag is set for the whole expression but those given by us."""
    return parsed.flags == int(re.DOTALL | re.UNICODE)


def has_start(parsed: Parsed) -> bool:
    """Whether StackStorm sees an anchor at the beginning, and so adds none.

    Source: StackStorm, ``search_regex_tokens``: any depth of groups, the second branch of each
    alternation only, nothing that is repeated.
    """
    return _has_anchor(parsed.items, _STARTS)


def has_end(parsed: Parsed) -> bool:
    """Whether StackStorm sees an anchor at the end, and so adds none; see `has_start`."""
    return _has_anchor(parsed.items, _ENDS)


def _has_anchor(items: Iterable[Item], kinds: Collection[object]) -> bool:
    for op, argument in items:
        if op is sre.SUBPATTERN:
            if _has_anchor(cast("tuple[object, object, object, list[Item]]", argument)[3], kinds):
                return True
        elif op is sre.BRANCH:
            if _has_anchor(cast("tuple[None, list[list[Item]]]", argument)[1][1], kinds):
                return True
        elif op is sre.AT and argument in kinds:
            return True
    return False


def to_tree(parsed: Parsed, *, values: Collection[str], loose: bool) -> Node:
    """The same expression as a tree.

    Args:
        parsed: What `parse` gave.
        values: The names of groups that stand for StackStorm's placeholders.
        loose: Whether literal text outside named groups follows the default mode's rules.

    Raises:
        FormatError: Something in it cannot be matched in bounded time.
    """
    if parsed.flags & _ASCII:
        raise FormatError("the format sets the flag (?a), which is not supported")
    try:
        return _Reader(parsed.names, frozenset(values)).sequence(parsed.items, parsed.flags, loose)
    except RecursionError as error:
        raise FormatError("the format is nested too deeply") from error


class _Reader:
    """Goes down ``re``'s nodes; flags and looseness change on the way."""

    def __init__(self, names: dict[int, str], values: frozenset[str]) -> None:
        self._names = names
        self._values = values
        self._readers: dict[object, Callable[[object, int, bool], Node]] = {
            sre.NOT_LITERAL: self._not_literal,
            sre.ANY: self._any,
            sre.IN: self._class,
            sre.AT: self._edge,
            sre.BRANCH: self._branch,
            sre.SUBPATTERN: self._group,
            sre.MAX_REPEAT: self._greedy,
            sre.MIN_REPEAT: self._lazy,
        }

    def sequence(self, items: Iterable[Item], flags: int, loose: bool) -> Node:
        fold = loose or bool(flags & _IGNORECASE)
        nodes: list[Node] = []
        run: list[str] = []
        for op, argument in items:
            if op is sre.LITERAL:
                run.append(chr(cast("int", argument)))
                continue
            if run:
                nodes.append(Text("".join(run), fold, loose))
                run = []
            nodes.append(self._node(op, argument, flags, loose))
        if run:
            nodes.append(Text("".join(run), fold, loose))
        return nodes[0] if len(nodes) == 1 else Sequence(tuple(nodes))

    def _node(self, op: object, argument: object, flags: int, loose: bool) -> Node:
        reader = self._readers.get(op)
        if reader is None:
            what = _UNBOUNDED.get(op, f"{op} of Python's re")
            raise FormatError(
                f"the format has {what}, which cannot be matched in bounded time",
                hint="write it without: alternatives and optional groups do",
            )
        return reader(argument, flags, loose)

    def _not_literal(self, argument: object, flags: int, loose: bool) -> Node:
        del loose
        character = chr(cast("int", argument))
        same = variants(character) if flags & _IGNORECASE else character
        return Chars(complement(of(same)))

    def _any(self, argument: object, flags: int, loose: bool) -> Node:
        del argument, loose
        return Chars(ANY if flags & _DOTALL else NOT_NEWLINE)

    def _class(self, argument: object, flags: int, loose: bool) -> Node:
        return Chars(_set(tuple(cast("list[Item]", argument)), flags & _IGNORECASE, loose))

    def _edge(self, argument: object, flags: int, loose: bool) -> Node:
        del loose
        single, multiline = _PLACES[argument]
        return Edge(multiline if flags & _MULTILINE else single)

    def _branch(self, argument: object, flags: int, loose: bool) -> Node:
        _, branches = cast("tuple[None, list[list[Item]]]", argument)
        return Choice(tuple(self.sequence(branch, flags, loose) for branch in branches))

    def _group(self, argument: object, flags: int, loose: bool) -> Node:
        number, add, remove, items = cast("tuple[int | None, int, int, list[Item]]", argument)
        if add & _ASCII:
            raise FormatError("the format sets the flag (?a), which is not supported")
        flags = (flags | add) & ~remove
        name = self._names.get(number) if number is not None else None
        if name is None:
            return self.sequence(items, flags, loose)
        if name in self._values:
            return Value(name, ANY if flags & _DOTALL else NOT_NEWLINE)
        return Capture(name, self.sequence(items, flags, loose=False))

    def _greedy(self, argument: object, flags: int, loose: bool) -> Node:
        return self._repeat(argument, flags, loose, lazy=False)

    def _lazy(self, argument: object, flags: int, loose: bool) -> Node:
        return self._repeat(argument, flags, loose, lazy=True)

    def _repeat(self, argument: object, flags: int, loose: bool, *, lazy: bool) -> Node:
        low, high, items = cast("tuple[int, int, list[Item]]", argument)
        if high == 0:
            return Sequence(())
        item = self.sequence(items, flags, loose)
        return Repeat(item, low, None if high == sre.MAXREPEAT else high, lazy)


def _members(item: Item) -> Ranges:
    op, argument = item
    if op is sre.LITERAL:
        code = cast("int", argument)
        return ((code, code),)
    if op is sre.RANGE:
        return (cast("tuple[int, int]", argument),)
    if op is sre.CATEGORY:
        name, negated = _CATEGORIES[argument]
        return complement(category(name)) if negated else category(name)
    return ()


@cache
def _set(items: tuple[Item, ...], ignore_case: int, loose: bool) -> Ranges:
    negated = items[0][0] is sre.NEGATE
    letters = all(op is sre.LITERAL for op, _ in items)
    ranges = normalised([r for item in items for r in _members(item)])
    if ignore_case:
        ranges = case_closed(ranges)
    elif loose and letters:
        # `(a|b)` is read as a class too: single letters are literal words like longer ones.
        ranges = of("".join(variants(chr(cast("int", code))) for _, code in items))
    return complement(ranges) if negated else ranges
