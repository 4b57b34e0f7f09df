"""What an execution's end sets off: notifications on its routes, and the actions of rules."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from chatops_cli.errors import ChatOpsError
from chatops_cli.execution.engine import Engine
from chatops_cli.execution.happening import Ended
from chatops_cli.execution.keeper import Keeper
from chatops_cli.execution.parts import Surroundings
from chatops_cli.execution.performer import Performer
from chatops_cli.execution.recorder import Records
from chatops_cli.model.action import ActionRef
from chatops_cli.model.trace import UNTRACED, Tracer
from chatops_cli.records.events import NotificationFailed
from chatops_cli.rendering.datastore import Lookup
from chatops_cli.rendering.templates import Templates

if TYPE_CHECKING:
    from chatops_cli.access.decide import AccessRequest
    from chatops_cli.catalog.catalog import Catalog
    from chatops_cli.execution.configuration import Site
    from chatops_cli.execution.running import Running
    from chatops_cli.execution.saving import Saved
    from chatops_cli.model.action import Action
    from chatops_cli.model.chat import Principal
    from chatops_cli.model.json import JsonObject
    from chatops_cli.model.policy import Policy
    from chatops_cli.model.rule import Rule
    from chatops_cli.notifications.courier import Courier
    from chatops_cli.notifications.errands import Errands
    from chatops_cli.settings.values import Settings

DEPTH = 3
"""How many executions rules may have follow one another."""


class Known(Protocol):
    """What is known of packs and settings."""

    @property
    def settings(self) -> "Settings": ...

    @property
    def catalog(self) -> "Catalog": ...

    @property
    def templates(self) -> Templates: ...

    def action(self, ref: ActionRef) -> "Action | None": ...

    def policies(self, action_ref: str) -> "tuple[Policy, ...]": ...

    def site(self, pack: str) -> "Site": ...

    def request_of(
        self,
        principal: "Principal",
        room: str,
        action: ActionRef,
        alias_ref: str | None,
        groups: tuple[str, ...] = (),
    ) -> "AccessRequest": ...


class Notifier:
    """Told of executions that have ended; what follows happens beside all else.

    `performer` tells it: whatever is to set something off goes through that.

    Args:
        known: Packs and settings.
        engine: Runs the actions of rules.
        records: Where everything is put on record.
        clock: The time, aware UTC.
        new_id: A new id.
        datastore: Where ``st2kv`` reads for a user.
        courier: Takes notifications to their routes.
        errands: Where what follows is worked on.
        keeper: Keeps executions that wait; None where nothing is kept.
        tracer: Told of executions.
        saved: Workflows that run, on disk; None where they aren't.
    """

    def __init__(
        self,
        *,
        known: Known,
        engine: Engine,
        records: Records,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        datastore: Callable[[str], Lookup],
        courier: "Courier",
        errands: "Errands",
        keeper: Keeper | None = None,
        tracer: Tracer = UNTRACED,
        saved: "Saved | None" = None,
        running: "Running | None" = None,
    ) -> None:
        self.known = known
        self.engine = engine
        self.records = records
        self.clock = clock
        self.new_id = new_id
        self.datastore = datastore
        self.courier = courier
        self.performer = Performer(
            engine=engine,
            records=records,
            clock=clock,
            new_id=new_id,
            policies=known.policies,
            slots=known.settings.home / "slots",
            on_end=self.ended,
            around=Surroundings(known=known, engine=engine, new_id=new_id, saved=saved),
            keeper=keeper,
            tracer=tracer,
            running=running,
        )
        self._errands = errands
        # Handed on to all that an action starts: tasks take the context of their maker along.
        self._depth: ContextVar[int] = ContextVar("depth", default=0)

    @cached_property
    def rules(self) -> "tuple[Rule, ...]":
        """The rules that are enabled, and whose triggers fire here."""
        return tuple(rule for rule in self.known.catalog.rules if rule.enabled and rule.fires)

    def ended(self, ended: Ended) -> None:
        """An execution has ended or waits, and that is on record; what follows from it is begun."""
        is_told = (
            ended.prepared.request.action.notify
            if ended.execution.status.is_final
            else self.known.settings.routes
        )
        if is_told or self.rules:
            self._errands.send(self._follow(ended))

    async def settle(self) -> None:
        """Waits until all that was begun is over; see `Errands.settle`."""
        await self._errands.settle()

    async def _follow(self, ended: Ended) -> None:
        from chatops_cli.notifications.aftermath import Aftermath

        aftermath = Aftermath(self, ended)
        for parcel in aftermath.parcels():
            self._errands.send(self.courier.deliver(parcel))
        for rule, payload in aftermath.rules():
            if self._depth.get() < DEPTH:
                self._errands.send(self._enforce(ended, rule, payload))
            else:
                error = (
                    f"the rule {rule.ref} is not followed: rules have led to rules {DEPTH} times"
                )
                self.failed(ended, rule, ChatOpsError(error))

    async def _enforce(self, ended: Ended, rule: "Rule", payload: "JsonObject") -> None:
        from chatops_cli.notifications.enforcement import Enforcement

        self._depth.set(self._depth.get() + 1)
        await Enforcement(self, ended, rule, payload).carry_out()

    def failed(self, ended: Ended, rule: "Rule", error: ChatOpsError) -> None:
        """A rule can't be followed: told, and on record."""
        self.courier.failed(
            NotificationFailed(
                execution_id=ended.execution.id,
                error=ended.masker.text(error.in_full),
                rule=rule.ref,
            )
        )
