"""The ports of the room: what varies between a shell, the REPL, the bridge and a test."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from chatops_cli.access.decide import LOCAL
from chatops_cli.execution.engine import Engine
from chatops_cli.execution.performer import Performer
from chatops_cli.execution.recorder import Records
from chatops_cli.execution.running import Running
from chatops_cli.model.chat import Principal
from chatops_cli.model.frozen import frozen
from chatops_cli.model.trace import UNTRACED, Tracer
from chatops_cli.notifications.notifier import Notifier
from chatops_cli.room.claims import Claims

if TYPE_CHECKING:
    from chatops_cli.notifications.courier import Post


@frozen
class Services:
    """All ports. `operator` is the OS user at the terminal, None where there is none.

    `engine` prepares what `performer` runs. `notifier` is what follows from executions that have
    ended, None where nothing does. `claims` keeps a message that arrives twice from being run
    twice; None where no message can. `post` says something in a room that nobody has asked in; None
    where that can't be done. `watches`: where it can be, the room looks for inquiries whose time is
    over. `tracer` is told of the work on messages.
    """

    new_id: Callable[[], str]
    records: Records
    engine: Engine
    performer: Performer
    operator: str | None = None
    notifier: Notifier | None = None
    claims: Claims | None = None
    post: "Post | None" = None
    watches: bool = True
    tracer: Tracer = UNTRACED

    @property
    def running(self) -> Running:
        """What runs in this process."""
        return self.performer.running

    def operator_of(self, principal: Principal) -> str | None:
        """The OS user who speaks as this person, None where people speak for themselves."""
        is_self = principal.network == LOCAL and principal.user == self.operator
        return None if is_self else self.operator
