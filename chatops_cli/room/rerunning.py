"""A workflow that has ended, ready to be run again: a new execution."""

import json
from dataclasses import field, replace
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, NotFoundError
from chatops_cli.execution.continuing import keeper_of
from chatops_cli.execution.engine import Prepared, Request
from chatops_cli.model.access import Decision, Operation
from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Message
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.runner import WORKFLOWS
from chatops_cli.model.secret import MASK
from chatops_cli.room.plan import context_of, owner_of
from chatops_cli.runners.parts import Again

if TYPE_CHECKING:
    from chatops_cli.execution.keeper import Keeper
    from chatops_cli.records.waiting import Kept
    from chatops_cli.room.services import Services
    from chatops_cli.room.world import World


CHAIN = "action-chain"


@frozen
class Before:
    """What is known of the execution that has ended; `kept` is all of it, None where that is gone.

    `given` and `fixed` are its parameters as they were asked for.
    """

    id: str
    action_ref: ActionRef
    alias_ref: str | None = None
    given: JsonObject = field(default_factory=dict)
    fixed: JsonObject = field(default_factory=dict)
    context: JsonObject = field(default_factory=dict)
    timeout: float | None = None
    kept: Prepared | None = None


def find_before(
    world: "World", keeper: "Keeper", execution_id: str, kept: "Kept | None", again: Again | None
) -> Before:
    """What is known of an execution that is to be run again.

    Raises:
        ChatOpsError: Not enough for that.
    """
    if kept is not None:
        before = before_of(keeper.opened(kept)[0])
        if again is not None and before.kept and before.kept.execution.runner == CHAIN:
            raise ChatOpsError("a chain is run again as a whole", hint="add --whole")
        return before
    before = recorded_before(world, execution_id)
    if again is not None:
        raise NotFoundError(
            f"of execution {execution_id} no more is kept than its parameters: it has ended "
            "well, or is a task of another, or so many have failed since",
            hint="add --whole to run all of it again",
        )
    return before


def before_of(kept: Prepared) -> Before:
    """What was kept."""
    request, execution = kept.request, kept.execution
    return Before(
        id=execution.id,
        action_ref=execution.action_ref,
        alias_ref=execution.alias_ref,
        given=request.given,
        fixed=request.fixed,
        context=execution.context,
        timeout=request.timeout,
        kept=kept,
    )


def recorded_before(world: "World", execution_id: str) -> Before:
    """What is on record: enough where nothing of it was secret.

    Raises:
        ChatOpsError: It can't be run again: it goes on, is no workflow, or had secrets.
    """
    from chatops_cli.records.history import open_history
    from chatops_cli.workflows.rehearsing.recorded import settable

    history = open_history(world.settings.home, note=lambda _: None)
    try:
        entry = history.show(execution_id)
    finally:
        history.close()
    ref = ActionRef(entry.action or "")
    if entry.runner not in WORKFLOWS:
        raise ChatOpsError(
            f"execution {execution_id} is no workflow but of {ref}",
            hint=f"run the action anew: chatops action run {ref}",
        )
    if entry.ended is None:
        raise ChatOpsError(f"execution {execution_id} has not ended ({entry.status})")
    action = world.action(ref)
    parameters = entry.parameters if isinstance(entry.parameters, dict) else {}
    given = {} if action is None else settable(action, parameters)
    if MASK in json.dumps(given):
        raise ChatOpsError(
            f"execution {execution_id} had secrets, which are not kept",
            hint=f"run the action anew: chatops action run {ref}",
        )
    return Before(id=entry.id, action_ref=ref, alias_ref=entry.alias, given=given)


class Rerunning:
    """One that was wanted by `message`; `before` is the execution that has ended."""

    def __init__(
        self,
        world: "World",
        services: "Services",
        message: Message,
        before: Before,
        again: Again | None,
    ) -> None:
        self._world = world
        self._services = services
        self._message = message
        self._before = before
        self._again = again

    def decided(self, allowed: float | None) -> tuple[Prepared | None, Decision]:
        """The new execution, None where it may not be; and the decision. See `whole`."""
        before = self._before
        decision = self._world.offers(
            self._message, before.action_ref, before.alias_ref, Operation.RERUN
        )
        if not decision.allowed:
            return None, decision
        if self._again is None or before.kept is None:
            prepared = self.whole(allowed)
        else:
            prepared = self.as_it_was(before.kept)
        decision = self._world.decide(
            self._message,
            before.action_ref,
            before.alias_ref,
            parameters=prepared.bound.all,
            operation=Operation.RERUN,
        )
        if decision.requires is not None:
            decision = Decision(
                allowed=False,
                rule=decision.rule,
                reason=f"{decision.reason}, but it {decision.needs}: ask for it anew",
            )
        return prepared if decision.allowed else None, decision

    def as_it_was(self, kept: Prepared) -> Prepared:
        """With the parameters that it had, bound as they were."""
        execution = replace(
            kept.execution,
            id=self._services.new_id(),
            requested=keeper_of(self._services.performer).clock(),
            started=None,
            context=self._context(),
        )
        return replace(kept, execution=execution)

    def whole(self, allowed: float | None) -> Prepared:
        """Bound anew, to the action as it is now; `allowed` are seconds, None for those before.

        Raises:
            ChatOpsError: There is no such action any more, or it takes other parameters.
        """
        before, ref = self._before, self._before.action_ref
        action = self._world.action(ref)
        if action is None:
            raise NotFoundError(f"no action named {ref!r}", hint="see 'chatops action list'")
        request = Request(
            id=self._services.new_id(),
            action=action,
            given=before.given,
            fixed=before.fixed,
            context=self._context(),
            alias_ref=before.alias_ref,
            timeout=allowed if allowed is not None else before.timeout,
            site=self._world.site(action.pack),
            owner=owner_of(self._message.principal),
        )
        return self._services.engine.prepare(request)

    def _context(self) -> dict[str, Json]:
        """What the new execution is told of itself.

        Source: StackStorm, ``st2api/controllers/v1/actionexecutions.py``, re-run.
        """
        again = self._again
        told: dict[str, Json] = {"ref": self._before.id}
        if again is not None and again.tasks:
            told["tasks"] = list(again.tasks)
            told["reset"] = list(again.tasks) if again.reset_items else []
        asked = context_of(self._message, None)
        return {**self._before.context, **asked, "re-run": told}
