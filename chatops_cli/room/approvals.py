"""People allow what waits for that, or don't. All is looked at again when they say so.

What counts is decided while the lock of the one execution is held: over all processes of a state
folder an approval counts once, and the last one that is needed starts it, once.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chatops_cli.access.people import is_one_of
from chatops_cli.errors import ChatOpsError, NotFoundError
from chatops_cli.execution.continuing import keeper_of
from chatops_cli.execution.happening import Requested
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.records.events import (
    ApprovalConfirmed,
    ApprovalEnded,
    ApprovalGiven,
    Decided,
    Event,
)
from chatops_cli.records.waiting import Kind
from chatops_cli.room import answers
from chatops_cli.room import approval_wording as wording
from chatops_cli.room.asking import said_of
from chatops_cli.room.pending import (
    Pending,
    Vote,
    approvals_of,
    begun,
    kept_of,
    may_approve,
    pending_of,
)
from chatops_cli.room.standing import Standing
from chatops_cli.runners.contract import OnOutput

if TYPE_CHECKING:
    from chatops_cli.room.saying import Saying
    from chatops_cli.room.services import Services
    from chatops_cli.room.world import World


class Approvals:
    """What waits to be allowed, in one room; every method may raise `RecordError`.

    Args:
        world: What the room knows.
        services: Its ports.
        saying: Says what happens.
    """

    def __init__(self, *, world: "World", services: "Services", saying: "Saying") -> None:
        self._world = world
        self._services = services
        self._store = approvals_of(world.settings)
        self._keeper = keeper_of(services.performer)
        self._saying = saying
        self._standing = Standing(world)

    def now(self) -> datetime:
        """The time, aware UTC."""
        return self._keeper.clock()

    def all(self) -> tuple[Pending, ...]:
        """All that wait, the oldest first; also those whose time is over."""
        kept = self._store.all(Kind.APPROVAL)
        return tuple(pending_of(each, self._keeper.find_runner) for each in kept)

    def find(self, name: str, *, room: str | None = None) -> Pending:
        """The one whose id is `name` or begins so; of no name, the one that waits in `room`.

        Raises:
            NotFoundError: There is none, or there are several.
        """
        if not name:
            here = [each for each in self.all() if room in {None, each.origin.room}]
            if len(here) == 1:
                return here[0]
            if not here:
                raise NotFoundError("nothing waits for an approval here")
            ids = ", ".join(
                f"{each.id} ({each.prepared.execution.action_ref})" for each in here[:5]
            )
            raise NotFoundError(f"{len(here)} wait here: {ids}", hint="say which")
        return self._read(self._store.named(name, Kind.APPROVAL))

    async def approve(
        self, message: Message, execution_id: str, *, on_output: OnOutput | None = None
    ) -> AsyncIterator[Reply]:
        """The replies to somebody who approves; the last that is needed starts it."""
        with self._held(execution_id) as pending:
            found = self._stale(message, pending) or self._approved(message, pending)
        async for reply in self._go_on(message, pending, found, on_output):
            yield reply

    async def confirm(
        self,
        message: Message,
        execution_id: str,
        word: str = "",
        *,
        on_output: OnOutput | None = None,
    ) -> AsyncIterator[Reply]:
        """The replies to somebody who says again what they want."""
        with self._held(execution_id) as pending:
            found = self._stale(message, pending) or self._confirmed(message, pending, word)
        async for reply in self._go_on(message, pending, found, on_output):
            yield reply

    async def deny(
        self, message: Message, execution_id: str, reason: str = ""
    ) -> AsyncIterator[Reply]:
        """The replies to somebody who doesn't want it run: an approver, or whoever asked."""
        with self._held(execution_id) as pending:
            found = self._stale(message, pending) or self._denied(message, pending, reason)
        async for reply in self._go_on(message, pending, found, None):
            yield reply

    async def expire(self, message: Message) -> AsyncIterator[Reply]:
        """What has waited too long waits no more."""
        for each in self.all():
            if not each.is_over(self.now()):
                continue
            with suppress(ChatOpsError):  # somebody has just ended it, or is about to
                with self._held(each.id) as pending:
                    found = self._stale(message, pending)
                if found is not None:
                    async for reply in self._go_on(message, pending, found, None):
                        yield reply

    def withdraw(self, message: Message) -> None:
        """The message was edited: what it had asked for, as it was, is no longer wanted."""
        for each in self.all():
            origin = each.origin
            if (origin.message_id, str(origin.principal)) != (message.id, str(message.principal)):
                continue
            with self._held(each.id) as pending:
                self._end(message, pending, "void", "the message that asked for it was edited")

    @contextmanager
    def _held(self, execution_id: str) -> Iterator[Pending]:
        """It, as it is now; nobody else has it meanwhile.

        Raises:
            NotFoundError: It waits no more.
        """
        slot = self._store.wait(execution_id)
        try:
            yield self._read(execution_id)
        finally:
            slot.release()

    def _read(self, execution_id: str) -> Pending:
        kept = self._store.read(execution_id)
        if kept is None:
            raise NotFoundError(f"{execution_id} waits no more for an approval")
        return pending_of(kept, self._keeper.find_runner)

    def _stale(self, message: Message, pending: Pending) -> Reply | None:
        """It ends where its time is over, or it is no longer what was asked for."""
        if pending.is_over(self.now()):
            what = "confirmed" if pending.confirm is not None else "approved"
            return self._end(message, pending, "expired", f"nobody has {what} it in time")
        reason = self._standing.change(pending)
        return self._end(message, pending, "void", reason) if reason else None

    def _approved(self, message: Message, pending: Pending) -> Reply | Requested:
        asking, person = self._standing.asking(pending), self._world.person(message)
        approval = pending.requirement.approval
        if pending.confirm is not None or approval is None:
            text = f"{asking.principal.display} has to confirm it first: {pending.id}."
            return answers.say(message, ReplyKind.ERROR, text, reason="confirm")
        if wrong := may_approve(approval, person, asking):
            return self._refused(message, pending, "approve", wrong)
        votes = self._standing.votes(pending, approval)
        if person.identity in votes:
            text = f"You have approved it already ({len(votes)} of {approval.count})."
            return answers.say(message, ReplyKind.INFO, text, reason="approval")
        votes[person.identity] = Vote(principal=message.principal, groups=message.groups)
        given = ApprovalGiven(
            execution_id=pending.id,
            principal=message.principal,
            room=message.room,
            person=person.identity,
            number=len(votes),
            needed=approval.count,
            operator=self._services.operator_of(message.principal),
        )
        after = replace(pending, votes=tuple(votes.values()))
        if len(votes) >= approval.count:
            names = ", ".join(vote.principal.display for vote in after.votes)
            return self._begin(message, after, f"approved by {names}", given)
        self._services.records.append(given, sync=True)
        self._store.write(kept_of(after))
        name = message.principal.display
        text = wording.approved(after, name, len(votes), approval.count)
        return answers.say(message, ReplyKind.INFO, text, reason="approval")

    def _confirmed(self, message: Message, pending: Pending, word: str) -> Reply | Requested:
        asking, person = self._standing.asking(pending), self._world.person(message)
        confirm, approval = pending.confirm, pending.requirement.approval
        if person.identity != asking.identity:
            return self._refused(message, pending, "confirm", "only who asked for it may")
        if confirm is None:
            text = f"It waits for {approval}."
            return answers.say(message, ReplyKind.INFO, text, reason="approval")
        if confirm.word and word != confirm.word:
            text = f"Nothing was run: to have it run, add the word '{confirm.word}'."
            return answers.say(message, ReplyKind.ERROR, text, reason="confirm")
        event = ApprovalConfirmed(
            execution_id=pending.id,
            principal=message.principal,
            room=message.room,
            operator=self._services.operator_of(message.principal),
        )
        after = replace(pending, is_confirmed=True)
        if approval is None:
            return self._begin(message, after, "confirmed", event)
        after = replace(after, expires=self.now() + timedelta(seconds=approval.within))
        self._services.records.append(event, sync=True)
        self._store.write(kept_of(after))
        return said_of(self._world, message, after)

    def _denied(self, message: Message, pending: Pending, reason: str) -> Reply:
        asking, person = self._standing.asking(pending), self._world.person(message)
        approval, name = pending.requirement.approval, message.principal.display
        if person.identity == asking.identity:
            return self._end(message, pending, "withdrawn", reason or f"{name} has withdrawn it")
        if approval is None or not is_one_of(person, approval.by):
            wanted = "only who asked for it may" if approval is None else f"it needs {approval}"
            return self._refused(message, pending, "deny", wanted)
        return self._end(message, pending, "denied", f"{name}: {reason or 'no reason given'}")

    def _begin(self, message: Message, pending: Pending, why: str, event: Event) -> Requested:
        """It is on record that it is run; then nothing waits any more, and it may start.

        In this order: killed in between, it still waits, and has not been started.
        """
        ended = self._ended(message, pending, "started", why)
        origin = replace(pending.origin, reason=f"{pending.origin.reason}; {why}")
        requested = self._services.performer.request(
            begun(pending, self.now()), origin, before=(event, ended)
        )
        self._store.remove(pending.id)
        return requested

    def _end(self, message: Message, pending: Pending, outcome: str, reason: str) -> Reply:
        """It waits no more, and is not run."""
        reason = pending.prepared.masker.text(reason)
        self._services.records.append(self._ended(message, pending, outcome, reason), sync=True)
        self._store.remove(pending.id)
        text = wording.ended(pending, outcome, reason)
        kind = ReplyKind.INFO if outcome in {"denied", "withdrawn"} else ReplyKind.ERROR
        reply = answers.say(message, kind, text, reason=outcome)
        return replace(reply, execution_id=pending.id)

    def _ended(
        self, message: Message, pending: Pending, outcome: str, reason: str
    ) -> ApprovalEnded:
        is_said = outcome not in {"expired", "void"}
        return ApprovalEnded(
            execution_id=pending.id,
            outcome=outcome,
            reason=reason,
            principal=message.principal if is_said else None,
            room=message.room if is_said else None,
            operator=self._services.operator_of(message.principal) if is_said else None,
        )

    def _refused(self, message: Message, pending: Pending, wish: str, why: str) -> Reply:
        """Somebody may not: on record, and said."""
        decided = Decided(
            message_id=message.id,
            action=pending.prepared.execution.action_ref,
            alias=pending.prepared.execution.alias_ref,
            allowed=False,
            rule=pending.origin.rule,
            reason=f"{message.principal.display} may not {wish} it: {why}",
            execution_id=pending.id,
        )
        self._services.records.append(decided, sync=True)
        text = f"You may not {wish} {pending.id}: {why}."
        return answers.denial(self._world, message, text, pending.origin.rule)

    async def _go_on(
        self,
        message: Message,
        pending: Pending,
        found: Reply | Requested,
        on_output: OnOutput | None,
    ) -> AsyncIterator[Reply]:
        if isinstance(found, Reply):
            yield found
            if found.kind is not ReplyKind.DENIED:
                await self._saying.post(message, pending.origin, found)
            return
        by = found.origin.reason.rpartition("; ")[2]
        text = wording.started(pending, by)
        reply = answers.say(message, ReplyKind.ACK, text)
        reply = replace(reply, execution_id=pending.id)
        yield reply
        await self._saying.post(message, pending.origin, reply)
        happenings = self._services.performer.run(found, on_output=on_output)
        async for told in self._saying.said(message, happenings):
            yield told
