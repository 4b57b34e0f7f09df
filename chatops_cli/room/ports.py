"""What a room takes from outside that a rehearsal has its own of."""

from collections.abc import Callable
from datetime import datetime

from chatops_cli.execution.recorder import Records
from chatops_cli.execution.running import Running
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.trace import UNTRACED, Tracer
from chatops_cli.records.events import Event
from chatops_cli.records.results import Stored
from chatops_cli.room.claims import Claims
from chatops_cli.runners.contract import Runner


@frozen
class Ports:
    """How runners are found, what time it is, what ids are new; and who else is told.

    `fence` is told each event before it is on record, and raises `RecordError` where what it
    announces may not be done here. `witness` is told each event when it is on record; it must not
    block. `claims` are as in `services.Services`. `is_rehearsed`: the room's time is not that of
    the clock on the wall, so whoever opens it has inquiries end; all else is as in a room that
    lasts. `tracer` is told of the work on messages. `running` is shared by rooms that follow each
    other; where it is None the room has one of its own.
    """

    find_runner: Callable[[str], Runner]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    witness: Callable[[Event], None] | None = None
    claims: Claims | None = None
    is_rehearsed: bool = False
    tracer: Tracer = UNTRACED
    fence: Callable[[Event], None] | None = None
    running: Running | None = None

    def witnessed(self, records: Records) -> Records:
        """The same records, with the fence asked and the witness told."""
        if self.fence is not None:
            records = Fenced(records, self.fence)
        return records if self.witness is None else Witnessed(records, self.witness)


class Witnessed:
    """Records, of which somebody is told what they hold."""

    def __init__(self, records: Records, witness: Callable[[Event], None]) -> None:
        self._records = records
        self._witness = witness

    def append(self, *events: Event, sync: bool) -> object:
        """See `Records.append`."""
        record = self._records.append(*events, sync=sync)
        for event in events:
            self._witness(event)
        return record

    def put(self, result: Json) -> Stored:
        """See `Records.put`."""
        return self._records.put(result)


class Fenced:
    """Records, of which somebody is asked before they are written."""

    def __init__(self, records: Records, fence: Callable[[Event], None]) -> None:
        self._records = records
        self._fence = fence

    def append(self, *events: Event, sync: bool) -> object:
        """See `Records.append`."""
        for event in events:
            self._fence(event)
        return self._records.append(*events, sync=sync)

    def put(self, result: Json) -> Stored:
        """See `Records.put`."""
        return self._records.put(result)
