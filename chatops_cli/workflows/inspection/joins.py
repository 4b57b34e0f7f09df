"""Joins of which it can't be said what they wait for."""

from collections.abc import Mapping

from chatops_cli.workflows.graph import Graph
from chatops_cli.workflows.inspection.findings import Findings
from chatops_cli.workflows.inspection.subject import Subject

Splits = frozenset[str]


def check_joins(subject: Subject, findings: Findings) -> None:
    """Report joins of ways that have been split at different tasks.

    A task that several lead to, without a join, runs once for each of them, and so does all that
    comes after it. Where ways join that have been split differently, nobody can say which of those
    runs belong together.

    Source: orquesta, ``specs/native/v1/models.py``, detection of unreachable tasks.
    """
    graph = subject.graph
    splits = _splits(graph)
    for name, task in subject.workflow.tasks.items():
        if task.join is None or name not in splits:
            continue
        sources = sorted(graph.sources.get(name, ()))
        if all(splits[source] == splits[name] for source in sources):
            continue
        differing = min(sources, key=lambda source: (len(splits[source]), source))
        missing = ", ".join(sorted(splits[name] - splits[differing]))
        findings.report(
            "ambiguous-join",
            f"task {name} joins ways of which some run several times and others don't:"
            f" {missing} has no join, and {differing} doesn't come after it",
            place=subject.places.of(("tasks", name, "join")),
            hint=f"give {missing} a join, or join each way by itself first",
        )


def _splits(graph: Graph) -> Mapping[str, Splits]:
    """For each task that is reached the splits on the ways to it."""
    own = graph.splits - graph.cycles
    found: dict[str, Splits] = {name: frozenset({name}) & own for name in graph.outgoing}
    waiting = list(graph.outgoing)
    while waiting:
        source = waiting.pop()
        for edge in graph.outgoing[source]:
            more = found[source] | found[edge.target]
            if more != found[edge.target]:
                found[edge.target] = more
                waiting.append(edge.target)
    return found
