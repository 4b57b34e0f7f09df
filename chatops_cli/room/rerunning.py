"""A workflow that has ended, ready to be run again: a new execution."""

from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.errors import NotFoundError
from chatops_cli.execution.continuing import keeper_of
from chatops_cli.execution.engine import Prepared, Request
from chatops_cli.model.chat import Message
from chatops_cli.model.json import Json
from chatops_cli.room.plan import context_of, owner_of
from chatops_cli.runners.parts import Again

if TYPE_CHECKING:
    from chatops_cli.room.services import Services
    from chatops_cli.room.world import World


class Rerunning:
    """One that was wanted by `message`; `before` is the execution that has ended."""

    def __init__(
        self,
        world: "World",
        services: "Services",
        message: Message,
        before: Prepared,
        again: Again | None,
    ) -> None:
        self._world = world
        self._services = services
        self._message = message
        self._before = before
        self._again = again

    def as_it_was(self) -> Prepared:
        """With the parameters that it had, bound as they were."""
        execution = replace(
            self._before.execution,
            id=self._services.new_id(),
            requested=keeper_of(self._services.performer).clock(),
            started=None,
            context=self._context(),
        )
        return replace(self._before, execution=execution)

    def whole(self, allowed: float | None) -> Prepared:
        """Bound anew, to the action as it is now; `allowed` are seconds, None for those before.

        Raises:
            ChatOpsError: There is no such action any more, or it takes other parameters.
        """
        before = self._before.request
        ref = self._before.execution.action_ref
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
        told: dict[str, Json] = {"ref": self._before.execution.id}
        if again is not None and again.tasks:
            told["tasks"] = list(again.tasks)
            told["reset"] = list(again.tasks) if again.reset_items else []
        asked = context_of(self._message, None)
        return {**self._before.execution.context, **asked, "re-run": told}
