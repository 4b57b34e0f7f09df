"""Writes a `tree` for RE2: for messages as they are, or for messages with markers.

The plain program leaves out what RE2 cannot look at: a value in quotes. What it matches is the
same, since "any text" is the last alternative of every value; only the captures of a message with
quotes can differ. For those there are `quotes` and `markers`.
"""

from collections.abc import Iterator
from functools import cache
from typing import assert_never

from chatops_cli.aliases import markers
from chatops_cli.aliases.characters import LONG_DASHES, Ranges, of
from chatops_cli.aliases.places import Place
from chatops_cli.aliases.plan import Program
from chatops_cli.aliases.quotes import written_out
from chatops_cli.aliases.spelling import LONG, runs, typed_as
from chatops_cli.aliases.syntax import char_class
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
    edges,
)

_PLAIN_PLACES = {
    Place.START: "\\A",
    Place.END: "\\z",
    Place.LINE_START: "(?m:^)",
    Place.LINE_END: "(?m:$)",
    Place.BOUNDARY: "\\b",
    Place.NOT_BOUNDARY: "\\B",
}


def plain(tree: Node) -> Program:
    """The program for messages as they are."""
    return _Writer(marked=False, edged=False).program(tree)


def marked(tree: Node) -> Program:
    """The program for messages out of `markers.mark`; `markers.settle` completes it."""
    return _Writer(marked=True, edged=bool(edges(tree))).program(tree)


@cache
def _written_out(dot: Ranges) -> tuple[str, int]:
    program = plain(written_out(dot))
    return program.pattern, len(program.names)


class _Writer:
    """Collects the names of groups while it writes."""

    def __init__(self, *, marked: bool, edged: bool) -> None:
        self._marked = marked
        self._edged = edged
        self._skip = markers.SKIP if marked else ""
        self._names: list[str] = []

    def program(self, tree: Node) -> Program:
        pattern = self._write(tree)
        return Program(pattern, tuple(self._names))

    def _write(self, node: Node) -> str:
        match node:
            case Text():
                written = "".join(self._units(node))
            case Chars(ranges=ranges):
                written = self._one(ranges)
            case Edge(place=place):
                written = self._edge(place)
            case Value():
                written = self._value(node)
            case Placeholder(name=name, dot=dot):
                written, groups = _written_out(dot)
                self._names += [name] * groups
            case Capture(name=name, item=item):
                self._names.append(name)
                written = f"({self._write(item)})"
            case Sequence(items=items):
                written = "".join(self._write(item) for item in items)
            case Choice(items=items):
                written = f"(?:{'|'.join(self._write(item) for item in items)})"
            case Repeat():
                written = f"(?:{self._write(node.item)}){_times(node)}"
            case _:
                assert_never(node)
        return written

    def _one(self, ranges: Ranges) -> str:
        return self._skip + char_class(ranges, unmarked=self._marked)

    def _edge(self, place: Place) -> str:
        if self._edged:
            return markers.TO + markers.EDGES[place]
        return (self._skip if place is Place.END else "") + _PLAIN_PLACES[place]

    def _value(self, value: Value) -> str:
        self._names.append(value.name)
        dot = self._one(value.dot)
        any_text = f"(?:{dot})+?"
        braces = f"{self._skip}\\{{{any_text}{self._skip}\\}}"
        quoted = ""
        if self._marked:
            quoted = "".join(
                f"{markers.TO}{markers.BEHIND[q]}{any_text}{markers.TO}{markers.AHEAD[q]}|"
                for q in markers.AHEAD
            )
        return f"({quoted}{braces}|{any_text})"

    def _units(self, node: Text) -> Iterator[str]:
        """One pattern for each character, or for each run that counts as one."""
        after_quote = True
        for run, repeated in runs(node):
            is_quote = run in markers.AHEAD
            skip = self._skip if self._edged or is_quote or after_quote else ""
            inner = self._skip if self._edged else ""
            unit = _character(run[0], fold=node.fold, loose=node.loose, unmarked=self._marked)
            if repeated:
                yield f"(?:{skip}{unit})+" if inner else f"{skip}{unit}+"
            elif run == LONG:
                yield f"{skip}(?:{unit}{inner}{unit}|{char_class(of(LONG_DASHES))})"
            else:
                yield skip + unit
            after_quote = is_quote


@cache
def _character(character: str, *, fold: bool, loose: bool, unmarked: bool) -> str:
    return char_class(typed_as(character, fold=fold, loose=loose), unmarked=unmarked)


def _times(node: Repeat) -> str:
    signs = {(0, 1): "?", (0, None): "*", (1, None): "+"}
    high = "" if node.high is None else node.high
    sign = signs.get((node.low, node.high)) or f"{{{node.low},{high}}}"
    return sign + "?" * node.lazy
