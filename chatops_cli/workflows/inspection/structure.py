"""Tasks that are named and aren't there, never run, or wait for what never comes."""

from chatops_cli.model.problem import Severity
from chatops_cli.model.workflow import COMMANDS, Workflow
from chatops_cli.reading.value import did_you_mean
from chatops_cli.workflows.definition.places import Path, Places
from chatops_cli.workflows.graph import Graph
from chatops_cli.workflows.inspection.findings import Findings
from chatops_cli.workflows.inspection.subject import Subject


def check_structure(subject: Subject, findings: Findings) -> None:
    """Report what is wrong with the ways between tasks.

    Source: orquesta, ``specs/native/v1/models.py``: reserved names, start tasks, undefined tasks,
        items without an action. It knows of no tasks that are never reached.
    """
    workflow, places = subject.workflow, subject.places
    _check_names(workflow, places, findings)
    _check_targets(workflow, places, findings)
    _check_reached(subject, findings)
    for task in workflow.tasks.values():
        if task.items is not None and task.action is None:
            findings.report(
                "items-without-action",
                f"task {task.name} has items, and no action to run for each of them",
                place=places.of(("tasks", task.name, "with")),
                hint="add an action, such as core.noop",
            )


def _check_names(workflow: Workflow, places: Places, findings: Findings) -> None:
    for name in workflow.tasks:
        if name in COMMANDS:
            findings.report(
                "reserved-task-name",
                f"a task can't be called {name}: under do it is a command",
                place=places.of(("tasks", name)),
                hint="rename the task",
            )


def _check_targets(workflow: Workflow, places: Places, findings: Findings) -> None:
    known = {*workflow.tasks, *COMMANDS}
    for task in workflow.tasks.values():
        for number, transition in enumerate(task.next):
            for position, target in enumerate(transition.do):
                if target in known:
                    continue
                path: Path = ("tasks", task.name, "next", number, "do")
                is_list = places.text(path) is None
                findings.report(
                    "unknown-task",
                    f"task {task.name} leads to {target!r}, and there is no such task",
                    place=places.of((*path, position)) if is_list else places.within(path, target),
                    hint=did_you_mean(target, known),
                )


def _check_reached(subject: Subject, findings: Findings) -> None:
    workflow, graph, places = subject.workflow, subject.graph, subject.places
    if not graph.roots:
        findings.report(
            "no-start-task",
            "no task starts the workflow: each is led to by another",
            place=places.of(("tasks",)),
            hint="add a task that leads into the loop, and that nothing leads to",
        )
        return
    runnable = _runnable(graph)
    for name, task in workflow.tasks.items():
        if name not in graph.outgoing:
            findings.report(
                "unreachable-task",
                f"task {name} never runs: no way leads to it from a task that starts the workflow",
                place=places.of(("tasks", name)),
                hint="lead to it from another task",
                severity=Severity.WARNING,
            )
        elif name not in runnable and task.join is not None:
            _report_join(subject, name, runnable, findings)


def _report_join(subject: Subject, name: str, runnable: frozenset[str], findings: Findings) -> None:
    graph = subject.graph
    place = subject.places.of(("tasks", name, "join"))
    sources = graph.sources.get(name, frozenset())
    wanted = graph.joins[name]
    if wanted > len(sources):
        findings.report(
            "impossible-join",
            f"task {name} waits for {wanted} tasks, and only {len(sources)} lead to it",
            place=place,
            hint="write join: all, or a smaller number",
        )
        return
    never = sorted(sources - runnable)
    if never:
        findings.report(
            "impossible-join",
            f"task {name} waits for {', '.join(never)}, which can't run before it",
            place=place,
            hint="the way back into a loop must lead to a task without a join, or with join: 1",
        )


def _runnable(graph: Graph) -> frozenset[str]:
    """The tasks that can come to run, if every condition holds."""
    found = set(graph.roots)
    arrived: dict[str, set[str]] = {}
    waiting = list(graph.roots)
    while waiting:
        source = waiting.pop()
        for edge in graph.outgoing[source]:
            sources = arrived.setdefault(edge.target, set())
            sources.add(source)
            if edge.target not in found and len(sources) >= graph.joins.get(edge.target, 1):
                found.add(edge.target)
                waiting.append(edge.target)
    return frozenset(found)
