"""What a workflow's runner is given beside its call: executions that are parts of its own."""

from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from typing import Protocol

from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.progress import Progress


@frozen
class Part:
    """One execution that a workflow wants.

    `task` is the name of its task, `item` the place of its item in a task with items, `number` that
    of the task's run among all runs of the workflow. `context` is added to what the execution is
    told of itself. Where `notify` is None, its end is notified to nobody; otherwise as its action
    says, or as this where that says nothing.
    """

    action: ActionRef
    parameters: JsonObject
    task: str
    item: int | None = None
    number: int = 0
    context: JsonObject = field(default_factory=dict)
    notify: JsonObject | None = None


@frozen
class PartEnd:
    """How a part went; the result is unmasked. `pending` and `paused` ones have not ended."""

    execution_id: str
    status: Status
    result: Json = None
    started: datetime | None = None
    ended: datetime | None = None


class Parts(Protocol):
    """The parts of one execution: each is recorded, within policies, and masked like any other."""

    def action(self, ref: ActionRef) -> Action | None:
        """The action of this ref; None where there is none."""
        ...

    async def run(self, part: Part) -> PartEnd:
        """Has it run; cancelled, it ends ``canceled``, on record, and that is given.

        Raises:
            ChatOpsError: It was refused before it began: there is no such action, its parameters
                are wrong, or it can't be put on record.
        """
        ...

    def tell(self, progress: Callable[[], Progress]) -> None:
        """How far the whole has come may be asked anew; it is when somebody wants to know."""
        ...
