"""How far a workflow has come."""

from chatops_cli.model.action import ActionRef
from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen

SHOWN = 50
"""How many tasks at work are told of by name."""


@frozen
class TaskAtWork:
    """A task whose action runs or waits, for `elapsed` seconds so far.

    `status` is ``running``, ``delayed``, ``pending`` or ``paused``. Of a task with items `total` is
    how many there are, `done` how many have ended, and `failed` how many of those not well.
    `inner` is how far the workflows have come that it runs, the first few.
    """

    name: str
    status: Status = Status.RUNNING
    elapsed: float = 0.0
    done: int = 0
    total: int = 0
    failed: int = 0
    inner: "tuple[Progress, ...]" = ()


@frozen
class Progress:
    """Where a workflow stands: what runs now, and how many runs of tasks have ended how.

    `tasks` is how many its definition has; with loops and tries again there may be more runs than
    tasks, and with branches that are not taken fewer. `failed` are the names of those whose last
    run didn't end well, each once, in order. `busy` is how many run or wait, `at_work` are the
    first `SHOWN` of these.
    """

    execution_id: str
    action_ref: ActionRef
    status: Status
    tasks: int
    succeeded: int = 0
    failed: tuple[str, ...] = ()
    busy: int = 0
    at_work: tuple[TaskAtWork, ...] = ()
