"""Findings, gathered."""

from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.reading.value import make_problem

_SHOWN = 60


class Findings:
    """What an inspection has found so far; the same thing at the same place is kept once."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def report(
        self,
        rule: str,
        message: str,
        *,
        place: Place,
        hint: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """One more finding."""
        self._found.setdefault(make_problem(place, rule, message, hint, severity))

    @property
    def all(self) -> tuple[Problem, ...]:
        """All of them, by their places."""
        return tuple(sorted(self._found, key=lambda problem: problem.place))


def short(text: str) -> str:
    """A part of a definition in a message."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
