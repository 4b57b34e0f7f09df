"""What people want of executions that run or wait: answered, paused, resumed, cancelled, rerun."""

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, NotFoundError
from chatops_cli.execution.continuing import (
    end_inquiry,
    keeper_of,
    over,
    send,
)
from chatops_cli.execution.happening import Happening
from chatops_cli.execution.origin import Origin
from chatops_cli.execution.secrecy import masked_object
from chatops_cli.model.access import Decision, Operation
from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.records.events import Decided, Event, ExecutionWished, InquiryAnswered
from chatops_cli.records.waiting import Kept, Kind
from chatops_cli.room import answers, wording
from chatops_cli.room.inquiries import (
    Inquiry,
    checked,
    inquiries_of,
    inquiry_of,
    may_answer,
    secrets_of,
)
from chatops_cli.room.rerunning import Rerunning, find_before
from chatops_cli.runners.contract import OnOutput
from chatops_cli.runners.parts import Again

if TYPE_CHECKING:
    from datetime import datetime

    from chatops_cli.room.saying import Saying
    from chatops_cli.room.services import Services
    from chatops_cli.room.world import World


class Continuing:
    """Does it in one room; every method may raise `RecordError`.

    Args:
        world: What the room knows.
        services: Its ports.
        saying: Says what happens.
    """

    def __init__(self, *, world: "World", services: "Services", saying: "Saying") -> None:
        self._world = world
        self._services = services
        self._performer = services.performer
        self._saying = saying

    def now(self) -> "datetime":
        """The time, aware UTC."""
        return keeper_of(self._performer).clock()

    def inquiries(self) -> tuple[Inquiry, ...]:
        """All that wait, also those whose time is over."""
        return tuple(inquiries_of(keeper_of(self._performer)))

    def inquiry(self, name: str, *, room: str | None = None) -> Inquiry:
        """The inquiry whose id is `name` or begins so; of no name, the one that waits in `room`.

        Raises:
            NotFoundError: There is none, or there are several.
        """
        keeper = keeper_of(self._performer)
        if not name:
            here = [each for each in self.inquiries() if room in {None, each.origin.room}]
            if len(here) == 1:
                return here[0]
            if not here:
                raise NotFoundError("nothing waits for an answer here")
            ids = ", ".join(f"{each.id} ({each.action_ref})" for each in here[:5])
            raise NotFoundError(f"{len(here)} inquiries wait here: {ids}", hint="say which")
        kept = keeper.find(keeper.store.named(name, Kind.INQUIRY))
        if kept is None or kept.kind is not Kind.INQUIRY:
            raise over(name)
        return inquiry_of(keeper, kept)

    async def respond(
        self,
        message: Message,
        inquiry: Inquiry,
        given: Mapping[str, Json],
        *,
        on_output: OnOutput | None = None,
    ) -> AsyncIterator[Reply]:
        """The replies to an answer; what waited for it goes on, here or where it runs.

        Raises:
            ParameterError: The answer doesn't fit.
            NotFoundError: Somebody has answered it before.
        """
        decision = may_answer(self._world, message, inquiry)
        if not decision.allowed:
            self._denied(message, inquiry.id, inquiry.action_ref, decision)
            text = f"You may not answer {inquiry.id}: {decision.reason}."
            yield answers.denial(self._world, message, text, decision.rule)
            return
        if inquiry.is_over(self.now()):
            text = f"Nobody may answer {inquiry.id} any more: its time is over."
            yield answers.say(message, ReplyKind.ERROR, text, reason="expired")
            async for reply in self._saying.said(message, self._expire(inquiry)):
                yield reply
            return
        response = checked(inquiry, given)
        event = InquiryAnswered(
            execution_id=inquiry.id,
            principal=message.principal,
            room=message.room,
            rule=decision.rule,
            reason=decision.reason,
            response=masked_object(response, inquiry.properties),
            operator=self._services.operator_of(message.principal),
        )
        happenings = end_inquiry(
            self._performer,
            inquiry.id,
            Status.SUCCEEDED,
            {"response": response},
            before=(event,),
            learn=secrets_of(inquiry, response),
            on_output=on_output,
        )
        async for reply in self._saying.said(message, happenings):
            yield reply

    async def expire(self, message: Message) -> AsyncIterator[Reply]:
        """The inquiries whose time is over end; what waited for them goes on."""
        now = self.now()
        for inquiry in self.inquiries():
            if inquiry.is_over(now):
                async for reply in self._saying.said(message, self._expire(inquiry)):
                    yield reply

    async def wish(
        self,
        message: Message,
        execution_id: str,
        wish: str,
        *,
        on_output: OnOutput | None = None,
    ) -> AsyncIterator[Reply]:
        """The replies to somebody who wants an execution paused, resumed or cancelled.

        `execution_id` is a whole one.

        Raises:
            ChatOpsError: It can't be as it stands.
        """
        keeper = keeper_of(self._performer)
        kept = keeper.find(execution_id)
        ref, alias_ref, parameters = await self._about(execution_id, kept)
        decision = self._world.decide(
            message, ref, alias_ref, parameters=parameters, operation=Operation(wish)
        )
        if not decision.allowed:
            self._denied(message, execution_id, ref, decision)
            text = wording.denied_wish(wish, execution_id, decision)
            yield answers.denial(self._world, message, text, decision.rule)
            return
        self._check(execution_id, wish, kept)
        event = ExecutionWished(
            execution_id=execution_id,
            wish=wish,
            principal=message.principal,
            room=message.room,
            rule=decision.rule,
            reason=decision.reason,
            operator=self._services.operator_of(message.principal),
        )
        running = self._services.running
        if wish == "cancel" and running.find(execution_id) is not None:
            self._performer.record(event)
            running.cancel(execution_id)
            text = wording.wished(wish, execution_id, ref)
            yield answers.say(message, ReplyKind.INFO, text)
            return
        if kept is not None and kept.kind is Kind.INQUIRY:
            happenings = end_inquiry(
                self._performer,
                execution_id,
                Status.CANCELED,
                {"error": f"canceled by {message.principal.display}"},
                before=(event,),
            )
        else:
            self._performer.record(event)
            happenings = send(
                self._performer,
                execution_id,
                {"wish": wish},
                reason=f"{message.principal.display} wants it {_WANTED[wish]}",
                on_output=on_output,
            )
        async for reply in self._saying.said(
            message, happenings, wording.wished(wish, execution_id, ref)
        ):
            yield reply

    async def rerun(
        self,
        message: Message,
        execution_id: str,
        again: Again | None,
        *,
        timeout: float | None = None,  # noqa: ASYNC109  # it is what the person allows
        on_output: OnOutput | None = None,
    ) -> AsyncIterator[Reply]:
        """The replies to somebody who wants a workflow run again that has ended.

        With None for `again` it is run as a whole: with the same parameters, as it is now.

        Raises:
            ChatOpsError: It can't be.
        """
        keeper = keeper_of(self._performer)
        kept = keeper.find(execution_id)
        if kept is not None and kept.kind is not Kind.ENDED:
            raise ChatOpsError(f"execution {execution_id} waits", hint="resume or cancel it first")
        before = find_before(self._world, keeper, execution_id, kept, again)
        ref = before.action_ref
        rerunning = Rerunning(self._world, self._services, message, before, again)
        prepared, decision = rerunning.decided(timeout)
        if prepared is None:
            self._denied(message, execution_id, ref, decision)
            text = wording.denied(ref, decision)
            yield answers.denial(self._world, message, text, decision.rule)
            return
        state = None if kept is None else kept.data.get("state")
        requested = self._performer.request(
            prepared,
            Origin(
                principal=message.principal,
                room=message.room,
                rule=decision.rule,
                reason=f"execution {execution_id} again; {decision.reason}",
                message_id=message.id,
                operator=self._services.operator_of(message.principal),
            ),
            state=state if again is not None and isinstance(state, dict) else None,
            again=again,
        )
        async for reply in self._saying.said(
            message, self._performer.run(requested, on_output=on_output)
        ):
            yield reply

    def _expire(self, inquiry: Inquiry) -> AsyncIterator[Happening]:
        ttl = inquiry.asked.get("ttl")
        error = f"nobody has answered within {ttl} minutes"
        return end_inquiry(self._performer, inquiry.id, Status.TIMEOUT, {"error": error})

    async def _about(
        self, execution_id: str, kept: Kept | None
    ) -> tuple[ActionRef, str | None, JsonObject]:
        """The action of an execution, the alias that it was asked for by, and its parameters."""
        run = self._services.running.find(execution_id)
        prepared = run.requested.prepared if run is not None else None
        if prepared is None and kept is not None:
            prepared, _ = keeper_of(self._performer).opened(kept)
        if prepared is not None:
            execution = prepared.execution
            return execution.action_ref, execution.alias_ref, prepared.bound.all
        # Only of what runs elsewhere. The history may have to catch up with a long log.
        import asyncio

        return await asyncio.to_thread(self._recorded, execution_id)

    def _recorded(self, execution_id: str) -> tuple[ActionRef, str | None, JsonObject]:
        from chatops_cli.records.history import open_history

        history = open_history(self._world.settings.home, note=lambda _: None)
        try:
            entry = history.show(execution_id)
        finally:
            history.close()
        if entry.status in {*_FINAL}:
            raise ChatOpsError(f"execution {execution_id} has ended ({entry.status})")
        found = entry.parameters if isinstance(entry.parameters, dict) else {}
        return ActionRef(entry.action or ""), entry.alias, found

    def _check(self, execution_id: str, wish: str, kept: Kept | None) -> None:
        """What can be told before anything goes on.

        Raises:
            ChatOpsError: It can't be.
        """
        keeper = keeper_of(self._performer)
        if kept is None or wish == "cancel":
            if kept is not None and kept.kind is Kind.ENDED:
                raise ChatOpsError(f"execution {execution_id} has ended")
            return
        if kept.kind is Kind.ENDED:
            raise ChatOpsError(
                f"execution {execution_id} has ended",
                hint=f"run it again: chatops workflow rerun {execution_id}",
            )
        if kept.kind is Kind.INQUIRY:
            raise ChatOpsError(
                f"execution {execution_id} waits for an answer",
                hint=f"give it: chatops inquiry respond {execution_id}",
            )
        if keeper.store.is_locked(execution_id):
            return
        paused = keeper.paused(execution_id)
        if wish == "pause" and execution_id in paused:
            raise ChatOpsError(f"execution {execution_id} is paused already")
        if wish == "resume" and not paused and (asked := keeper.asked(execution_id)):
            raise ChatOpsError(
                f"nobody has paused execution {execution_id}: it waits for an answer",
                hint=f"give it: chatops inquiry respond {asked[0]}",
            )

    def _denied(
        self, message: Message, execution_id: str, ref: ActionRef, decision: Decision
    ) -> None:
        event: Event = Decided(
            message_id=message.id,
            action=ref,
            allowed=False,
            rule=decision.rule,
            reason=decision.reason,
            execution_id=execution_id,
        )
        self._performer.record(event)


_FINAL = tuple(status.value for status in Status if status.is_final)
_WANTED = {"pause": "paused", "resume": "resumed", "cancel": "canceled"}
