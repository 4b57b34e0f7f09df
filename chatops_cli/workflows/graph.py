"""The graph of a workflow: which task leads where, which ones join, split, or go round.

Source: orquesta, ``composers/native.py`` and ``specs/native/v1/models.py``: transitions are looked
at in the order of the tasks' names that they lead to; a task that several lead to, without a join
and not in a cycle, is a split: each way to it is a route of its own.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field

from chatops_cli.model.frozen import frozen
from chatops_cli.model.workflow import COMMANDS, Retry, Task, Workflow

CONTINUE, NOOP, FAIL, RETRY = "continue", "noop", "fail", "retry"
RETRIES = 3
"""How often the command ``retry`` has a task tried again."""


@frozen
class Edge:
    """A way from a task to a task or command. `number` tells several between the same two apart."""

    source: str
    target: str
    transition: int
    number: int
    when: str | None

    @property
    def name(self) -> str:
        """What orquesta calls it, seen from its source."""
        return f"{self.target}__t{self.number}"

    @property
    def origin(self) -> str:
        """What orquesta calls it, seen from its target."""
        return f"{self.source}__t{self.number}"


@frozen
class Graph:
    """All that can be known of a workflow before it runs.

    `outgoing` has the edges of each task that can be reached, `sources` the tasks that lead to one.
    `joins` says how many of them must have. `splits` and `cycles` are names.
    """

    roots: tuple[str, ...]
    outgoing: Mapping[str, tuple[Edge, ...]]
    sources: Mapping[str, frozenset[str]]
    joins: Mapping[str, int]
    splits: frozenset[str]
    cycles: frozenset[str]
    retries: Mapping[str, Retry] = field(default_factory=dict)


def build_graph(workflow: Workflow) -> Graph:
    """The graph of a workflow whose transitions name tasks that there are."""
    ways = Counter(target for task in workflow.tasks.values() for _, target, _ in _targets(task))
    roots = tuple(sorted(name for name in workflow.tasks if not ways[name]))
    outgoing: dict[str, tuple[Edge, ...]] = {}
    retries: dict[str, Retry] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in outgoing:
            continue
        task = workflow.tasks.get(name)
        outgoing[name] = tuple(_edges(task)) if task is not None else ()
        if task is not None and (retry := _retry(task)) is not None:
            retries[name] = retry
        waiting.extend(edge.target for edge in outgoing[name])
    sources: dict[str, set[str]] = {}
    for edge in (edge for edges in outgoing.values() for edge in edges):
        sources.setdefault(edge.target, set()).add(edge.source)
    cycles = _in_cycles(outgoing)
    joins = {
        name: len(sources.get(name, ())) if task.join == "all" else task.join
        for name, task in workflow.tasks.items()
        if task.join is not None
    }
    return Graph(
        roots=roots,
        outgoing=outgoing,
        sources={name: frozenset(found) for name, found in sources.items()},
        joins=joins,
        splits=frozenset(name for name, number in ways.items() if number > 1 and name not in joins),
        cycles=cycles,
        retries=retries,
    )


def _targets(task: Task) -> Iterator[tuple[int, str, str | None]]:
    """Where a task leads: number of the transition, target, condition; by the target's name."""
    found = [
        (number, target, transition.when)
        for number, transition in enumerate(task.next)
        for target in transition.do
    ]
    return iter(sorted(found, key=lambda each: each[1]))


def _edges(task: Task) -> Iterator[Edge]:
    seen: Counter[str] = Counter()
    known: set[tuple[int, str]] = set()
    for number, target, when in _targets(task):
        if target == RETRY or (number, target) in known:
            continue
        known.add((number, target))
        yield Edge(
            source=task.name, target=target, transition=number, number=seen[target], when=when
        )
        seen[target] += 1


def _retry(task: Task) -> Retry | None:
    """How a task is tried again: as it says, or as the command ``retry`` does."""
    for number, target, when in _targets(task):
        if target == RETRY:
            place = task.next[number].place
            return Retry(count=RETRIES, when=when or "<% completed() %>", place=place)
    return task.retry


def _in_cycles(outgoing: Mapping[str, tuple[Edge, ...]]) -> frozenset[str]:
    """The names that lie on a way back to themselves: the larger strongly connected components.

    Tarjan's algorithm without recursion: definitions may be longer than the interpreter's stack.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    on_stack: dict[str, bool] = {}
    stack: list[str] = []
    found: set[str] = set()
    for start in outgoing:
        if start in index:
            continue
        work = [(start, iter(outgoing[start]))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack[start] = True
        while work:
            name, edges = work[-1]
            for edge in edges:
                target = edge.target
                if target == name:
                    found.add(name)
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack[target] = True
                    work.append((target, iter(outgoing.get(target, ()))))
                    break
                if on_stack[target]:
                    low[name] = min(low[name], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    _close(name, stack, on_stack, found)
    return frozenset(found - COMMANDS)


def _close(name: str, stack: list[str], on_stack: dict[str, bool], found: set[str]) -> None:
    """One component is complete: all above `name` on the stack."""
    component = []
    while True:
        member = stack.pop()
        on_stack[member] = False
        component.append(member)
        if member == name:
            break
    if len(component) > 1:
        found.update(component)
