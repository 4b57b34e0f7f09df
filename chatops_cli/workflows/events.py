"""What a conductor is told, and what it wants done: plain data, which JSON can hold."""

from enum import StrEnum
from typing import TypeAlias

from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject


@frozen
class Run:
    """One run of a task: `number` counts all runs of a workflow from 0, retries and loops too.

    `item` is the place of an item in the list of a task with items, None for other tasks.
    """

    task: str
    number: int
    item: int | None = None


# What a conductor is told.


@frozen
class Finished:
    """The action of a run has ended, with a final status. `execution_id` is told with its error."""

    run: Run
    status: Status
    result: Json = None
    execution_id: str | None = None


@frozen
class Waiting:
    """The action of a run waits for an answer (``pending``), is ``paused``, or runs again."""

    run: Run
    status: Status
    result: Json = None


class Wish(StrEnum):
    """What a person wants of the whole workflow."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


@frozen
class Wished:
    """Somebody wants it paused, resumed or cancelled."""

    wish: Wish


@frozen
class Rerun:
    """A workflow that has ended goes on from its failed tasks, or from these.

    `reset_items` runs all items of tasks with items again, not only those that failed.
    """

    tasks: tuple[str, ...] = ()
    reset_items: bool = False


Event: TypeAlias = Finished | Waiting | Wished | Rerun


# What it wants done.


@frozen
class RunAction:
    """Start this action, `delay` seconds from now."""

    run: Run
    action: str
    input: JsonObject
    delay: float = 0.0


@frozen
class StopRuns:
    """Cancel, or pause, all that runs; what waits for an answer is cancelled with it."""

    wish: Wish


@frozen
class ResumeRuns:
    """What is paused goes on; what waits for an answer still does."""


@frozen
class Changed:
    """The workflow has another status; it is not the last."""

    status: Status


@frozen
class End:
    """The workflow has ended, and nothing of it runs any more."""

    status: Status
    output: JsonObject | None
    errors: tuple[JsonObject, ...]


Command: TypeAlias = RunAction | StopRuns | ResumeRuns | Changed | End
