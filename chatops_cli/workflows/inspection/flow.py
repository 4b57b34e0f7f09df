"""Which variables a task can count on, and which it may have: by all ways that lead to it.

Source: orquesta, ``specs/native/v1/models.py``: what is published on the way to a task is known
there; where branches join, all that any of them published.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from chatops_cli.model.frozen import frozen
from chatops_cli.model.workflow import Workflow
from chatops_cli.workflows.graph import Edge, Graph

Names = frozenset[str]


@frozen
class Flow:
    """The variables of a workflow.

    `certain` are those that are set on every way to a task, `possible` those that are on some.
    Tasks that can't be reached are in neither. `context` are those before any input, `initial`
    those before the first task; `published` are all that any reachable task publishes.
    """

    context: Names
    initial: Names
    certain: Mapping[str, Names]
    possible: Mapping[str, Names]
    published: Names

    def missing_from(self, graph: Graph, task: str, name: str) -> tuple[str, ...]:
        """The tasks before `task` from which there is a way without this variable."""
        return tuple(
            sorted(
                source
                for source in graph.sources.get(task, ())
                if name not in self.certain.get(source, frozenset())
            )
        )


def follow(workflow: Workflow, graph: Graph, context: Iterable[str]) -> Flow:
    """The flow of variables.

    Args:
        workflow: A definition.
        graph: Its graph.
        context: The variables that are there before any input.
    """
    named = (one.name for one in (*workflow.input, *workflow.vars))
    before = frozenset(context)
    initial = before | frozenset(named)
    published = {
        (edge.source, edge.transition): _published(workflow, edge)
        for edges in graph.outgoing.values()
        for edge in edges
    }
    inbound: dict[str, list[Edge]] = {}
    for edge in (edge for edges in graph.outgoing.values() for edge in edges):
        inbound.setdefault(edge.target, []).append(edge)
    ways = _Ways(graph, inbound, published, initial)
    certain, possible = ways.certain(), ways.possible()
    every: Names = frozenset().union(*published.values())
    return Flow(
        context=before,
        initial=initial,
        # Only what waits for itself has no answer; it never runs.
        certain={name: possible[name] if found is None else found for name, found in certain},
        possible=possible,
        published=every,
    )


def _published(workflow: Workflow, edge: Edge) -> Names:
    transition = workflow.tasks[edge.source].next[edge.transition]
    return frozenset(one.name for one in transition.publish)


class _Ways:
    """Two fixed points over the same edges."""

    def __init__(
        self,
        graph: Graph,
        inbound: Mapping[str, list[Edge]],
        published: Mapping[tuple[str, int], Names],
        initial: Names,
    ) -> None:
        self._graph = graph
        self._inbound = inbound
        self._published = published
        self._initial = initial

    def possible(self) -> dict[str, Names]:
        """What is set on some way: it only grows."""
        found = dict.fromkeys(self._graph.outgoing, self._initial)
        waiting = list(self._graph.outgoing)
        while waiting:
            source = waiting.pop()
            for edge in self._graph.outgoing[source]:
                more = found[source] | self._published[edge.source, edge.transition]
                if not more <= found[edge.target]:
                    found[edge.target] |= more
                    waiting.append(edge.target)
        return found

    def certain(self) -> Iterable[tuple[str, Names | None]]:
        """What is set on every way, None where that is unknown: it only shrinks."""
        found: dict[str, Names | None] = dict.fromkeys(self._graph.outgoing)
        for root in self._graph.roots:
            found[root] = self._initial
        waiting = list(self._graph.roots)
        while waiting:
            for edge in self._graph.outgoing[waiting.pop()]:
                target = edge.target
                now = self._arriving(target, found)
                if now != found[target]:
                    found[target] = now
                    waiting.append(target)
        return found.items()

    def _arriving(self, task: str, found: Mapping[str, Names | None]) -> Names | None:
        """What is certain at a task, by what is certain before it."""
        by_source: dict[str, Names] = {}
        unknown = set()
        for edge in self._inbound[task]:
            before = found[edge.source]
            if before is None:
                unknown.add(edge.source)
                continue
            names = before | self._published[edge.source, edge.transition]
            # Of several transitions from one task any may have been the one.
            by_source[edge.source] = by_source.get(edge.source, names) & names
        wanted = max(self._graph.joins.get(task, 1), 1)
        if not by_source or (unknown and len(by_source) < wanted):
            return None
        counts = Counter(name for names in by_source.values() for name in names)
        return frozenset(name for name, count in counts.items() if len(by_source) - count < wanted)
