"""The graph of a workflow: which task leads where, which ones join, split, or go round.

Source: orquesta, ``composers/native.py`` and ``specs/native/v1/models.py``: transitions are looked
at in the order of the tasks' names that they lead to; a task that several lead to, without a join
and not in a cycle, is a split: each way to it is a route of its own.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import NamedTuple, TypeAlias

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.workflow import COMMANDS, Retry, Task, Workflow

CONTINUE, NOOP, FAIL, RETRY = "continue", "noop", "fail", "retry"
_TASK = re.compile(r"\btask\s*\(")
RETRIES = 3
"""How often the command ``retry`` has a task tried again."""

_Target: TypeAlias = tuple[int, str, str | None]
"""The number of a transition, what it leads to, its condition."""


class Edge(NamedTuple):
    """A way from a task to a task or command, along one of its transitions.

    `name` is what orquesta calls it, seen from its source, `origin` seen from its target: each with
    a number, which tells several ways between the same two apart.
    """

    source: str
    target: str
    transition: int
    when: str | None
    name: str
    origin: str


@frozen
class Graph:
    """All that can be known of a workflow before it runs.

    `outgoing` has the edges of each task that can be reached, `sources` the tasks that lead to one.
    `joins` says how many of them must have. `splits` and `cycles` are names. `keeps_results`: an
    expression asks for results by ``task(…)``.
    """

    roots: tuple[str, ...]
    outgoing: Mapping[str, tuple[Edge, ...]]
    sources: Mapping[str, frozenset[str]]
    joins: Mapping[str, int]
    splits: frozenset[str]
    cycles: frozenset[str]
    retries: Mapping[str, Retry] = field(default_factory=dict)
    keeps_results: bool = False


def build_graph(workflow: Workflow) -> Graph:
    """The graph of a workflow whose transitions name tasks that there are."""
    targets = {name: _targets(task) for name, task in workflow.tasks.items()}
    ways = Counter(target for found in targets.values() for _, target, _ in found)
    roots = tuple(sorted(name for name in workflow.tasks if not ways[name]))
    outgoing: dict[str, tuple[Edge, ...]] = {}
    retries: dict[str, Retry] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in outgoing:
            continue
        task = workflow.tasks.get(name)
        outgoing[name] = tuple(_edges(name, targets.get(name, [])))
        if task is not None and (retry := _retry(task, targets[name])) is not None:
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
        keeps_results=_asks_for_results(workflow),
    )


def _asks_for_results(workflow: Workflow) -> bool:
    return any(_TASK.search(text) for value in _values(workflow) for text in _texts(value))


def _values(workflow: Workflow) -> Iterator[Json]:
    """All that may hold expressions."""
    yield from (one.value for one in workflow.output)
    for task in workflow.tasks.values():
        yield from (task.action, task.input, task.delay)
        if task.items is not None:
            yield from (task.items.items, task.items.concurrency)
        if task.retry is not None:
            yield task.retry.when
        for transition in task.next:
            yield transition.when
            yield from (one.value for one in transition.publish)


def _texts(value: Json) -> Iterator[str]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list | tuple):
            waiting += value


def _targets(task: Task) -> list[_Target]:
    """Where a task leads, by the target's name."""
    found = [
        (number, target, transition.when)
        for number, transition in enumerate(task.next)
        for target in transition.do
    ]
    if len(found) > 1:
        found.sort(key=lambda each: each[1])
    return found


def _edges(name: str, targets: Iterable[_Target]) -> Iterator[Edge]:
    seen: Counter[str] = Counter()
    known: set[tuple[int, str]] = set()
    for transition, target, when in targets:
        if target == RETRY or (transition, target) in known:
            continue
        known.add((transition, target))
        number = seen[target]
        seen[target] += 1
        yield Edge(name, target, transition, when, f"{target}__t{number}", f"{name}__t{number}")


def _retry(task: Task, targets: Iterable[_Target]) -> Retry | None:
    """How a task is tried again: as it says, or as the command ``retry`` does."""
    for transition, target, when in targets:
        if target == RETRY:
            place = task.next[transition].place
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
