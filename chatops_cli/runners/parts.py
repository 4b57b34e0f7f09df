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
    says, or as this where that says nothing. `id` is that of its execution, empty for a new
    one; `is_again` says that a process which is gone may have asked for it.
    """

    action: ActionRef
    parameters: JsonObject
    task: str
    item: int | None = None
    number: int = 0
    context: JsonObject = field(default_factory=dict)
    notify: JsonObject | None = None
    id: str = ""
    is_again: bool = False


@frozen
class PartEnd:
    """How a part went; the result is unmasked. `pending` and `paused` ones have not ended."""

    execution_id: str
    status: Status
    result: Json = None
    started: datetime | None = None
    ended: datetime | None = None


@frozen
class Order:
    """What the one who drives a workflow is told from outside: a wish, or the end of a part.

    `wish` is ``pause``, ``resume`` or ``cancel``. `secrets` are what the part knows to be secret,
    as `execution.masking.Masker.plain` gives it.
    """

    wish: str | None = None
    end: PartEnd | None = None
    secrets: tuple[str, ...] = ()


@frozen
class Again:
    """A workflow that has ended is run again: from its failed tasks, or from these."""

    tasks: tuple[str, ...] = ()
    reset_items: bool = False


class Steered(Protocol):
    """What a workflow goes on from when it has waited, and what others want of it."""

    @property
    def state(self) -> JsonObject | None:
        """What the workflow goes on from: the last that was kept; None where it begins."""
        ...

    @property
    def again(self) -> Again | None:
        """Whether, and from where, it is run again, `state` being that of its end."""
        ...

    def keep(self, state: JsonObject) -> None:
        """What it would go on from, now that it waits or has ended. It has secrets in it."""
        ...

    @property
    def saves(self) -> bool:
        """Whether what it would go on from is kept while it runs, too."""
        ...

    def new_id(self) -> str:
        """The id of a part that is to be run."""
        ...

    def save(self, state: JsonObject) -> None:
        """What it would go on from, if this process were killed.

        Raises:
            RecordError: It isn't on disk; nothing may be begun.
        """
        ...

    def listen(self, take: Callable[[Order], None]) -> None:
        """From now on `take` is told each order, also those that came before.

        It raises `ChatOpsError` for what can't be done.
        """
        ...

    def pass_on(self, wish: str) -> None:
        """Workflows among the parts that run are told this wish, too."""
        ...

    def can_resume(self, execution_id: str) -> bool:
        """Whether a part that waits is a workflow that somebody has paused, or part of it is."""
        ...

    async def resume(self, execution_id: str) -> PartEnd:
        """Has a workflow that is paused go on; as `run`."""
        ...

    async def cancel(self, execution_id: str) -> None:
        """Has a part that waits end ``canceled``, on record; one that doesn't wait stays so."""
        ...


class Parts(Protocol):
    """The parts of one execution: each is recorded, within policies, and masked like any other."""

    @property
    def steered(self) -> "Steered | None":
        """What it goes on from, and who may tell it something; None where nobody does."""
        ...

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
