"""The ports of the room: what varies between a shell, the REPL, the bridge and a test."""

from collections.abc import Callable
from datetime import datetime

from chatops_cli.execution.engine import Engine
from chatops_cli.execution.recorder import Records
from chatops_cli.model.frozen import frozen
from chatops_cli.notifications.notifier import Notifier


@frozen
class Services:
    """All ports. `operator` is the OS user who speaks as somebody else, None for themselves.

    `notifier` is told of executions that have ended, None where nothing follows from that.
    """

    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    records: Records
    engine: Engine
    operator: str | None = None
    notifier: Notifier | None = None
