"""The one path of a message: address, match, decide, execute, render, each step on record."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.aliases.outcome import Unmatched
from chatops_cli.errors import RecordError
from chatops_cli.execution.engine import Prepared
from chatops_cli.execution.happening import Ended, OnStart, Requested, Started
from chatops_cli.execution.origin import Origin
from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Message, Reply, ReplyKind, Wanted
from chatops_cli.model.execution import Execution
from chatops_cli.model.json import Json
from chatops_cli.model.trace import UNTRACED, Tracer
from chatops_cli.records.events import Event, ReplySent
from chatops_cli.room import answers, wording
from chatops_cli.room.address import command_of
from chatops_cli.room.plan import Plan, Planner, Step
from chatops_cli.room.recorder import Recorder, decision_event
from chatops_cli.room.services import Services
from chatops_cli.room.telling import Telling
from chatops_cli.room.waiting_words import is_of_waiting, waits_for_approval
from chatops_cli.room.world import World
from chatops_cli.runners.contract import OnOutput

if TYPE_CHECKING:
    from chatops_cli.model.alias import Alias
    from chatops_cli.room.approvals import Approvals
    from chatops_cli.room.continuing import Continuing
    from chatops_cli.room.controlling import Controlling
    from chatops_cli.room.deadlines import Deadlines
    from chatops_cli.room.saying import Saying


class Room:
    """Where messages come in and replies go out. It keeps nothing but its world and its ports."""

    def __init__(self, *, world: World, services: Services) -> None:
        self.world = world
        self._services = services
        self._recorder = Recorder(services)
        self._telling = Telling(world, services)
        self._deadlines: Deadlines | None = None

    async def handle(
        self,
        message: Message,
        *,
        timeout: float | None = None,  # noqa: ASYNC109  # it is what the person allows an action
        on_output: OnOutput | None = None,
        on_start: OnStart | None = None,
    ) -> AsyncIterator[Reply]:
        """The replies to a message, each as soon as it is known; none to what isn't for the bot.

        Args:
            message: What was typed.
            timeout: Seconds that the person allows an action, beside the action's own limit.
            on_output: Told each chunk of output as it arrives, masked.
            on_start: Told of each execution before it starts.

        A message that was claimed already gets no reply: whoever claimed it answers.

        Raises:
            RecordError: The audit log can't be written. Nothing was run.
        """
        command = self._command(message)
        if command is None:
            return
        if (unmeant := wording.unmeant(message, command)) is not None:
            reason, text = unmeant
            shown = self.plan(message, command).masked_text if command else str
            self._ignore(message, self._recorder.heard(message, shown(message.text)), sync=False)
            if message.is_edited and waits_for_approval(self.world.settings):
                self.approvals.withdraw(message)
            yield answers.say(message, ReplyKind.INFO, text, reason=reason)
            return
        self._watch()
        said = (
            self._given(message, message.wanted, on_output, on_start)
            if message.wanted is not None
            else self._typed(message, command, timeout, on_output, on_start)
        )
        async for reply in said:
            yield reply

    async def _typed(
        self,
        message: Message,
        command: str,
        timeout: float | None,  # noqa: ASYNC109  # it is what the person allows an action
        on_output: OnOutput | None,
        on_start: OnStart | None,
    ) -> AsyncIterator[Reply]:
        """What somebody has typed, matched with formats, or an answer to what waits."""
        plan = self._planner(timeout, self._services.tracer).plan(message, command)
        if isinstance(plan.outcome, Unmatched) and is_of_waiting(command):
            async for reply in self._answered(message, command, on_output, on_start):
                yield reply
            return
        heard = self._recorder.heard(message, plan.masked_text(message.text), plan)
        if not plan.steps:
            self._ignore(message, heard, sync=True)
            yield self._replied(
                answers.no_step(
                    self.world, message, plan, is_busy=bool(self._services.running.all())
                )
            )
        for step in plan.steps:
            async for reply in self._perform(message, step, heard, on_output, on_start):
                yield reply
            heard = ()

    async def _given(
        self,
        message: Message,
        wanted: Wanted,
        on_output: OnOutput | None,
        on_start: OnStart | None,
    ) -> AsyncIterator[Reply]:
        """What a program asks for: the same path, with nothing to match."""
        alias = next((each for each in self.world.aliases if each.ref == wanted.alias), None)
        if alias is None:
            self._ignore(message, self._recorder.heard(message, message.text), sync=True)
            yield self._replied(answers.no_alias(message, wanted.alias))
            return
        planner = self._planner(None, self._services.tracer)
        step = planner.step(message, alias.action_ref, wanted.parameters, alias=alias)
        heard = self._recorder.heard(message, message.text)
        async for reply in self._perform(message, step, heard, on_output, on_start):
            yield reply

    async def run_action(
        self,
        message: Message,
        ref: ActionRef,
        given: Mapping[str, Json],
        *,
        timeout: float | None = None,  # noqa: ASYNC109  # it is what the person allows an action
        on_output: OnOutput | None = None,
    ) -> AsyncIterator[Reply]:
        """The replies to an action run by its name: the same path, with nothing to match."""
        step = self._planner(timeout, self._services.tracer).step(message, ref, given)
        heard = self._recorder.heard(message, step.masker.text(message.text))
        async for reply in self._perform(message, step, heard, on_output):
            yield reply

    @property
    def continuing(self) -> "Continuing":
        """What people want of executions that run or wait."""
        return self.continuing_for(None)

    def continuing_for(self, on_start: OnStart | None) -> "Continuing":
        """The same, for whom is told of what starts."""
        # Only who wants something pays for it.
        from chatops_cli.room.continuing import Continuing

        return Continuing(world=self.world, services=self._services, saying=self._saying(on_start))

    @property
    def approvals(self) -> "Approvals":
        """What waits until people have confirmed or approved it."""
        return self.approvals_for(None)

    def approvals_for(self, on_start: OnStart | None) -> "Approvals":
        """The same, for whom is told of what starts."""
        from chatops_cli.room.approvals import Approvals

        return Approvals(world=self.world, services=self._services, saying=self._saying(on_start))

    def controlling_for(self, on_start: OnStart | None) -> "Controlling":
        """What goes on here, told and ended."""
        from chatops_cli.room.controlling import Controlling

        return Controlling(
            world=self.world,
            services=self._services,
            continuing=self.continuing_for(on_start),
            approvals=self.approvals_for(on_start),
        )

    def _saying(self, on_start: OnStart | None) -> "Saying":
        from chatops_cli.room.saying import Saying

        return Saying(self._services, self._telling.tell, on_start)

    def retell(self, message: Message, execution: Execution) -> list[Reply]:
        """See `Telling.retell`."""
        return self._telling.retell(message, execution)

    def cancel(self, execution_id: str) -> bool:
        """Ends an execution that runs or waits; whether there is one. It is answered as it ends."""
        return self._services.performer.cancel(execution_id)

    async def close(self) -> None:
        """Settles; then nothing is kept ready for further messages."""
        if self._deadlines is not None:
            await self._deadlines.close()
            self._deadlines = None
        await self.settle()
        await self._services.engine.close()

    async def settle(self) -> None:
        """Waits until what followed from executions is over: notifications, actions of rules.

        Cancelled, it ends them, and waits for that.
        """
        if self._services.notifier is not None:
            await self._services.notifier.settle()

    def plan(self, message: Message, command: str, *, timeout: float | None = None) -> Plan:
        """What a command would start; nothing is run and nothing recorded."""
        return self._planner(timeout).plan(message, command)

    def plan_action(
        self,
        message: Message,
        ref: ActionRef,
        given: Mapping[str, Json],
        *,
        timeout: float | None = None,
    ) -> Step:
        """What an action run by its name would start; nothing is run and nothing recorded."""
        return self._planner(timeout).step(message, ref, given)

    def _command(self, message: Message) -> str | None:
        """What it asks for; None where it isn't for the bot, or somebody else has claimed it."""
        command, claims = command_of(message, self.world.addressing), self._services.claims
        return command if command is None or claims is None or claims.claim(message) else None

    def _watch(self) -> None:
        """From the first command on, inquiries end in time."""
        services = self._services
        if services.post is not None and services.watches and self._deadlines is None:
            from chatops_cli.room.deadlines import Deadlines

            self._deadlines = Deadlines(self.continuing, services, approvals=self.approvals)

    def _release(self, message: Message) -> None:
        """It is not on record, and not run: it may be where it is delivered again."""
        if self._services.claims is not None:
            self._services.claims.release(message)

    def _ignore(self, message: Message, heard: tuple[Event, ...], *, sync: bool) -> None:
        """A message that starts nothing is on record."""
        try:
            self._recorder.unmeant(heard, sync=sync)
        except RecordError:
            self._release(message)
            raise

    def _planner(self, timeout: float | None, tracer: Tracer = UNTRACED) -> Planner:
        services = self._services
        return Planner(
            world=self.world,
            engine=services.engine,
            new_id=services.new_id,
            timeout=timeout,
            tracer=tracer,
        )

    async def _perform(
        self,
        message: Message,
        step: Step,
        heard: tuple[Event, ...],
        on_output: OnOutput | None,
        on_start: OnStart | None = None,
    ) -> AsyncIterator[Reply]:
        """One step: decided on record, requested on record, run, answered on record.

        `heard` are the events of the message that are not on record yet.
        """
        if (reply := self._kept_back(message, step, heard)) is not None:
            yield self._replied(reply)
            return
        assert step.prepared is not None  # else it was kept back
        ack = self._telling.ack(message, step, step.prepared)
        requested = self._request(message, step, step.prepared, heard, ack)
        if ack is not None:
            yield ack
        async for reply in self._run(message, step.alias, requested, on_output, on_start):
            yield reply

    async def take_up(self, message: Message, prepared: Prepared) -> AsyncIterator[Reply]:
        """The replies to the end of an execution that this message asked another process for.

        `prepared` is what the engine has kept of it; its request is on record.
        """
        ref = prepared.execution.alias_ref
        alias = next((each for each in self.world.aliases if each.ref == ref), None)
        found = await self._services.performer.kept(prepared.execution.id)
        if isinstance(found, Requested):
            async for reply in self._run(message, alias, found, None, None):
                yield reply
            return
        origin = Origin(
            principal=message.principal,
            room=message.room,
            rule="",
            reason="",
            message_id=message.id,
            groups=message.groups,
        )
        requested = Requested(prepared=prepared, origin=origin)
        async for reply in self._run(message, alias, requested, None, None):
            yield reply

    @property
    def remembers(self) -> bool:
        """See `Engine.remembers`."""
        return self._services.engine.remembers

    async def bury(self, execution_id: str) -> Prepared | None:
        """See `Engine.bury`: of an execution that another bridge may have begun with."""
        return await self._services.engine.bury(execution_id)

    async def kept(self, execution_id: str) -> Prepared | None:
        """An execution that a process has asked for which is gone: `take_up` gives its end.

        Raises:
            RecordError: What is kept of it can't be read.
            RunnerError: Its runner isn't installed.
        """
        found = await self._services.performer.kept(execution_id)
        return found.prepared if isinstance(found, Requested) else found

    async def _run(
        self,
        message: Message,
        alias: "Alias | None",
        requested: Requested,
        on_output: OnOutput | None,
        on_start: OnStart | None,
    ) -> AsyncIterator[Reply]:
        """The replies to what happens with an execution; its end and the last go on record."""
        answered: list[Reply] = []

        def answer(ended: Ended) -> list[Event]:
            answered.extend(self._telling.ended(message, alias, ended))
            return [ReplySent.of(reply) for reply in answered]

        run = self._services.performer.run(requested, on_output=on_output, answer=answer)
        async for happening in run:
            if on_start is not None and isinstance(happening, Started):
                on_start(happening.execution)
            if answered and isinstance(happening, Ended) and happening.unrecorded is None:
                for reply in answered:
                    yield reply
                continue
            for reply in self._telling.told(message, alias, happening):
                yield self._replied(reply)

    def _kept_back(self, message: Message, step: Step, heard: tuple[Event, ...]) -> Reply | None:
        """What is said where it isn't run now, on record; None where it is."""
        if not step.decision.allowed or step.prepared is None:
            self._deny(heard, message, step)
            return answers.refused(self.world, message, step)
        if not self.world.settings.rates and step.decision.requires is None:
            return None
        from chatops_cli.room.gate import Gate

        gate = Gate(self.world, self._services)
        if (limit := gate.limit(message, step)) is not None:
            self._deny(heard, message, replace(step, decision=limit))
            return answers.held_back(message, step.action_ref, limit)
        try:
            return gate.ask(message, step, self._origin(message, step), heard)
        except RecordError:
            self._release_at_first(message, heard)
            raise

    def _request(
        self,
        message: Message,
        step: Step,
        prepared: Prepared,
        heard: tuple[Event, ...],
        ack: Reply | None,
    ) -> Requested:
        """The message, the decision, the request and its ack: in one write, on disk."""
        try:
            return self._services.performer.request(
                prepared,
                self._origin(message, step),
                before=(*heard, decision_event(message, step)),
                after=(ReplySent.of(ack),) if ack is not None else (),
            )
        except RecordError:
            self._recorder.unrequested(heard)
            self._release_at_first(message, heard)
            raise

    def _deny(self, heard: tuple[Event, ...], message: Message, step: Step) -> None:
        try:
            self._recorder.denied(heard, message, step)
        except RecordError:
            self._release_at_first(message, heard)
            raise

    def _release_at_first(self, message: Message, heard: tuple[Event, ...]) -> None:
        """Before the first step nothing was run; after it, all would be run once more."""
        if heard:
            self._release(message)

    async def _answered(
        self,
        message: Message,
        command: str,
        on_output: OnOutput | None,
        on_start: OnStart | None,
    ) -> AsyncIterator[Reply]:
        """Somebody answers what waits in the room, or allows it, or links an account."""
        from chatops_cli.room.own_words import Own

        own = Own(self, self._services, message, command, on_start)
        self._ignore(message, self._recorder.heard(message, own.shown), sync=True)
        async for reply in own.replies(on_output):
            yield self._replied(reply)

    def _origin(self, message: Message, step: Step) -> Origin:
        return Origin(
            principal=message.principal,
            room=message.room,
            rule=step.decision.rule,
            reason=step.decision.reason,
            message_id=message.id,
            operator=self._services.operator_of(message.principal),
            groups=message.groups,
        )

    def _replied(self, reply: Reply) -> Reply:
        self._recorder.replied(reply)
        return reply
