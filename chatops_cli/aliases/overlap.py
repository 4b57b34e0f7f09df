"""Which formats some message matches both, decided on the formats themselves.

A pair that is not found to overlap does not: nothing is tried out. Formats that begin with
different words can't; those that are left are laid over one another as automata. A message that
was found is given to the real matcher before anything is said about it.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from chatops_cli.aliases.alphabet import Alphabet
from chatops_cli.aliases.automaton import LIMIT, Automaton, TooLargeError, automaton
from chatops_cli.aliases.beginning import beginning
from chatops_cli.aliases.format_error import FormatError
from chatops_cli.aliases.intersection import MOST_STEPS, Group, LimitError, common
from chatops_cli.aliases.preparation import read
from chatops_cli.aliases.subject import MarkerError
from chatops_cli.aliases.table import AliasTable, TooManyError
from chatops_cli.aliases.tree import Node, Sequence


class Overlap(NamedTuple):
    """Two entries of a table, the earlier first, and the shortest message that both match."""

    first: int
    second: int
    message: str


class Undecided(NamedTuple):
    """Entries of a table that could not be told apart, and why; one alone: from no other."""

    entries: tuple[int, ...]
    reason: str


Verdict: TypeAlias = Overlap | Undecided


def overlaps(
    table: AliasTable, among: Collection[int] | None = None, *, steps: int = MOST_STEPS
) -> Iterator[Verdict]:
    """All pairs of entries that overlap, and what could not be decided.

    Args:
        table: The formats, as the matcher has them. What it can't match overlaps with nothing.
        among: The entries of which one at least is to be in a pair; None for all.
        steps: As in `MOST_STEPS`.
    """
    forms, undecided = _read(table)
    yield from undecided
    yield from _Comparison(table, forms, steps).run(frozenset(forms if among is None else among))


class _Form(NamedTuple):
    beginning: str
    automaton: Automaton


def _read(table: AliasTable) -> tuple[Mapping[int, _Form], list[Undecided]]:
    forms: dict[int, _Form] = {}
    undecided: list[Undecided] = []
    for number, entry in enumerate(table.entries):
        if number in table.broken:
            continue
        try:
            tree = read(entry.representation.text, strict=table.strict).tree
            forms[number] = _Form(beginning(tree), automaton(tree))
        except TooLargeError:
            reason = f"the format is too large: written out, it has more than {LIMIT:,} characters"
            undecided.append(Undecided((number,), reason))
        except FormatError as error:
            undecided.append(Undecided((number,), error.message))
    return forms, undecided


class _Numbered:
    """The entries that begin alike, as a group."""

    def __init__(self, numbers: list[int], group: Group) -> None:
        self.numbers = numbers
        self.group = group

    def wanted(self, number: int, among: Collection[int], *, is_own: bool) -> tuple[int, ...]:
        """Which of them are to be compared with entry `number`, so that each pair is once."""
        return tuple(
            i
            for i, other in enumerate(self.numbers)
            if (not is_own or other > number) and (number in among or other in among)
        )


def _grouped(forms: Mapping[int, _Form]) -> Mapping[str, _Numbered]:
    sets = {p.ranges for form in forms.values() for p in form.automaton.positions}
    alphabet = Alphabet(sets)
    numbers: dict[str, list[int]] = {}
    for number, form in forms.items():
        numbers.setdefault(form.beginning, []).append(number)
    return {
        start: _Numbered(members, Group([forms[i].automaton for i in members], alphabet))
        for start, members in numbers.items()
    }


def _shortened(text: str) -> Iterator[str]:
    return (text[:end] for end in range(len(text), -1, -1))


class _Comparison:
    """Each entry with the group of those that begin as it does, and of those that begin shorter."""

    def __init__(self, table: AliasTable, forms: Mapping[int, _Form], steps: int) -> None:
        self._table = table
        self._forms = forms
        self._steps = steps

    def run(self, among: Collection[int]) -> Iterator[Verdict]:
        groups = _grouped(self._forms)
        for number, form in self._forms.items():
            for start in _shortened(form.beginning):
                group = groups.get(start)
                if group is None:
                    continue
                alive = group.wanted(number, among, is_own=start == form.beginning)
                if alive:
                    yield from self._compared(number, group, alive)

    def _compared(self, number: int, group: _Numbered, alive: Collection[int]) -> Iterator[Verdict]:
        """What an entry has in common with some of a group; what takes long, one by one."""
        left = set(alive)
        row = sum(group.group.row(i) for i in alive)
        try:
            for one in common(self._forms[number].automaton, group.group, row, steps=self._steps):
                left.discard(one.number)
                pair = sorted((number, group.numbers[one.number]))
                yield _verified(self._table, pair[0], pair[1], one.message)
        except LimitError:
            if len(alive) > 1:
                for i in sorted(left):
                    yield from self._compared(number, group, (i,))
                return
            pair = sorted((number, *(group.numbers[i] for i in alive)))
            reason = f"telling the two formats apart takes over {self._steps:,} steps"
            yield Undecided(tuple(pair), reason)


def _verified(table: AliasTable, first: int, second: int, message: str) -> Verdict:
    try:
        if all(table.view(message, number).executions for number in (first, second)):
            return Overlap(first, second, message)
    except (FormatError, MarkerError, TooManyError) as error:
        return Undecided((first, second), str(error))
    if "=" in message:
        reason = f"both could match {message!r}, but for key=value, which is cut off"
        return Undecided((first, second), reason)
    raise AssertionError(f"the matcher does not take {message!r}")


def tail_overlaps(
    table: AliasTable, among: Collection[int], *, steps: int = MOST_STEPS
) -> Iterator[Overlap]:
    """Pairs of which some message matches one, and the other once ``key=value`` is cut off.

    Only for entries that are looked at with the pairs that chat may set for their aliases, and only
    pairs of two aliases of which no message matches both as it is. What can't be decided is left
    out: `overlaps` has told it of the formats themselves.

    Args:
        table: The formats, as the matcher has them.
        among: The entries of which one at least is to be in a pair.
        steps: As in `MOST_STEPS`.
    """
    if table.strict:
        return  # there pairs are cut off for all
    forms, _ = _read(table)
    known = {number: form for number, form in forms.items() if _has_equals(table, number)}
    if not known:
        return
    for number in forms:
        entry = table.entries[number]
        keys = table.settable(entry.alias)
        form = _with_tail(entry.representation.text, keys) if keys else None
        others = {
            other: known[other]
            for other in known
            if table.entries[other].owner != entry.owner and (number in among or other in among)
        }
        if form is not None and others:
            yield from _of_tail(table, (number, form), others, steps)


def _has_equals(table: AliasTable, number: int) -> bool:
    """Whether a format has ``key=`` in it, outside of its parameters."""
    return re.search(r"\w=\s*(?:\{\{|\(|\[|\w)", _bare(table, number)) is not None


def _bare(table: AliasTable, number: int) -> str:
    text = table.entries[number].representation.text
    return re.sub(r"\{\{.*?\}\}", "{{", text)


def _with_tail(text: str, keys: Collection[str]) -> "_Form | None":
    """A format with one more pair behind it; None where it can have none."""
    named = "|".join(map(re.escape, sorted(keys)))
    try:
        tree = read(f"{text} (?:{named})=\\S+", strict=False).tree
        return _Form(beginning(tree), automaton(tree))
    except (TooLargeError, FormatError):
        return None


def _of_tail(
    table: AliasTable, one: tuple[int, _Form], others: Mapping[int, _Form], steps: int
) -> Iterator[Overlap]:
    number, form = one
    numbers = [n for n, other in others.items() if _may_begin_alike(form, other)]
    if not numbers:
        return
    every = [form.automaton, *(others[n].automaton for n in numbers)]
    alphabet = Alphabet({p.ranges for each in every for p in each.positions})
    group = Group(every[1:], alphabet)
    row = sum(group.row(i) for i in range(len(numbers)))
    try:
        for found in common(form.automaton, group, row, steps=steps):
            pair = sorted((number, numbers[found.number]))
            if all(table.view(found.message, each).executions for each in pair):
                yield Overlap(pair[0], pair[1], found.message)
    except (LimitError, FormatError, MarkerError, TooManyError):
        return


def _may_begin_alike(one: _Form, other: _Form) -> bool:
    short, long = sorted((one.beginning, other.beginning), key=len)
    return long.startswith(short)


def takes_nothing(tree: Node) -> bool:
    """Whether it is certain that no message but a blank one matches a format."""
    try:
        one, anything = automaton(tree), automaton(Sequence(()))
        alphabet = Alphabet({p.ranges for p in (*one.positions, *anything.positions)})
        group = Group([anything], alphabet)
        return next(common(one, group, group.row(0), steps=MOST_STEPS), None) is None
    except (TooLargeError, LimitError):
        return False
