"""Something is asked for that people have to allow first: it is put on disk, and they are told."""

from datetime import timedelta
from typing import TYPE_CHECKING

from chatops_cli.errors import RecordError
from chatops_cli.execution.continuing import keeper_of
from chatops_cli.execution.engine import Prepared
from chatops_cli.execution.origin import Origin
from chatops_cli.model.access import Requirement
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.records.events import ApprovalRequested, Event
from chatops_cli.room import answers
from chatops_cli.room.address import call_of
from chatops_cli.room.approval_wording import asked
from chatops_cli.room.definition import definition_of
from chatops_cli.room.pending import Pending, approvals_of, kept_of

if TYPE_CHECKING:
    from chatops_cli.room.services import Services
    from chatops_cli.room.world import World


class Asking:
    """Asks in one room.

    Args:
        world: What the room knows.
        services: Its ports.
    """

    def __init__(self, world: "World", services: "Services") -> None:
        self._world = world
        self._services = services
        self._clock = keeper_of(services.performer).clock

    def ask(
        self,
        message: Message,
        prepared: Prepared,
        origin: Origin,
        requirement: Requirement,
        before: tuple[Event, ...],
    ) -> Reply:
        """It waits, on record and on disk; what is said of it.

        Raises:
            RecordError: It could not be written: then it doesn't wait.
        """
        execution, confirm, approval = (
            prepared.execution,
            requirement.confirm,
            requirement.approval,
        )
        first = confirm or approval
        within = first.within if first is not None else 0.0
        pending = Pending(
            prepared=prepared,
            origin=origin,
            requirement=requirement,
            definition=definition_of(self._world, execution.action_ref, execution.alias_ref),
            expires=self._clock() + timedelta(seconds=within),
            groups=message.groups,
        )
        event = ApprovalRequested(
            execution_id=pending.id,
            message_id=message.id,
            principal=message.principal,
            room=message.room,
            action=execution.action_ref,
            alias=execution.alias_ref,
            parameters=prepared.masked_parameters(),
            rule=origin.rule,
            reason=origin.reason,
            requires=str(requirement),
            definition=pending.definition,
            expires=pending.expires,
            operator=origin.operator,
        )
        self._services.records.append(*before, event, sync=True)
        try:
            approvals_of(self._world.settings).write(kept_of(pending))
        except RecordError as error:
            text = f"Nothing was run: {error.in_full}"
            return answers.say(message, ReplyKind.ERROR, text, reason="records")
        return said_of(self._world, message, pending)


def said_of(world: "World", message: Message, pending: Pending) -> Reply:
    """What waits, told in the room."""
    call = call_of(world.addressing, is_direct=message.is_direct)
    text = pending.prepared.masker.text(asked(pending, call))
    return Reply(
        kind=ReplyKind.INFO,
        message_id=message.id,
        room=message.room,
        thread=message.thread,
        text=text,
        execution_id=pending.id,
        status=Status.PENDING,
        reason="confirm" if pending.confirm is not None else "approval",
    )
