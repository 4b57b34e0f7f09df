"""An Orquesta definition's file as a `Workflow`."""

import re

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Problem
from chatops_cli.model.workflow import Assignment, Task, Workflow
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from chatops_cli.workflows.definition.assignments import check_repeated, read_assignments
from chatops_cli.workflows.definition.places import Places
from chatops_cli.workflows.definition.scalars import report_null
from chatops_cli.workflows.definition.task import read_task

VERSION = "1.0"
TASK_NAME = re.compile(r"\w+")


@frozen
class Definition:
    """What a file says. `workflow` is as much as could be read; None where it has no tasks.

    `problems` are all mistakes of its form; `places` knows where its values stand.
    """

    workflow: Workflow | None
    problems: tuple[Problem, ...]
    places: Places


def read_workflow(data: bytes, *, file: str, name: str) -> Definition:
    """The definition in a file; whatever the bytes, nothing is raised.

    Args:
        data: The file's content.
        file: Its name in problems.
        name: What the workflow is called.

    Source: orquesta, ``specs/native/v1/models.py``, schema of a workflow.
    """
    source = parse(data, file=file)
    problems: list[Problem] = []
    reader = Reader.of_source(source, problems)
    workflow = _workflow(reader, name) if reader is not None else None
    found = tuple(sorted(problems, key=lambda problem: problem.place))
    places = Places(source, data.decode("utf-8", "replace"))
    return Definition(workflow=workflow, problems=found, places=places)


def _workflow(reader: Reader, name: str) -> Workflow | None:
    _version(reader)
    report_null(reader, "description", "input", "vars", "output", "tags")
    description = reader.text("description")
    found = {key: _assignments(reader, key) for key in ("input", "vars", "output")}
    tasks = _tasks(reader)
    reader.accept("name", "tags")
    reader.finish()
    if not tasks:
        return None
    return Workflow(name=name, place=reader.place, description=description, tasks=tasks, **found)


def _version(reader: Reader) -> None:
    value = reader.value("version")
    if value is None:
        return
    found = value.json() if value.node.id == "scalar" else None
    if isinstance(found, bool) or found not in (1, VERSION):
        value.report(
            "workflow-version",
            f"version is {value.show()}, and there is only {VERSION}",
            hint=f"write version: {VERSION}",
        )


def _assignments(reader: Reader, key: str) -> tuple[Assignment, ...]:
    value = reader.value(key)
    found = read_assignments(value, bare=key == "input")
    check_repeated(value, found)
    return found


def _tasks(reader: Reader) -> dict[str, Task]:
    value = reader.value("tasks", required=True)
    inner = Reader.of(value)
    if value is None or inner is None:
        return {}
    tasks = {}
    for name, task in inner.entries():
        if not TASK_NAME.fullmatch(name):
            inner.report(
                "task-name",
                f"{name!r} is no name of a task: it may hold letters, digits and underscores only",
                key=name,
                hint="rename it, also where it is named under do",
            )
        tasks[name] = read_task(name, task)
    if not tasks:
        value.report("missing-key", "tasks is empty: a workflow needs a task")
    return tasks
