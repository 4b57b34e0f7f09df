r"""A format followed by a text that is still being typed: how far it came, and what may come next.

For offers only: what a whole message means, the matcher decides. Conditions on places (``\b``) are
passed over, and long counts are taken for any number.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, assert_never

from chatops_cli.aliases.characters import SPACE, TYPOGRAPHIC, Ranges, folded
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
)

MOST_STATES = 4_000
"""A format that takes more is not followed."""
MOST_COPIES = 4
"""Of a part that is counted, so many copies are made; after them any number is taken."""
MOST_THREADS = 2_000
"""Ways to follow a format at the same time; what comes after them is given up."""


class Letter(NamedTuple):
    """A character that is typed as it stands; `fold` and `loose` as in `tree.Text`."""

    text: str
    fold: bool
    loose: bool
    next: int


class Gap(NamedTuple):
    """White space: at least one character, then the state `next`, which takes more of it too.

    `after` is the state behind the white space.
    """

    next: int
    after: int


class Member(NamedTuple):
    """A character of a set."""

    ranges: Ranges
    next: int


class Anything(NamedTuple):
    """A character of the value of `name`."""

    name: str
    next: int


class Fork(NamedTuple):
    """No character: any of these comes next."""

    nexts: tuple[int, ...]


class Opened(NamedTuple):
    """The value of `name` begins."""

    name: str
    next: int


class Closed(NamedTuple):
    """The value of `name` has ended."""

    name: str
    next: int


class End(NamedTuple):
    """The format is through."""


State = Letter | Gap | Member | Anything | Fork | Opened | Closed | End


class Span(NamedTuple):
    """Where a value stands in the text."""

    name: str
    start: int
    end: int


class Continuation(NamedTuple):
    """What may come next.

    `literal` is typed as it stands; where it is empty, a value is. `name` is the parameter that
    this is or is a part of, which began at the character `start` of the text. `values` are those
    that came before.
    """

    literal: str
    name: str | None
    start: int
    values: tuple[Span, ...]


class Open(NamedTuple):
    """The value that is being read; none where `start` is negative."""

    name: str = ""
    start: int = -1


class Follower:
    """All ways to follow one format.

    Raises:
        ValueError: The format is too large to be followed.
    """

    def __init__(self, tree: Node) -> None:
        self._states: list[State] = [End()]
        self._start = self._compiled(tree, 0)

    def follow(self, text: str) -> tuple[Continuation, ...]:
        """What may come after `text`; nothing where the format can't begin so, or ends there.

        `text` has no white space at its start.
        """
        threads = self._closed([(self._start, Open(), ())], 0)
        for at, character in enumerate(text):
            moved = [
                (to, opened, values)
                for (state, opened), values in threads.items()
                if (to := _step(self._states[state], character)) is not None
            ]
            threads = self._closed(moved, at + 1)
            if not threads:
                return ()
        found = (
            self._continuation(self._states[state], state, opened, values, len(text))
            for (state, opened), values in threads.items()
        )
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def _continuation(
        self, state: State, number: int, opened: Open, values: tuple[Span, ...], end: int
    ) -> Continuation | None:
        name = opened.name if opened.start >= 0 else None
        start = opened.start if name is not None else end
        match state:
            case Letter() | Gap():
                return Continuation(self._run(number), name, start, values)
            case Anything(name=own):
                return Continuation("", own, start, values)
            case Member() if name is not None:
                return Continuation("", name, start, values)
            case _:
                return None

    def _run(self, number: int) -> str:
        """The text from this state on, up to where there is a choice, a value or the end."""
        run = ""
        while True:
            match self._states[number]:
                case Letter(text=text, next=number):
                    run += text
                case Gap(after=number):
                    run += " "
                case _:
                    return run

    def _closed(
        self, threads: Iterable[tuple[int, Open, tuple[Span, ...]]], at: int
    ) -> dict[tuple[int, Open], tuple[Span, ...]]:
        """All states that are reached without a character, each once for each open value."""
        reached: dict[tuple[int, Open], tuple[Span, ...]] = {}
        waiting = list(threads)[::-1]
        while waiting and len(reached) < MOST_THREADS:
            number, opened, values = waiting.pop()
            if (number, opened) in reached:
                continue
            reached[number, opened] = values
            match self._states[number]:
                case Fork(nexts=nexts):
                    waiting += [(to, opened, values) for to in reversed(nexts)]
                case Opened(name=name, next=to):
                    waiting.append((to, Open(name, at), values))
                case Closed(name=name, next=to):
                    waiting.append((to, Open(), (*values, Span(name, opened.start, at))))
                case _:
                    pass
        return reached

    def _compiled(self, node: Node, after: int) -> int:  # noqa: PLR0911  # one for each kind
        """The first state of a node that `after` comes after."""
        match node:
            case Text():
                return self._text(node, after)
            case Chars(ranges=ranges):
                return self._add(Member(ranges, after))
            case Edge():
                return after
            case Value(name=name) | Placeholder(name=name):
                return self._value(name, after)
            case Capture(name=name, item=item):
                end = self._add(Closed(name, after))
                return self._add(Opened(name, self._compiled(item, end)))
            case Sequence(items=items):
                for item in reversed(items):
                    after = self._compiled(item, after)
                return after
            case Choice(items=items):
                return self._add(Fork(tuple(self._compiled(item, after) for item in items)))
            case Repeat():
                return self._repeat(node, after)
            case _:
                assert_never(node)

    def _text(self, node: Text, after: int) -> int:
        for piece in reversed(re.findall(r"\s+|\S", node.text)):
            if piece.isspace() and node.loose:
                after = self._gap(after)
            else:
                for character in reversed(piece):
                    after = self._add(Letter(character, node.fold, node.loose, after))
        return after

    def _gap(self, after: int) -> int:
        more = self._add(End())
        member = self._add(Member(SPACE, more))
        self._states[more] = Fork((after, member))
        return self._add(Gap(more, after))

    def _value(self, name: str, after: int) -> int:
        more = self._add(End())
        character = self._add(Anything(name, more))
        self._states[more] = Fork((self._add(Closed(name, after)), character))
        return self._add(Opened(name, character))

    def _repeat(self, node: Repeat, after: int) -> int:
        low = min(node.low, MOST_COPIES)
        if node.high is None or node.high > MOST_COPIES:
            more = self._add(End())
            self._states[more] = Fork((self._compiled(node.item, more), after))
            after = more
        else:
            end = after
            for _ in range(node.high - low):
                after = self._add(Fork((self._compiled(node.item, after), end)))
        for _ in range(low):
            after = self._compiled(node.item, after)
        return after

    def _add(self, state: State) -> int:
        if len(self._states) >= MOST_STATES:
            raise ValueError("the format is too large to be followed")
        self._states.append(state)
        return len(self._states) - 1


def _step(state: State, character: str) -> int | None:
    """The state after a character, None where it doesn't take it."""
    match state:
        case Letter(text=text, fold=fold, loose=loose, next=to):
            is_same = (
                text == character
                or (loose and character in TYPOGRAPHIC.get(text, ""))
                or (fold and folded(text) == folded(character))
            )
            return to if is_same else None
        case Gap(next=to):
            return to if character.isspace() else None
        case Member(ranges=ranges, next=to):
            code = ord(character)
            return to if any(low <= code <= high for low, high in ranges) else None
        case Anything(next=to):
            return to
        case _:
            return None


def spans(values: Iterable[Span], text: str) -> Iterator[tuple[str, str]]:
    """The values by name."""
    for span in values:
        yield span.name, text[span.start : span.end]
