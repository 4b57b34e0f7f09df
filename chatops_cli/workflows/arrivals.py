"""Which tasks have led to a join, counted: to ask is as cheap for 300 branches as for two.

Source: orquesta, ``conducting.py``, ``get_inbound_criteria_status``: the last run of each task on
the route counts, and one that hasn't run may still come.
"""

from collections.abc import Iterable
from enum import Enum, auto

from chatops_cli.workflows.graph import Graph


class Inbound(Enum):
    """Whether enough tasks have led to a task."""

    SATISFIED = auto()
    WAITING = auto()
    UNSATISFIED = auto()


class Arrivals:
    """For each join on each route: the tasks before it that have run, and those that led to it."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._run: dict[tuple[str, int], set[str]] = {}
        self._led: dict[tuple[str, int], set[str]] = {}

    def begun(self, task: str, route: int) -> None:
        """The task runs, perhaps again: where it led before counts no more."""
        for edge in self._graph.outgoing.get(task, ()):
            if edge.target in self._graph.joins:
                key = (edge.target, route)
                self._run.setdefault(key, set()).add(task)
                self._led.setdefault(key, set()).discard(task)

    def led(self, task: str, route: int, target: str) -> None:
        """The task led there."""
        if target in self._graph.joins:
            self._led.setdefault((target, route), set()).add(task)

    def status(self, target: str, route: int, *, is_going: bool) -> Inbound:
        """Whether a task can start; `is_going` says that something else may still lead to it."""
        required = self._graph.joins.get(target)
        if required is None:
            return Inbound.SATISFIED
        key = (target, route)
        if len(self._led.get(key, ())) >= required:
            return Inbound.SATISFIED
        sources = self._graph.sources.get(target, frozenset())
        may_come = len(self._run.get(key, ())) < len(sources)
        return Inbound.WAITING if may_come and is_going else Inbound.UNSATISFIED

    def plain(self) -> list[tuple[str, int, list[str], list[str]]]:
        """All of it for JSON: join, route, the tasks that have run, those that led to it."""
        return [
            (task, route, sorted(run), sorted(self._led.get((task, route), ())))
            for (task, route), run in self._run.items()
        ]

    def read(self, found: Iterable[tuple[str, int, list[str], list[str]]]) -> None:
        """What `plain` gave."""
        for task, route, run, led in found:
            self._run[task, route] = set(run)
            self._led[task, route] = set(led)
