"""What has ended is taken in: the task's status, whether it is tried again, what comes after it."""

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.execution import FINAL, Status
from chatops_cli.model.json import Json
from chatops_cli.workflows import rules
from chatops_cli.workflows.case import Case, WorkflowStateError
from chatops_cli.workflows.evaluation import Scope
from chatops_cli.workflows.events import Run
from chatops_cli.workflows.graph import FAIL
from chatops_cli.workflows.leading import ENGINE, lead_on
from chatops_cli.workflows.log import FAILED
from chatops_cli.workflows.nesting import TOO_DEEP, is_too_deep
from chatops_cli.workflows.settling import settle
from chatops_cli.workflows.state import COMPLETED, HELD, WAITING, Entry, Staged, TaskStatus

PAUSES = frozenset({Status.PAUSED, Status.PAUSING})
GOES = frozenset({Status.RUNNING, Status.RESUMING})


def take(
    case: Case, run: Run, status: TaskStatus, result: Json, *, execution: str | None = None
) -> None:
    """A run, or one item of it, has this status now. What has ended before stays as it is.

    Raises:
        WorkflowStateError: There is no such run.
    """
    if not 0 <= run.number < len(case.board.runs):
        raise WorkflowStateError(f"the workflow has started no run {run.number}")
    index = case.board.runs[run.number]
    entry = case.board.entries[index]
    if entry.task != run.task:
        raise WorkflowStateError(f"run {run.number} is one of '{entry.task}', not of '{run.task}'")
    if entry.status in COMPLETED or entry.run != run.number or _is_over(entry, run):
        return
    if is_too_deep(result):
        # Published, it would be looked at by what takes one step into it after the other.
        case.log.add(f"the result of task '{entry.task}' {TOO_DEEP}", task=entry.task)
        result = None
        status = TaskStatus.FAILED if status in COMPLETED else status
    _go_on(case, entry, run, status)
    if status is TaskStatus.FAILED:
        case.log.add(FAILED, task=entry.task, result=result, execution=execution)
    before = entry.status
    if run.item is None:
        # A task with items that has none.
        has_items = case.workflow.tasks[entry.task].items is not None
        value: Json = [] if has_items else result
        case.board.set(entry, status)
    else:
        value = _take_item(case, index, run.item, status, result)
    if entry.status in COMPLETED:
        _completed(case, index, value)
    elif entry.status is not before:
        settle(case, entry)


def _is_over(entry: Entry, run: Run) -> bool:
    """Whether the item has ended before, or will be started anew."""
    if (run.item is None) is not (entry.items is None):
        raise WorkflowStateError(f"the task '{entry.task}' has no item {run.item}")
    if run.item is None or entry.items is None:
        return False
    if not 0 <= run.item < len(entry.items.statuses):
        raise WorkflowStateError(f"the task '{entry.task}' has no item {run.item}")
    status = entry.items.statuses[run.item]
    return status in COMPLETED or status is TaskStatus.UNSET


def _go_on(case: Case, entry: Entry, run: Run, status: TaskStatus) -> None:
    """An answer that was waited for has come: the workflow goes on, unless somebody paused it."""
    now = entry.items.statuses[run.item] if entry.items and run.item is not None else entry.status
    goes_on = now in WAITING and (status in COMPLETED or status is TaskStatus.RUNNING)
    if goes_on and case.status in PAUSES and not case.is_paused:
        case.status = Status.RUNNING


def _take_item(case: Case, index: int, item: int, status: TaskStatus, result: Json) -> Json:
    """The results of all items, where the task has ended."""
    entry = case.board.entries[index]
    items = entry.items
    if items is None:
        return None
    is_answer = items.statuses[item] in WAITING
    items.set(item, status)
    items.results[item] = result
    others = dict(items.counts)
    others[status] -= 1
    now = entry.status
    if is_answer and now in HELD and not items.waiting:
        now = TaskStatus.RUNNING
    found = rules.items_status(now, status, others, active=items.active > 0)
    if found is TaskStatus.RUNNING and not items.active and case.status not in GOES:
        # Nothing more of it is started now.
        found = TaskStatus.PAUSED
    case.board.set(entry, found)
    if found not in COMPLETED:
        return None
    case.board.filling.discard(index)
    return list(items.results)


def _completed(case: Case, index: int, result: Json) -> None:
    """A task has ended: it is tried again, or what comes after it is staged."""
    entry = case.board.entries[index]
    if case.board.graph.keeps_results:
        entry.result = _kept(case, entry, result)
    if entry.status is TaskStatus.SUCCEEDED:
        entry.items = None
    scope = case.scope(entry.task, entry.route, entry.context, result=result)
    try:
        if _tries_again(case, index, scope):
            settle(case, entry)
            return
    except ChatOpsError as error:
        case.log.add(error.message, task=entry.task, route=entry.route)
        case.status = Status.FAILED
    commands = lead_on(case, entry, scope)
    settle(case, entry)
    for key in commands:
        _command(case, *key)
    if case.status in FINAL:
        entry.terminal = True


def _kept(case: Case, entry: Entry, result: Json) -> Json:
    """What ``task(…)`` gives as the result of a task that has ended."""
    if entry.items is not None:
        return entry.items.told()
    return {"items": []} if case.workflow.tasks[entry.task].items is not None else result


def _tries_again(case: Case, index: int, scope: Scope) -> bool:
    """Whether it is staged once more."""
    entry = case.board.entries[index]
    retry = entry.retry
    if retry is None or retry.tally >= retry.count or case.status in FINAL:
        return False
    if retry.when is None:
        if entry.status is not TaskStatus.FAILED:
            return False
    elif not case.expressions.evaluate(retry.when, scope):
        return False
    retry.tally += 1
    entry.items = None
    case.board.set(entry, TaskStatus.RETRYING)
    case.board.stage(
        Staged(
            task=entry.task,
            route=entry.route,
            arrived=[entry.context],
            before=dict(entry.before),
            ready=True,
            runs_on_fail=entry.runs_on_fail,
            entry=index,
            retry_delay=retry.delay,
        )
    )
    return True


def _command(case: Case, task: str, route: int) -> None:
    """A command of the engine is a task that has ended before it began."""
    staged = case.board.staged.get((task, route))
    if staged is None:
        return
    case.board.unstage(task, route)
    entry = Entry(
        task=task,
        route=route,
        context=case.context_of(staged),
        before=staged.before,
        terminal=True,
    )
    case.board.add(entry)
    case.board.set(entry, ENGINE[task])
    if task == FAIL:
        case.log.add(FAILED, task=task)
    settle(case, entry)
