"""All texts of a definition, each with its path, and with what is assigned before it."""

from collections.abc import Iterable, Iterator
from enum import Enum

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.workflow import Assignment, Task, Transition, Workflow
from chatops_cli.workflows.definition.places import Path, Places


class Part(Enum):
    """The part of a definition that a text stands in."""

    INPUT = "input"
    VARS = "vars"
    TASK = "task"
    NEXT = "next"
    OUTPUT = "output"


@frozen
class Site:
    """A text. `before` are the names that its own list assigned before it."""

    text: str
    path: Path
    part: Part
    task: str | None = None
    before: tuple[str, ...] = ()


def sites(workflow: Workflow, places: Places) -> Iterator[Site]:
    """Every text that may hold expressions, in file order of the parts."""
    yield from _assigned(workflow.input, ("input",), Part.INPUT)
    yield from _assigned(workflow.vars, ("vars",), Part.VARS)
    for task in workflow.tasks.values():
        yield from _task(task, places)
    yield from _assigned(workflow.output, ("output",), Part.OUTPUT)


def input_path(task: Task, places: Places) -> Path:
    """Where a task's parameters stand: in its ``input``, or on the line of its action."""
    path: Path = ("tasks", task.name)
    written = places.text((*path, "action"))
    is_inline = written is not None and task.action is not None and written.strip() != task.action
    return (*path, "action" if is_inline else "input")


def texts(value: Json, path: Path) -> Iterator[tuple[str, Path]]:
    """The texts in a value, keys included, at any depth."""
    if isinstance(value, str):
        yield value, path
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key, (*path, key)
            yield from texts(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts(inner, (*path, number))


def _task(task: Task, places: Places) -> Iterator[Site]:
    path: Path = ("tasks", task.name)
    parts: list[tuple[Json, Path]] = [
        (task.delay, (*path, "delay")),
        (task.action, (*path, "action")),
        (task.input, input_path(task, places)),
    ]
    if task.items is not None:
        parts += [
            (task.items.items, (*path, "with", "items")),
            (task.items.concurrency, (*path, "with", "concurrency")),
        ]
    for value, where in parts:
        for text, inner in texts(value, where):
            yield Site(text=text, path=inner, part=Part.TASK, task=task.name)
    yield from _retry(task, path)
    for number, transition in enumerate(task.next):
        yield from _transition(transition, (*path, "next", number), task.name)


def _retry(task: Task, path: Path) -> Iterator[Site]:
    if task.retry is None:
        return
    for key, value in (
        ("when", task.retry.when),
        ("count", task.retry.count),
        ("delay", task.retry.delay),
    ):
        if isinstance(value, str):
            where = (*path, "retry", key)
            yield Site(text=value, path=where, part=Part.NEXT, task=task.name)


def _transition(transition: Transition, path: Path, task: str) -> Iterator[Site]:
    if transition.when is not None:
        yield Site(text=transition.when, path=(*path, "when"), part=Part.NEXT, task=task)
    yield from _assigned(transition.publish, (*path, "publish"), Part.NEXT, task)


def _assigned(
    assigned: Iterable[Assignment], path: Path, part: Part, task: str | None = None
) -> Iterator[Site]:
    before: tuple[str, ...] = ()
    for number, one in enumerate(assigned):
        for text, inner in texts(one.value, (*path, number, one.name)):
            yield Site(text=text, path=inner, part=part, task=task, before=before)
        before = (*before, one.name)
