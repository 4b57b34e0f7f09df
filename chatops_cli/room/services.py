"""The ports of the room: what varies between a shell, the REPL, the bridge and a test."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from chatops_cli.execution.engine import Engine
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.records.events import Event
from chatops_cli.records.results import Stored


class Records(Protocol):
    """Where everything is put on record, masked."""

    def append(self, event: Event, *, sync: bool) -> object:
        """The event is on record; with `sync` it is on disk.

        Raises:
            RecordError: It is not; what it announces must not be done.
        """
        ...

    def put(self, result: Json) -> Stored:
        """The result is in the store if that can be; its digest is known anyway."""
        ...


@frozen
class Services:
    """All ports. `operator` is the OS user who speaks as somebody else, None for themselves."""

    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    records: Records
    engine: Engine
    operator: str | None = None
