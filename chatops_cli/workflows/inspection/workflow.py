"""A whole Orquesta definition inspected."""

from collections.abc import Iterable

from chatops_cli.model.problem import Problem
from chatops_cli.model.workflow import Task
from chatops_cli.workflows.definition.orquesta import Definition
from chatops_cli.workflows.definition.places import Places
from chatops_cli.workflows.graph import build_graph
from chatops_cli.workflows.inspection.actions import CallPlaces, check_call
from chatops_cli.workflows.inspection.findings import Findings
from chatops_cli.workflows.inspection.flow import follow
from chatops_cli.workflows.inspection.joins import check_joins
from chatops_cli.workflows.inspection.ports import Actions, Reads
from chatops_cli.workflows.inspection.sites import input_path
from chatops_cli.workflows.inspection.structure import check_structure
from chatops_cli.workflows.inspection.subject import Subject
from chatops_cli.workflows.inspection.texts import check_texts

CONTEXT = frozenset({"st2", "parent"})
"""The variables that each workflow begins with.

Source: StackStorm, ``contrib/runners/orquesta_runner``, its context.
"""


def inspect(
    definition: Definition,
    *,
    reads: Reads,
    actions: Actions | None = None,
    context: Iterable[str] = CONTEXT,
) -> tuple[Problem, ...]:
    """All that is wrong with a definition, its form included, by place.

    Args:
        definition: A file that was read.
        reads: Reads expressions.
        actions: The actions there are; None where they are not to be checked.
        context: The variables that it begins with.
    """
    workflow, places = definition.workflow, definition.places
    if workflow is None:
        return definition.problems
    graph = build_graph(workflow)
    findings = Findings()
    subject = Subject(workflow=workflow, graph=graph, places=places)
    check_structure(subject, findings)
    check_joins(subject, findings)
    check_texts(subject, follow(workflow, graph, context), reads, findings)
    if actions is not None:
        for task in workflow.tasks.values():
            _check_task(task, actions, places, findings)
    found = {*definition.problems, *findings.all}
    return tuple(sorted(found, key=lambda problem: (problem.place, problem.rule, problem.message)))


def _check_task(task: Task, actions: Actions, places: Places, findings: Findings) -> None:
    if task.action is None:
        return
    path = ("tasks", task.name, "action")
    where = CallPlaces(places=places, action=path, given=input_path(task, places))
    is_given = isinstance(task.input, dict) and (
        where.given == path or places.is_mapping(where.given)
    )
    # What could not be read, or is an expression, is known only when it runs.
    given = task.input if isinstance(task.input, dict) and is_given else None
    check_call(task.action, given, actions=actions, where=where, findings=findings)
