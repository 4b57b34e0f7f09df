"""What is drawn of a workflow: boxes and arrows, whatever language it is written in."""

from collections.abc import Iterator
from enum import Enum

from chatops_cli.model.action_chain import ActionChain
from chatops_cli.model.frozen import frozen
from chatops_cli.model.workflow import Task, Workflow
from chatops_cli.reading.printable import printable
from chatops_cli.workflows.graph import Graph

_ENDS = ("<%", "%>", "{{", "}}")


class Kind(Enum):
    """How a box looks."""

    TASK = "task"
    JOIN = "join"
    COMMAND = "command"


@frozen
class Box:
    """A task, or a command of the engine; `notes` say what is special about it."""

    id: str
    name: str
    kind: Kind = Kind.TASK
    action: str = ""
    notes: tuple[str, ...] = ()


@frozen
class Arrow:
    """A way from a box to another, by their ids; `label` is its condition."""

    source: str
    target: str
    label: str = ""


@frozen
class Shape:
    """A graph to draw. `boxes` are in file order, `starts` are ids of those that begin."""

    name: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    starts: tuple[str, ...]


def workflow_shape(workflow: Workflow, graph: Graph) -> Shape:
    """The shape of an Orquesta workflow; the command ``continue``, which does nothing, is left out.

    Each task has a command of its own, so that ways don't meet where nothing joins.
    """
    boxes = [_task_box(task, graph) for task in workflow.tasks.values()]
    names = {*workflow.tasks}
    arrows: list[Arrow] = []
    for task in workflow.tasks.values():
        commands = set()
        for target, label in _ways(task):
            if target in names:
                arrows.append(Arrow(source=task.name, target=target, label=label))
            elif target in ("fail", "noop"):
                inner = f"{task.name}/{target}"
                arrows.append(Arrow(source=task.name, target=inner, label=label))
                commands.add((inner, target))
        boxes += [Box(id=each, name=name, kind=Kind.COMMAND) for each, name in sorted(commands)]
    starts = tuple(name for name in workflow.tasks if name in graph.roots)
    return Shape(
        name=printable(workflow.name),
        boxes=tuple(boxes),
        arrows=tuple(dict.fromkeys(arrows)),
        starts=starts,
    )


def chain_shape(chain: ActionChain) -> Shape:
    """The shape of an ActionChain; a task that is computed is not drawn."""
    arrows = [
        Arrow(source=task.name, target=target, label=label)
        for task in chain.tasks.values()
        for target, label in ((task.on_success, "succeeded"), (task.on_failure, "failed"))
        if target in chain.tasks
    ]
    boxes = tuple(
        Box(id=name, name=printable(name), action=printable(task.ref))
        for name, task in chain.tasks.items()
    )
    return Shape(
        name=printable(chain.name), boxes=boxes, arrows=tuple(arrows), starts=(chain.default,)
    )


def _task_box(task: Task, graph: Graph) -> Box:
    is_join = task.join is not None
    return Box(
        id=task.name,
        name=printable(task.name),
        kind=Kind.JOIN if is_join else Kind.TASK,
        action=condition(task.action or ""),
        notes=tuple(_notes(task, graph)),
    )


def _notes(task: Task, graph: Graph) -> Iterator[str]:
    if task.join is not None:
        yield f"join {task.join}"
    if task.items is not None:
        limit = task.items.concurrency
        yield "with items" if limit is None else f"with items, {condition(str(limit))} at once"
    retry = graph.retries.get(task.name) or task.retry
    if retry is not None:
        yield f"retry {condition(str(retry.count))}"
    if task.delay is not None:
        yield f"delay {condition(str(task.delay))}"
    if task.name in graph.splits and task.name not in graph.cycles:
        yield "each way"


def _ways(task: Task) -> Iterator[tuple[str, str]]:
    for transition in task.next:
        label = condition(transition.when or "")
        for target in transition.do:
            yield target, label


def condition(text: str) -> str:
    """An expression without its marks, on one line; the usual three without their brackets."""
    line = printable(" ".join(text.split()))
    if line.startswith(_ENDS) and line.endswith(_ENDS) and line[2:-2].find(line[-2:]) < 0:
        line = line[2:-2].strip()
    return line.removesuffix("()") if line in ("succeeded()", "failed()", "completed()") else line
