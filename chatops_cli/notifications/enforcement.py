"""A rule followed: its action run for the person whose execution set it off.

Source: StackStorm, ``st2reactor.rules.enforcer``. **Ours**: there the system's own user runs it;
here it has to be allowed to the person.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.access.decide import decide
from chatops_cli.errors import ChatOpsError
from chatops_cli.execution.engine import Prepared, Request
from chatops_cli.execution.happening import Ended
from chatops_cli.execution.origin import Origin
from chatops_cli.execution.watched import WatchedLookup
from chatops_cli.model.access import Decision
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.rule import Rule
from chatops_cli.notifications.aftermath import stored_values
from chatops_cli.notifications.matching import PAYLOAD
from chatops_cli.records.events import Decided

if TYPE_CHECKING:
    from chatops_cli.notifications.notifier import Notifier

_GOOD = frozenset({Status.SUCCEEDED, Status.PENDING})


class Enforcement:
    """One rule that fits one thing that has happened."""

    def __init__(self, notifier: "Notifier", cause: Ended, rule: Rule, payload: JsonObject) -> None:
        self._notifier = notifier
        self._cause = cause
        self._rule = rule
        self._payload = payload

    async def carry_out(self) -> None:
        """The rule's action is run to its end, or it is told why not."""
        try:
            await self._follow()
        except ChatOpsError as error:
            told = (
                f"the rule {self._rule.ref} does not run {self._rule.action_ref}: {error.message}"
            )
            self._notifier.failed(self._cause, self._rule, ChatOpsError(told, hint=error.hint))

    async def _follow(self) -> None:
        decision = self._decide(None)
        prepared = self._prepare() if decision.allowed else None
        if prepared is not None:
            decision = self._decide(prepared)
            prepared = prepared if decision.allowed else None
        self._record(decision, prepared)
        if prepared is None:
            raise ChatOpsError(decision.reason)
        ended = await self._perform(prepared, decision)
        # Nobody waits for its answer: one that isn't good is told.
        if ended is not None and ended.execution.status not in _GOOD:
            execution = ended.execution
            told = f"the rule {self._rule.ref} has run {execution.action_ref}: {execution.status}"
            hint = f"see 'chatops history show {execution.id}'"
            self._notifier.failed(self._cause, self._rule, ChatOpsError(told, hint=hint))

    def _decide(self, prepared: Prepared | None) -> Decision:
        """Before it is bound, whether it may run at all. What has to wait for people can't."""
        origin = self._cause.origin
        known = self._notifier.known
        request = replace(
            known.request_of(
                origin.principal, origin.room, self._rule.action_ref, None, origin.groups
            ),
            parameters=None if prepared is None else prepared.bound.all,
            is_offer=prepared is None,
        )
        found = decide(request, known.settings.access)
        if found.requires is None:
            return found
        reason = f"{found.reason}, but it {found.needs}: a rule of a pack can't wait for that"
        return Decision(allowed=False, rule=found.rule, reason=reason)

    def _prepare(self) -> Prepared:
        known = self._notifier.known
        action = known.catalog.action(self._rule.action_ref)
        if action is None:
            raise ChatOpsError("there is no such action", hint=f"see {self._rule.place}")
        decrypted: list[Json] = []
        return self._notifier.engine.prepare(
            Request(
                id=self._notifier.new_id(),
                action=action,
                given=self._given(decrypted),
                context=self._context(),
                site=known.site(action.pack),
                secrets=tuple(decrypted),
                owner=self._cause.prepared.request.owner,
            )
        )

    def _given(self, decrypted: list[Json]) -> dict[str, Json]:
        """The rule's parameters, rendered: what the payload holds is data, and never a template."""

        def learn(value: str) -> None:
            decrypted.append(value)
            self._cause.masker.learn([value])

        lookup = self._notifier.datastore(self._cause.prepared.request.owner or "")
        context = {
            **stored_values(WatchedLookup(lookup, learn)),
            PAYLOAD: dict(self._payload),
        }
        templates = self._notifier.known.templates
        return {
            name: templates.render_json(value, context, strict=True)
            for name, value in self._rule.parameters.items()
        }

    def _context(self) -> dict[str, Json]:
        before = self._cause.execution.context
        kept = ("api_user", "user", "source_channel")
        return {
            **{name: before[name] for name in kept if name in before},
            "rule": {"ref": self._rule.ref, "name": self._rule.name, "pack": self._rule.pack},
            "parent": {"execution_id": self._cause.execution.id},
        }

    def _record(self, decision: Decision, prepared: Prepared | None) -> None:
        event = Decided(
            message_id=None,
            action=self._rule.action_ref,
            allowed=decision.allowed,
            rule=decision.rule,
            reason=decision.reason,
            execution_id=prepared.execution.id if prepared else None,
        )
        self._notifier.records.append(event, sync=prepared is None)

    async def _perform(self, prepared: Prepared, decision: Decision) -> Ended | None:
        cause = self._cause.origin
        origin = Origin(
            principal=cause.principal,
            room=cause.room,
            rule=decision.rule,
            reason=f"{decision.reason}; the rule {self._rule.ref} asks for it",
            parent=self._cause.execution.id,
            operator=cause.operator,
            fired_by=self._rule.ref,
        )
        performer = self._notifier.performer
        ended = None
        async for happening in performer.run(performer.request(prepared, origin)):
            ended = happening if isinstance(happening, Ended) else None
        return ended
