"""Whether what waits to be allowed is still what was asked for, by who may still ask for it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.access.decide import AccessRequest, decide, requester
from chatops_cli.access.people import Person
from chatops_cli.model.access import Approval
from chatops_cli.room.definition import definition_of
from chatops_cli.room.pending import Pending, Vote, may_approve

if TYPE_CHECKING:
    from chatops_cli.room.world import World


class Standing:
    """Looks at it with what the room knows now."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def asking(self, pending: Pending) -> Person:
        """Who asked for it, as they are now."""
        return requester(self._request(pending), self._world.settings.access)

    def change(self, pending: Pending) -> str:
        """What has changed since, so that it may not be run as it is; empty where nothing has."""
        execution = pending.prepared.execution
        now = definition_of(self._world, execution.action_ref, execution.alias_ref)
        if now != pending.definition:
            return "its alias or action has been changed since it was asked for"
        decision = decide(self._request(pending), self._world.settings.access)
        if not decision.allowed:
            return f"who asked for it may not run it any more: {decision.reason}"
        if decision.requires != pending.requirement:
            return "the access rules have been changed since it was asked for"
        return ""

    def votes(self, pending: Pending, approval: Approval) -> dict[str, Vote]:
        """The approvals that still count, one for each human: who may no more, counts no more."""
        asking = self.asking(pending)
        found: dict[str, Vote] = {}
        for vote in pending.votes:
            person = self._world.person_of(vote.principal, vote.groups)
            if not may_approve(approval, person, asking):
                found[person.identity] = vote
        return found

    def _request(self, pending: Pending) -> AccessRequest:
        execution, origin = pending.prepared.execution, pending.origin
        request = self._world.request_of(
            origin.principal, origin.room, execution.action_ref, execution.alias_ref, pending.groups
        )
        return replace(request, parameters=pending.prepared.bound.all)
