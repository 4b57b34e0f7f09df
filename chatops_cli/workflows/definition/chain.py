"""An ActionChain's file as an `ActionChain`."""

import re

from chatops_cli.model.action_chain import ActionChain, ChainTask
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from chatops_cli.reading.value import did_you_mean
from chatops_cli.workflows.definition.markers import has_jinja
from chatops_cli.workflows.definition.places import Places

ABOUT = "description"
"""A key of tasks for who reads the file.

Source: StackStorm, ``st2common.models.system.actionchain``, which passes over what it doesn't know;
its own example ``publish_data`` has it.
"""
EVENTS = ("on-complete", "on-failure", "on-success")
_VARIABLE = re.compile(r"\w+")


@frozen
class ChainDefinition:
    """What a file says. `chain` is as much as could be read; None where it has no tasks."""

    chain: ActionChain | None
    problems: tuple[Problem, ...]
    places: Places


def read_chain(data: bytes, *, file: str, name: str) -> ChainDefinition:
    """The chain in a file; whatever the bytes, nothing is raised. Arguments as `read_workflow`.

    Source: StackStorm, ``st2common/models/system/actionchain.py``, and the action_chain_runner's
        check of names; of a task StackStorm reads unknown keys past.
    """
    source = parse(data, file=file)
    problems: list[Problem] = []
    reader = Reader.of_source(source, problems)
    chain = _chain(reader, name) if reader is not None else None
    found = tuple(sorted(problems, key=lambda problem: problem.place))
    places = Places(source, data.decode("utf-8", "replace"))
    return ChainDefinition(chain=chain, problems=found, places=places)


def _chain(reader: Reader, name: str) -> ActionChain | None:
    tasks = _tasks(reader)
    values = reader.mapping("vars")
    named = reader.text("default").strip()
    reader.finish()
    _check_names(reader, "vars", values)
    if not tasks:
        return None
    if named and named not in tasks:
        reader.report(
            "unknown-task",
            f"default is {named!r}, and there is no such task",
            key="default",
            hint=did_you_mean(named, tasks),
        )
    return ActionChain(
        name=name, place=reader.place, tasks=tasks, default=named or _first(tasks), vars=values
    )


def _tasks(reader: Reader) -> dict[str, ChainTask]:
    value = reader.value("chain", required=True)
    if value is None:
        return {}
    readers = [found for item in value.items() if (found := Reader.of(item)) is not None]
    if value.is_list and not value.items():
        value.report("missing-key", "chain is empty: it needs a task")
    tasks: dict[str, ChainTask] = {}
    places: dict[str, Place] = {}
    for inner in readers:
        task = _task(inner)
        if task.name in tasks:
            inner.report(
                "repeated-name",
                f"task {task.name!r} is there already, at {places[task.name]}; this one never runs",
                key="name",
                hint="give one another name",
            )
            continue
        tasks[task.name] = task
        places[task.name] = inner.place_of("name")
    for inner in readers:
        _check_next(inner, tasks)
    return tasks


def _task(reader: Reader) -> ChainTask:
    name = reader.text("name", required=True)
    ref = reader.text("ref", required=True).strip()
    publish = reader.mapping("publish")
    task = ChainTask(
        name=name,
        ref=ref,
        place=reader.place,
        parameters=_parameters(reader),
        publish=publish,
        notify=_notify(reader.section("notify")),
        on_success=reader.text("on-success"),
        on_failure=reader.text("on-failure"),
    )
    _check_names(reader, "publish", publish)
    reader.accept(ABOUT)
    reader.finish(severity=Severity.WARNING)
    return task


def _parameters(reader: Reader) -> JsonObject:
    old, new = reader.mapping("params"), reader.mapping("parameters")
    if old and new:
        reader.report(
            "two-sections",
            "a task has parameters or params, not both",
            key="params",
            hint="move all of them to parameters",
        )
    return new or old


def _check_names(reader: Reader, key: str, values: JsonObject) -> None:
    for name in values:
        if not _VARIABLE.fullmatch(name):
            reader.report(
                "variable-name",
                f"{reader.path(key)} has the name {name!r}, which no template can use",
                key=key,
                hint="use letters, digits and underscores",
                severity=Severity.WARNING,
            )


def _check_next(reader: Reader, tasks: dict[str, ChainTask]) -> None:
    for key in ("on-success", "on-failure"):
        value = reader.value(key)
        if value is None or value.node.id != "scalar":
            continue
        name: str = value.node.value
        if name and name not in tasks and not has_jinja(name):
            value.report(
                "unknown-task",
                f"{value.name} is {name!r}, and there is no such task",
                hint=did_you_mean(name, tasks),
            )


def _first(tasks: dict[str, ChainTask]) -> str:
    """The first task that nothing leads to; where there is none, the first of all."""
    named = {name for task in tasks.values() for name in (task.on_success, task.on_failure)}
    return next((name for name in tasks if name not in named), next(iter(tasks)))


def _notify(reader: Reader | None) -> JsonObject:
    """The section as an action's: routes, message and data by event.

    Source: StackStorm, ``st2common/models/api/notification.py``; ``channels`` is the old name.
    """
    if reader is None:
        return {}
    found: dict[str, Json] = {}
    for event in EVENTS:
        section = reader.section(event)
        if section is None:
            continue
        routes = section.strings("routes") or section.strings("channels")
        message, data = section.text("message", None), dict(section.mapping("data"))
        section.accept("channels")
        section.finish()
        found[event] = {"routes": [*routes], "message": message, "data": data}
    reader.finish()
    return found
