"""How far a workflow has come."""

from chatops_cli.model.action import ActionRef
from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen


@frozen
class TaskAtWork:
    """A task whose action runs or waits; `total` and `done` count the items of one with items.

    `status` is ``running``, ``pending`` or ``paused``.
    """

    name: str
    status: Status = Status.RUNNING
    done: int = 0
    total: int = 0


@frozen
class Progress:
    """Where a workflow stands: what runs now, and how many runs of tasks have ended how.

    `tasks` is how many its definition has; with loops, items and tries again there may be more
    runs than tasks, and with branches that are not taken fewer. `failed` are the names of those
    that didn't end well, each once, in order.
    """

    execution_id: str
    action_ref: ActionRef
    status: Status
    tasks: int
    succeeded: int = 0
    failed: tuple[str, ...] = ()
    at_work: tuple[TaskAtWork, ...] = ()
