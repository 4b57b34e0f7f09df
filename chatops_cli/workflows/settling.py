"""The status of the whole, after something in it has changed."""

from chatops_cli.model.execution import FINAL, Status
from chatops_cli.workflows import rules
from chatops_cli.workflows.case import Case
from chatops_cli.workflows.state import Entry, TaskStatus


def settle(case: Case, entry: Entry) -> None:
    """The workflow's status after one of its tasks has another one."""
    if case.status in FINAL:
        return
    board = case.board
    if entry.status is TaskStatus.RUNNING and case.status is Status.RUNNING:
        return
    has_next = board.has_next(entry, of_joins=False)
    is_remediated = entry.status is TaskStatus.FAILED and (
        has_next or board.has_next(entry, of_joins=True)
    )
    case.status = rules.workflow_status(
        case.status,
        entry.status,
        is_remediated=is_remediated,
        active=board.active,
        canceled=board.canceled,
        held=board.held,
        incomplete=board.has_ready or has_next,
    )
    if case.is_paused and case.status is Status.RUNNING:
        # A workflow in it goes on by itself; nothing else does.
        case.status = Status.PAUSING
    if case.status in FINAL:
        check_joins(case)


def check_joins(case: Case) -> None:
    """A workflow that has ended while a join waits for what will never come has failed."""
    for staged in case.board.unreachable():
        case.status = Status.FAILED
        case.log.add(
            f'UnreachableJoinError: The join task|route "{staged.task}|{staged.route}" is'
            " partially satisfied but unreachable.",
            task=staged.task,
            route=staged.route,
        )
