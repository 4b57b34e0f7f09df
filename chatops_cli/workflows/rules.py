"""What becomes of a task with items, and of a workflow, when something in it has ended.

Pure functions. Source: orquesta, ``machines.py``, whose tables say the same state by state.
"""

from chatops_cli.model.execution import FINAL, Status
from chatops_cli.workflows.case import WorkflowStateError
from chatops_cli.workflows.events import Finished, Waiting
from chatops_cli.workflows.state import TaskStatus

_STOPS = frozenset({TaskStatus.PENDING, TaskStatus.PAUSED, TaskStatus.RETRYING})
_ENDS = {
    Status.SUCCEEDED: TaskStatus.SUCCEEDED,
    Status.CANCELED: TaskStatus.CANCELED,
}
_WAITS = {
    Status.PENDING: TaskStatus.PENDING,
    Status.PAUSED: TaskStatus.PAUSED,
    Status.RUNNING: TaskStatus.RUNNING,
}


def told(event: Finished | Waiting) -> TaskStatus:
    """The status of a task whose action has that one: a timeout is a failure.

    Raises:
        WorkflowStateError: No such event has this status.
    """
    if isinstance(event, Finished):
        if event.status not in FINAL:
            raise WorkflowStateError(f"no action has ended {event.status}")
        return _ENDS.get(event.status, TaskStatus.FAILED)
    status = _WAITS.get(event.status)
    if status is None:
        raise WorkflowStateError(f"no action waits {event.status}")
    return status


def items_status(  # noqa: PLR0911  # one for each way the items can stand
    task: TaskStatus, item: TaskStatus, others: dict[TaskStatus, int], *, active: bool
) -> TaskStatus:
    """The status of a task with items after one of them has ended, or waits.

    Args:
        task: Its status so far.
        item: What became of the item.
        others: How many of the other items have each status.
        active: Whether one of them runs.
    """
    if active:
        return _while_others_run(task, item)
    if task is TaskStatus.CANCELING:
        incomplete = any(
            others.get(status) for status in TaskStatus if status is not TaskStatus.SUCCEEDED
        )
        is_done = item is TaskStatus.SUCCEEDED and not incomplete
        return TaskStatus.SUCCEEDED if is_done else TaskStatus.CANCELED
    waits = bool(others.get(TaskStatus.PENDING) or others.get(TaskStatus.PAUSED))
    if item is TaskStatus.CANCELED or (not waits and others.get(TaskStatus.CANCELED)):
        return TaskStatus.CANCELED
    if item is TaskStatus.FAILED or (not waits and others.get(TaskStatus.FAILED)):
        return TaskStatus.FAILED
    if waits or item is not TaskStatus.SUCCEEDED:
        return TaskStatus.PAUSED
    if others.get(TaskStatus.UNSET):
        return TaskStatus.PAUSED if task is TaskStatus.PAUSING else TaskStatus.RUNNING
    return TaskStatus.SUCCEEDED


def _while_others_run(task: TaskStatus, item: TaskStatus) -> TaskStatus:
    if task is not TaskStatus.RUNNING:
        return task
    match item:
        case TaskStatus.PENDING | TaskStatus.PAUSED:
            return TaskStatus.PAUSING
        case TaskStatus.CANCELED:
            return TaskStatus.CANCELING
        case _:
            return task


def workflow_status(  # noqa: PLR0911  # one case for each way a task can stand
    now: Status,
    task: TaskStatus,
    *,
    is_remediated: bool,
    active: bool,
    canceled: bool,
    held: bool,
    incomplete: bool,
) -> Status:
    """The status of a workflow after one of its tasks has ended, or waits.

    Args:
        now: Its status so far.
        task: That of the task.
        is_remediated: The task has failed, and the workflow says what comes then.
        active: Whether other tasks run.
        canceled: Whether tasks are cancelled, or are being.
        held: Whether tasks are paused, or wait for an answer.
        incomplete: Whether something comes next.
    """
    if now in FINAL:
        return now
    if now is Status.CANCELING:
        return Status.CANCELING if active else Status.CANCELED
    match task:
        case TaskStatus.RUNNING:
            return Status.RUNNING if now is Status.PAUSED else now
        case TaskStatus.FAILED if not is_remediated:
            return Status.FAILED
        case TaskStatus.CANCELED:
            return Status.CANCELING if active else Status.CANCELED
        case TaskStatus.CANCELING:
            return Status.CANCELING
        case TaskStatus.SUCCEEDED | TaskStatus.FAILED:
            return _gone_well(
                now, active=active, canceled=canceled, held=held, incomplete=incomplete
            )
        case _:
            pass
    # It waits, or is tried again. One that is paused does not pause what runs beside it.
    pauses = task is TaskStatus.PENDING or now is not Status.RUNNING
    if pauses and task in _STOPS:
        return Status.PAUSING if active else Status.PAUSED
    return Status.PAUSED if task is TaskStatus.PAUSED and not active else now


def _gone_well(
    now: Status, *, active: bool, canceled: bool, held: bool, incomplete: bool
) -> Status:
    if now is Status.PAUSED:
        return now
    if canceled:
        return Status.CANCELING if active else Status.CANCELED
    if held or now is Status.PAUSING:
        return Status.PAUSING if active else Status.PAUSED
    return Status.RUNNING if active or incomplete else Status.SUCCEEDED
