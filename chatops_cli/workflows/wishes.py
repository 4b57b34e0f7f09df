"""A workflow is paused, goes on, is cancelled, or closed at its end.

Source: orquesta, ``conducting.py``, ``request_workflow_status``. Paused, a task with items starts
no more of them; what runs ends as it does.
"""

from chatops_cli.model.execution import FINAL, Status
from chatops_cli.workflows.case import Case, WorkflowStateError
from chatops_cli.workflows.events import ResumeRuns, StopRuns, Wish
from chatops_cli.workflows.settling import check_joins
from chatops_cli.workflows.state import COMPLETED, HELD, Entry, TaskStatus


def grant(case: Case, wish: Wish) -> None:
    """What somebody wants of the whole.

    Raises:
        WorkflowStateError: The workflow has ended, is being cancelled, or isn't paused.
    """
    if case.status in FINAL:
        raise WorkflowStateError(f"the workflow has ended ({case.status})")
    match wish:
        case Wish.PAUSE:
            _pause(case)
        case Wish.RESUME:
            _resume(case)
        case Wish.CANCEL:
            _cancel(case)


def close(case: Case) -> None:
    """The workflow has ended: what still waits for an answer is cancelled."""
    case.has_ended, case.is_paused = True, False
    waits = False
    for index, entry in enumerate(case.board.entries if case.board.held else ()):
        if entry.status not in HELD:
            continue
        if entry.items is None:
            waits = True
            case.board.set(entry, TaskStatus.CANCELED)
        elif entry.items.waiting:
            # Where the workflow is run again, it is asked again.
            waits = True
            entry.items.restart(all_of_them=False)
            case.board.filling.add(index)
    if waits and not any(isinstance(command, StopRuns) for command in case.commands):
        case.commands.append(StopRuns(wish=Wish.CANCEL))


def _pause(case: Case) -> None:
    if case.status is Status.CANCELING:
        raise WorkflowStateError("the workflow is being cancelled")
    case.is_paused = True
    for entry in _filling(case):
        if entry.status is TaskStatus.RUNNING:
            is_active = entry.items is not None and entry.items.active
            case.board.set(entry, TaskStatus.PAUSING if is_active else TaskStatus.PAUSED)
    case.status = Status.PAUSING if case.board.active else Status.PAUSED
    case.commands.append(StopRuns(wish=Wish.PAUSE))


def _resume(case: Case) -> None:
    board = case.board
    if case.status not in {Status.PAUSED, Status.PAUSING}:
        raise WorkflowStateError(f"the workflow is not paused but {case.status}")
    case.is_paused = False
    for entry in _filling(case):
        if entry.status in HELD and entry.items is not None and not entry.items.waiting:
            board.set(entry, TaskStatus.RUNNING)
    if board.active or board.has_ready or board.held:
        case.status = Status.RUNNING
    else:
        case.status = Status.CANCELED if board.canceled else Status.SUCCEEDED
        check_joins(case)
    if board.held:
        case.commands.append(ResumeRuns())


def _cancel(case: Case) -> None:
    for entry in case.board.entries:
        if entry.items is not None and entry.status not in COMPLETED:
            is_active = entry.items.active
            case.board.set(entry, TaskStatus.CANCELING if is_active else TaskStatus.CANCELED)
    case.board.filling.clear()
    case.status = Status.CANCELING if case.board.active else Status.CANCELED
    case.commands.append(StopRuns(wish=Wish.CANCEL))


def _filling(case: Case) -> list[Entry]:
    return [case.board.entries[index] for index in sorted(case.board.filling)]
