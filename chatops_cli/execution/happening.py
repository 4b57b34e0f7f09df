"""What happens with an execution, from its request to its end."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.errors import RecordError
from chatops_cli.execution.engine import Prepared
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.origin import Origin
from chatops_cli.model.execution import Execution
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.records.events import Event
from chatops_cli.runners.contract import OnOutput
from chatops_cli.runners.parts import Again, Order

if TYPE_CHECKING:
    from chatops_cli.model.policy import ConcurrencyPolicy, RetryPolicy
    from chatops_cli.model.progress import Progress
    from chatops_cli.records.inbox import Letter
    from chatops_cli.records.slots import Slot


@frozen
class Requested:
    """An execution whose request is on disk: it may start.

    `state` is what a workflow goes on from, `again` how it is run again from there. `orders` are
    done first, then the `letters`. `slot` is its lock, where that is held already.
    """

    prepared: Prepared
    origin: Origin
    state: JsonObject | None = None
    again: Again | None = None
    orders: tuple[Order, ...] = ()
    letters: "tuple[Letter, ...]" = ()
    slot: "Slot | None" = None


@frozen
class Started:
    """It is about to run, or to wait for its turn; each new try has its own.

    All of `execution` is masked. By its id it can be cancelled from now on.
    """

    execution: Execution


@frozen
class Delayed:
    """It waits: as many run as the policy lets."""

    execution_id: str
    policy: "ConcurrencyPolicy"


@frozen
class Retrying:
    """A try has ended, `execution` is masked; after the policy's delay comes try number `number`.

    The first run is not counted: of one retry the number is 1.
    """

    execution: Execution
    policy: "RetryPolicy"
    number: int


@frozen
class Ended:
    """The end of an execution; all of `execution` is masked, and `masker` masks what is said of it.

    One that is ``pending`` has not ended: it has asked people something, and nothing of it runs.
    `unrecorded` is why its end is not on record, None where it is.
    """

    execution: Execution
    masker: Masker
    origin: Origin
    prepared: Prepared
    unrecorded: RecordError | None = None


@frozen
class Progressed:
    """A workflow has come further."""

    progress: "Progress"


@frozen
class Watch:
    """Who watches a run: see `Performer.run`."""

    on_output: OnOutput | None = None
    on_result: Callable[[Execution], None] | None = None
    answer: Callable[[Ended], Sequence[Event]] | None = None


OnStart: TypeAlias = Callable[[Execution], None]
"""Told of each execution before it starts, masked: by its id it can be cancelled."""

Happening: TypeAlias = Started | Delayed | Retrying | Progressed | Ended
