"""Runs a plan's programs on a message and gives the parameters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from chatops_cli.aliases import markers
from chatops_cli.aliases.engine import Engine, compiled
from chatops_cli.aliases.pairs import Pair
from chatops_cli.aliases.plan import Plan
from chatops_cli.aliases.subject import Marked, Subject

Parameters: TypeAlias = Mapping[str, str | None]

MATCHES_LIMIT = 100
"""A message that has a ``match_multiple`` format more often than this is refused."""


class Captured(NamedTuple):
    """The text that a format matched, and what its own groups took of it."""

    text: str
    values: dict[str, str | None]


class Matcher:
    """A format ready to run; programs are compiled when they are first needed."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._engines: dict[str, Engine] = {}

    def every(self, subject: Subject) -> Iterator[Captured]:
        """What each match captures, from left to right.

        Raises:
            FormatError: RE2 refuses the program after all.
            MarkerError: No marker is left for this message.
        """
        plan = self.plan
        program = plan.quoted if subject.has_quotes else plan.plain
        beyond_ascii = bool(plan.edges) and not subject.is_ascii
        if program is not None and not beyond_ascii:
            return _each(self._engine(program.pattern), subject, program.names, plan.names)
        if plan.marked is None or not (beyond_ascii or self._may_match(subject)):
            return iter(())
        marked = subject.marked(plan.edges)
        engine = self._engine(markers.settle(plan.marked.pattern, marked.run))
        return _each(engine, marked, plan.marked.names, plan.names)

    def _may_match(self, subject: Subject) -> bool:
        """Whether there is a match, looking at no quotes: what they change is the captures."""
        return self._engine(self.plan.plain.pattern).search(subject.data) is not None

    def parameters(
        self, captured: Captured, subject: Subject, pairs: Iterable[Pair]
    ) -> Parameters | None:
        """The parameters with defaults and pairs, None if they are none and the message is blank.

        Source: StackStorm, the format parser.
        """
        parameters = dict(captured.values)
        for name, default in self.plan.defaults:
            parameters[name] = parameters[name] or default
        for pair in pairs:
            parameters[pair.key] = pair.value
        if subject.is_blank and not self.plan.is_empty and not any(parameters.values()):
            return None
        return parameters

    def fixed(self, captured: Captured) -> int:
        """How many characters of the message the format itself fixes, white space not counted.

        With a wildcard outside its groups that is not to be told from the message; then it is
        what the format fixes in every message.
        """
        if not self.plan.is_closed:
            return self.plan.weight
        taken = sum(_solid(value) for value in captured.values.values() if value)
        return _solid(captured.text) - taken

    def _engine(self, pattern: str) -> Engine:
        if pattern not in self._engines:
            self._engines[pattern] = compiled(pattern)
        return self._engines[pattern]


def _each(
    engine: Engine, view: Subject | Marked, groups: Sequence[str], names: Sequence[str]
) -> Iterator[Captured]:
    """Each match. Several groups may have one name: they exclude one another."""
    at = 0
    while at <= len(view.data) and (found := engine.search(view.data, at)) is not None:
        start, end = found.span()
        text = view.plain(start, end)
        values: dict[str, str | None] = dict.fromkeys(names)
        for i, name in enumerate(groups):
            start, stop = found.span(i + 1)
            if start >= 0:
                values[name] = view.plain(start, stop)
        yield Captured(text, values)
        at = view.place_start(end) if text else view.after(end)


def _solid(text: str) -> int:
    return len("".join(text.split())) - text.count("'") - text.count('"')
