"""Which tasks and transitions of a workflow were never taken in rehearsals."""

from collections.abc import Iterable

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place
from chatops_cli.workflows.definition.chain import ChainDefinition
from chatops_cli.workflows.definition.orquesta import Definition
from chatops_cli.workflows.graph import RETRY
from chatops_cli.workflows.opening import Opened
from chatops_cli.workflows.rehearsing.played import Played


@frozen
class Branch:
    """A transition, by its task and its place there; of a chain 0 is success, 1 failure."""

    task: str
    transition: int
    label: str
    place: Place


@frozen
class Coverage:
    """Of how many tasks and transitions which were not taken."""

    ref: str
    tasks: int
    branches: int
    untaken_tasks: tuple[str, ...]
    untaken: tuple[Branch, ...]


def coverage_of(opened: Opened, rehearsals: Iterable[Played]) -> Coverage:
    """What all these rehearsals have not taken of a workflow, be it inside another."""
    ref = opened.action.ref
    tasks: set[str] = set()
    taken: set[tuple[str, int]] = set()
    for whole in rehearsals:
        for each in whole.workflows():
            if each.ref == ref:
                _add(each, tasks, taken)
    names, branches = _all(opened)
    return Coverage(
        ref=ref,
        tasks=len(names),
        branches=len(branches),
        untaken_tasks=tuple(name for name in names if name not in tasks),
        untaken=tuple(each for each in branches if (each.task, each.transition) not in taken),
    )


def _add(played: Played, tasks: set[str], taken: set[tuple[str, int]]) -> None:
    for step in played.steps:
        tasks.add(step.task)
        taken.update((step.task, way.transition) for way in step.ways)
        items = [run.item for run in step.runs]
        if len(set(items)) < len(items):
            # It was tried again, which the command `retry` does without a way to anywhere.
            taken.update((step.task, number) for number in _retries(played, step.task))


def _retries(played: Played, task: str) -> list[int]:
    match played.opened:
        case Opened(definition=Definition(workflow=workflow)) if workflow is not None:
            ways = workflow.tasks[task].next
            return [number for number, way in enumerate(ways) if RETRY in way.do]
        case _:
            return []


def _all(opened: Opened) -> tuple[tuple[str, ...], list[Branch]]:
    match opened.definition:
        case Definition(workflow=workflow) if workflow is not None:
            return tuple(workflow.tasks), [
                Branch(
                    task=task.name,
                    transition=number,
                    label=_label(", ".join(way.do), way.when),
                    place=way.place,
                )
                for task in workflow.tasks.values()
                for number, way in enumerate(task.next)
            ]
        case ChainDefinition(chain=chain) if chain is not None:
            return tuple(chain.tasks), [
                Branch(task=task.name, transition=number, label=label, place=task.place)
                for task in chain.tasks.values()
                for number, label in ((0, task.on_success), (1, task.on_failure))
                if label
            ]
        case _:
            return (), []


def _label(targets: str, when: str | None) -> str:
    return targets if when is None else f"{targets} (when {' '.join(when.split())})"
