"""A workflow that has ended goes on, from the tasks that failed or from chosen ones.

Source: orquesta, ``conducting.py``, ``request_workflow_rerun``.
"""

from chatops_cli.model.execution import FINAL, Status
from chatops_cli.workflows.case import Case, WorkflowStateError
from chatops_cli.workflows.events import Rerun
from chatops_cli.workflows.state import COMPLETED, Entry, Staged, TaskStatus


def rerun(case: Case, wanted: Rerun) -> None:
    """The tasks are staged again, and the workflow runs.

    Raises:
        WorkflowStateError: It has not ended, or has never run one of the tasks.
    """
    if case.status not in FINAL or not case.has_ended:
        raise WorkflowStateError(
            f"the workflow is {case.status}: only one that has ended is run again"
        )
    chosen = _chosen(case, wanted.tasks) if wanted.tasks else _failed(case)
    if not chosen:
        raise WorkflowStateError(
            "no task of the workflow has failed", hint="name the tasks to run again"
        )
    for index in chosen:
        _stage(case, index, resets=wanted.reset_items)
    for entry in case.board.entries:
        if entry.terminal and any(entry.next.values()):
            entry.terminal = False
    case.output, case.has_ended, case.status = None, False, Status.RUNNING


def _failed(case: Case) -> list[int]:
    return sorted(
        index
        for index in case.board.latest.values()
        if (entry := case.board.entries[index]).terminal
        and entry.status is TaskStatus.FAILED
        and entry.task in case.workflow.tasks
    )


def _chosen(case: Case, tasks: tuple[str, ...]) -> list[int]:
    """The last runs of these tasks; of two where one came after the other, the first alone."""
    found = {
        name: [index for (task, _), index in case.board.latest.items() if task == name]
        for name in tasks
    }
    if missing := sorted(name for name, indexes in found.items() if not indexes):
        raise WorkflowStateError(f"the workflow has never run {', '.join(missing)}")
    chosen = {index for indexes in found.values() for index in indexes}
    return sorted(index for index in chosen if not _before(case, index) & chosen)


def _before(case: Case, index: int) -> set[int]:
    """All runs that led to this one."""
    found: set[int] = set()
    waiting = [index]
    while waiting:
        for before in case.board.entries[waiting.pop()].before.values():
            if before not in found and before != index:
                found.add(before)
                waiting.append(before)
    return found


def _stage(case: Case, index: int, *, resets: bool) -> None:
    entry = case.board.entries[index]
    case.log.forget(entry.task)
    for after in range(index, len(case.board.entries)):
        if after == index or index in _before(case, after):
            case.board.entries[after].terminal = False
    staged = case.board.staged.get((entry.task, entry.route))
    if staged is not None and staged.items is not None:
        staged.completed = False
        _reset_items(staged, resets=resets)
        case.board.set(entry, TaskStatus.RUNNING)
        case.board.update(staged)
        return
    case.board.add(
        Entry(task=entry.task, route=entry.route, context=entry.context, before=dict(entry.before))
    )
    case.board.stage(
        Staged(
            task=entry.task,
            route=entry.route,
            arrived=[entry.context],
            before=dict(entry.before),
            ready=True,
        )
    )


def _reset_items(staged: Staged, *, resets: bool) -> None:
    """Items that didn't succeed are run again, or all of them."""
    items = staged.items
    if items is None:
        return
    for item, status in enumerate(items.statuses):
        if status in COMPLETED and (resets or status is not TaskStatus.SUCCEEDED):
            items.set(item, TaskStatus.UNSET)
            items.results[item] = None
    items.first = 0
