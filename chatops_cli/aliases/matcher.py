"""Runs a plan's programs on a message and gives the parameters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from chatops_cli.aliases import markers
from chatops_cli.aliases.engine import Engine, Match, compiled
from chatops_cli.aliases.pairs import Pair
from chatops_cli.aliases.plan import Plan
from chatops_cli.aliases.subject import Marked, Subject

Parameters: TypeAlias = Mapping[str, str | None]

MATCHES_LIMIT = 100
"""A message that has a ``match_multiple`` format more often than this is refused."""


class Captured(NamedTuple):
    """Where a format matched, and what its own groups took."""

    view: Subject | Marked
    found: Match
    values: dict[str, str | None]

    @property
    def text(self) -> str:
        """All that was matched."""
        return self.view.plain(*self.found.span())


class Matcher:
    """A format ready to run; programs are compiled when they are first needed."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._engines: dict[str, Engine] = {}

    def first(self, subject: Subject) -> Captured | None:
        """What the first match captures, None without one.

        Raises:
            FormatError: RE2 refuses the program after all.
            MarkerError: No marker is left for this message.
        """
        view, engine, groups = self._search(subject)
        found = None if engine is None else engine.search(view.data)
        return None if found is None else _captured(found, view, groups, self.plan.names)

    def every(self, subject: Subject) -> Iterator[Captured]:
        """What each match captures, from left to right; raises what `first` does."""
        view, engine, groups = self._search(subject)
        at = 0
        while engine is not None and at <= len(view.data):
            found = engine.search(view.data, at)
            if found is None:
                return
            captured = _captured(found, view, groups, self.plan.names)
            yield captured
            _, end = found.span()
            at = view.place_start(end) if captured.text else view.after(end)

    def _search(self, subject: Subject) -> tuple[Subject | Marked, Engine | None, Sequence[str]]:
        """What to search, what with (None: there is no match), and the names of the groups."""
        plan = self.plan
        program = plan.quoted if subject.has_quotes else plan.plain
        beyond_ascii = bool(plan.edges) and not subject.is_ascii
        if program is not None and not beyond_ascii:
            return subject, self._engine(program.pattern), program.names
        if plan.marked is None or not (beyond_ascii or self._may_match(subject)):
            return subject, None, ()
        marked = subject.marked(plan.edges)
        engine = self._engine(markers.settle(plan.marked.pattern, marked.run))
        return marked, engine, plan.marked.names

    def _may_match(self, subject: Subject) -> bool:
        """Whether there is a match, looking at no quotes: what they change is the captures."""
        engine = self._engine(self.plan.plain.pattern, captures=False)
        return engine.search(subject.data) is not None

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
        if not any(parameters.values()) and subject.is_blank and not self.plan.is_empty:
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

    def _engine(self, pattern: str, *, captures: bool = True) -> Engine:
        key = pattern if captures else "?" + pattern
        engine = self._engines.get(key)
        if engine is None:
            engine = self._engines[key] = compiled(pattern, captures=captures)
        return engine


def _captured(
    found: Match, view: Subject | Marked, groups: Sequence[str], names: Sequence[str]
) -> Captured:
    """What a match took. Several groups may have one name: they exclude one another."""
    values: dict[str, str | None] = dict.fromkeys(names)
    for number, name in enumerate(groups, 1):
        start, end = found.span(number)
        if start >= 0:
            values[name] = view.plain(start, end)
    return Captured(view, found, values)


def _solid(text: str) -> int:
    return len("".join(text.split())) - text.count("'") - text.count('"')
