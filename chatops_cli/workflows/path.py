"""The path of a workflow: which runs of its tasks there were, and where each led."""

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.workflows.case import Case
from chatops_cli.workflows.graph import Edge
from chatops_cli.workflows.state import Entry, TaskStatus


@frozen
class Way:
    """A transition that was taken, by its place in the task's ``next``.

    `targets` are the tasks and commands that it led to, by their names. `published` are the values,
    `replaced` those that variables of the same names had before.
    """

    transition: int
    when: str | None
    targets: tuple[str, ...]
    published: JsonObject
    replaced: JsonObject


@frozen
class Step:
    """A run of a task on one route. `runs` are its numbers: of several, all but one were tries.

    A command of the engine has none.
    """

    task: str
    route: int
    status: TaskStatus
    runs: tuple[int, ...]
    ways: tuple[Way, ...]


def steps_of(case: Case) -> tuple[Step, ...]:
    """The steps of a workflow so far, in the order in which they began."""
    runs: dict[int, list[int]] = {}
    for number, index in enumerate(case.board.runs):
        runs.setdefault(index, []).append(number)
    return tuple(
        Step(
            task=entry.task,
            route=entry.route,
            status=entry.status,
            runs=tuple(runs.get(index, ())),
            ways=_ways(case, entry),
        )
        for index, entry in enumerate(case.board.entries)
    )


def _ways(case: Case, entry: Entry) -> tuple[Way, ...]:
    taken: dict[int, list[Edge]] = {}
    for edge in case.board.graph.outgoing.get(entry.task, ()):
        if entry.next.get(edge.name):
            taken.setdefault(edge.transition, []).append(edge)
    return tuple(_way(case, entry, number, edges) for number, edges in sorted(taken.items()))


def _way(case: Case, entry: Entry, number: int, edges: list[Edge]) -> Way:
    context = next((entry.beyond[e.name] for e in edges if e.name in entry.beyond), None)
    published: JsonObject = {} if context is None else case.contexts.nodes[context][1]
    replaced: dict[str, Json] = {}
    if published:
        known = case.contexts.variables(entry.context)
        replaced = {name: known[name] for name in published if name in known}
    return Way(
        transition=number,
        when=edges[0].when,
        targets=tuple(edge.target for edge in edges),
        published=published,
        replaced=replaced,
    )
