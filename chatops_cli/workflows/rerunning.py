"""A workflow that has ended goes on, from the tasks that failed or from chosen ones.

Source: orquesta, ``conducting.py``, ``request_workflow_rerun``.
"""

from collections.abc import Iterable
from dataclasses import replace

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
    # Those of the output: it is evaluated again.
    case.log.forget(None)
    for index in sorted(chosen, key=lambda index: _place(case.board.entries[index])):
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
        if name in case.workflow.tasks
    }
    if missing := sorted(name for name in tasks if not found.get(name)):
        raise WorkflowStateError(f"the workflow has never run {', '.join(missing)}")
    chosen = {index for indexes in found.values() for index in indexes}
    return sorted(chosen - _after(case, chosen))


def _after(case: Case, indexes: Iterable[int]) -> set[int]:
    """All entries to which these led."""
    nexts: dict[int, list[int]] = {}
    for index, entry in enumerate(case.board.entries):
        for before in entry.before.values():
            nexts.setdefault(before, []).append(index)
    found: set[int] = set()
    for start in indexes:
        waiting = list(nexts.get(start, ()))
        while waiting:
            index = waiting.pop()
            if index not in found and index != start:
                found.add(index)
                waiting.extend(nexts.get(index, ()))
    return found


def _stage(case: Case, index: int, *, resets: bool) -> None:
    board = case.board
    entry = board.entries[index]
    case.log.forget(entry.task)
    entry.terminal = False
    for after in (board.entries[each] for each in _after(case, (index,))):
        after.terminal = False
        if after.task in board.graph.joins:
            board.again.add((after.task, after.route))
    fresh = Entry(
        task=entry.task,
        route=entry.route,
        context=entry.context,
        before=dict(entry.before),
        items=entry.items,
    )
    if entry.items is not None and entry.retry is not None:
        fresh.retry = replace(entry.retry, tally=0)
    again = board.add(fresh)
    if fresh.items is not None:
        entry.items = None
        board.filling.discard(index)
        if entry.status not in COMPLETED:
            board.set(entry, TaskStatus.CANCELED)
        fresh.items.restart(all_of_them=resets)
        if fresh.items.pending() is None:
            # All had succeeded before somebody cancelled the task.
            fresh.items.restart(all_of_them=True)
        board.number(again)
        board.set(fresh, TaskStatus.RUNNING)
        board.filling.add(again)
        return
    board.stage(
        Staged(
            task=entry.task,
            route=entry.route,
            arrived=[entry.context],
            before=dict(entry.before),
            ready=True,
            entry=again,
        )
    )


def _place(entry: Entry) -> tuple[str, int]:
    return entry.task, entry.route
