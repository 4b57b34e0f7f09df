"""Where a task leads: its ways are looked at, values published, what comes next is staged."""

from collections import ChainMap
from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.execution import Status
from chatops_cli.workflows.arrivals import Inbound
from chatops_cli.workflows.case import Case
from chatops_cli.workflows.evaluation import ExpressionError, Scope
from chatops_cli.workflows.graph import CONTINUE, FAIL, NOOP, Edge
from chatops_cli.workflows.nesting import TOO_DEEP, is_too_deep
from chatops_cli.workflows.state import Entry, Staged, TaskStatus

if TYPE_CHECKING:
    from chatops_cli.model.json import Json

ENGINE = {CONTINUE: TaskStatus.SUCCEEDED, NOOP: TaskStatus.SUCCEEDED, FAIL: TaskStatus.FAILED}
"""The commands of the engine, and the status that each has at once."""


def lead_on(case: Case, entry: Entry, scope: Scope) -> list[tuple[str, int]]:
    """What comes after a task is staged; gives the commands of the engine among it."""
    edges = case.board.graph.outgoing.get(entry.task, ())
    if not edges:
        entry.terminal = True
    published: dict[int, int | None] = {}
    staged = []
    for edge in edges:
        if not _is_taken(case, entry, edge, scope):
            continue
        if edge.transition not in published:
            published[edge.transition] = _publish(case, entry, edge, scope)
        context = published[edge.transition]
        if context is None:
            continue
        if context != entry.context:
            entry.beyond[edge.name] = context
        if case.board.led(edge, entry.route):
            staged.append(_arrive(case, entry, edge, context))
        else:
            entry.late.append(edge.name)
    commands = [(each.task, each.route) for each in staged if each.task in ENGINE]
    if any(task == FAIL for task, _ in commands):
        # What is staged beside the command cleans up after the failure.
        for each in staged:
            each.runs_on_fail = each.ready and each.task not in ENGINE
    return commands


def _is_taken(case: Case, entry: Entry, edge: Edge, scope: Scope) -> bool:
    holds = edge.when is None
    if edge.when is not None:
        try:
            holds = bool(case.expressions.evaluate(edge.when, scope))
        except ChatOpsError as error:
            _fail(case, entry, edge, error)
            return False
    entry.next[edge.name] = holds
    return holds


def _publish(case: Case, entry: Entry, edge: Edge, scope: Scope) -> int | None:
    """The context after a transition; each value sees those published before it.

    None where one of them can't be evaluated: then the workflow has failed, and each such error is
    logged.
    """
    transition = case.workflow.tasks[entry.task].next[edge.transition]
    if not transition.publish:
        return entry.context
    values: dict[str, Json] = {}
    inner = scope
    if len(transition.publish) > 1:
        seen = ChainMap(values, scope.variables)  # type: ignore[arg-type]  # it is only read
        inner = replace(scope, variables=seen)
    failed = False
    for one in transition.publish:
        try:
            value = case.expressions.evaluate(one.value, inner)
        except ChatOpsError as error:
            _fail(case, entry, edge, error)
            failed = True
            continue
        if is_too_deep(value):
            _fail(case, entry, edge, ExpressionError(f"the value of '{one.name}' {TOO_DEEP}"))
            failed = True
            continue
        values[one.name] = value
    return None if failed else case.contexts.publish(entry.context, values)


def _fail(case: Case, entry: Entry, edge: Edge, error: ChatOpsError) -> None:
    case.log.add(error.message, task=entry.task, route=entry.route, transition=edge.name)
    case.status = Status.FAILED


def _arrive(case: Case, entry: Entry, edge: Edge, context: int) -> Staged:
    """The task that a way leads to is staged, or hears of one more that led to it."""
    board = case.board
    route = board.route_to(edge, entry.route)
    staged = board.staged.get((edge.target, route))
    before = {edge.origin: board.latest[entry.task, entry.route]}
    if staged is None:
        staged = Staged(task=edge.target, route=route, arrived=[context], before=before)
        earlier = board.entry(edge.target, route)
        if earlier is not None and board.graph.joins.get(edge.target, 1) > 1:
            # The other branches are not run again: what they brought is in its last run.
            staged.arrived.insert(0, earlier.context)
            staged.before = {**earlier.before, **before}
    else:
        staged.arrived.append(context)
        staged.before.update(before)
    staged.ready = board.inbound(edge.target, entry.route) is Inbound.SATISFIED
    return board.stage(staged)
