"""An execution from its request to its end: recorded, within its policies, run, recorded.

Whoever has something run goes through here: messages, rules, and the tasks of workflows.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, RunnerError
from chatops_cli.execution.ending import Endings, started
from chatops_cli.execution.engine import Engine, Prepared
from chatops_cli.execution.happening import (
    Delayed,
    Ended,
    Happening,
    Progressed,
    Requested,
    Retrying,
    Watch,
)
from chatops_cli.execution.origin import Origin
from chatops_cli.execution.output_secrets import has_secret_output
from chatops_cli.execution.recorder import ExecutionRecorder, Records, requested_event
from chatops_cli.execution.running import Running
from chatops_cli.execution.shown import MaskedOutput
from chatops_cli.execution.tracing import executing, tell_end
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import JsonObject
from chatops_cli.model.runner import WORKFLOWS
from chatops_cli.model.trace import UNTRACED, Tracer
from chatops_cli.records.events import Event
from chatops_cli.runners.contract import OnOutput
from chatops_cli.runners.parts import Again, Order

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from chatops_cli.execution.keeper import Keeper
    from chatops_cli.execution.parts import OwnParts, Surroundings
    from chatops_cli.execution.turns import Turns
    from chatops_cli.model.policy import Policy, RetryPolicy
    from chatops_cli.records.slots import Slot
    from chatops_cli.runners.parts import Parts

PATIENCE = 0.1
"""Seconds between two looks whether a slot that another process holds has become free."""


class Performer:
    """Performs executions with one engine and one set of records.

    Args:
        engine: Runs them.
        records: Where they are put on record.
        clock: The time, aware UTC.
        new_id: A new id, for each new try.
        policies: The policies that hold for an action, by its ref.
        slots: The folder where executions that may not run all at once take turns.
        on_end: Told of each end that is on record, of every try, and of what waits for an answer;
            must not block.
        around: What the parts of workflows share; None where there are no workflows.
        keeper: Keeps what waits; None where nothing is kept, and nobody reaches what runs.
        tracer: Told of each try.
        running: Where what runs is looked for; one of its own where None.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        records: Records,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        policies: "Callable[[str], tuple[Policy, ...]]",
        slots: "Path",
        on_end: Callable[[Ended], None] | None = None,
        around: "Surroundings | None" = None,
        keeper: "Keeper | None" = None,
        tracer: Tracer = UNTRACED,
        running: Running | None = None,
    ) -> None:
        self._tracer = tracer
        self.running = running if running is not None else Running()
        self._engine = engine
        self._recorder = ExecutionRecorder(records)
        self._clock = clock
        self._new_id = new_id
        self._policies = policies
        self._slots = slots
        self.endings = Endings(self._recorder, on_end)
        self._around = around
        self.keeper = keeper
        self._at_work: dict[str, OwnParts] = {}
        self._waiting: dict[str, asyncio.Event] = {}

    def request(
        self,
        prepared: Prepared,
        origin: Origin,
        *,
        retry_of: str | None = None,
        before: Iterable[Event] = (),
        after: Iterable[Event] = (),
        state: JsonObject | None = None,
        again: Again | None = None,
    ) -> Requested:
        """The request on disk: only what this gives can be run.

        Args:
            prepared: What was asked for.
            origin: By whom, where, and why it may run.
            retry_of: The execution that failed before it.
            before: Events that come before it and go to the disk with it.
            after: Events that come after it and go to the disk with it.
            state: What a workflow goes on from.
            again: How it is run again from there.

        Raises:
            RecordError: It could not be written; nothing may be run.
        """
        event = requested_event(prepared, origin, retry_of=retry_of)
        self._recorder.requested(*before, event, *after)
        return Requested(prepared=prepared, origin=origin, state=state, again=again)

    def record(self, *events: Event) -> None:
        """These events are on disk.

        Raises:
            RecordError: They could not be written.
        """
        self._recorder.write(*events)

    async def run(
        self,
        requested: Requested,
        *,
        on_output: OnOutput | None = None,
        on_result: Callable[[Execution], None] | None = None,
        answer: Callable[[Ended], Sequence[Event]] | None = None,
    ) -> AsyncIterator[Happening]:
        """What happens with it, as it happens; the last is `Ended`, however it went.

        Cancelled from outside, or by `cancel`, it ends ``canceled`` and is not tried again; see
        `engine.Engine.run`.

        Args:
            requested: What to run.
            on_output: Told each chunk of output as it arrives, masked.
            on_result: Told each try's end unmasked: for what works with the result, not for eyes.
            answer: Told of an end that no policy holds for, before it is on record. What it gives
                goes to the disk with the end.

        Raises:
            RecordError: A new try could not be put on record; it was not made, and the try before
                it has been told.
        """
        if _is_part(requested):
            async for happening in self._happenings(requested, on_output, on_result, answer):
                yield happening
            return
        with self.running.of(requested, self.cancel) as run:
            async for happening in self._happenings(requested, on_output, on_result, answer):
                run.heed(happening)
                yield happening

    async def _happenings(
        self,
        requested: Requested,
        on_output: OnOutput | None,
        on_result: Callable[[Execution], None] | None,
        answer: Callable[[Ended], Sequence[Event]] | None,
    ) -> AsyncIterator[Happening]:
        """See `run`."""
        yield started(requested)
        policies = self._policies(requested.prepared.execution.action_ref)
        # Within policies, an end may be followed by another try, and is no end to answer.
        answer = None if policies else answer
        watch = Watch(on_output=on_output, on_result=on_result, answer=answer)
        if policies:
            async for happening in self._within(policies, requested, watch):
                yield happening
        elif requested.prepared.execution.runner in WORKFLOWS:
            async for told in self._told(requested, (), watch):
                yield told
        else:
            yield await self._end(requested, (), watch)

    async def _within(
        self,
        policies: "tuple[Policy, ...]",
        requested: Requested,
        watch: Watch,
    ) -> AsyncIterator[Happening]:
        """The same, within policies."""
        # Here, as most actions have none.
        from chatops_cli.execution.policies import retry_of
        from chatops_cli.execution.turns import Turns
        from chatops_cli.model.policy import ConcurrencyPolicy

        turns, tried = Turns(self._slots, self._clock), 0
        while True:
            turn = turns.take(requested.prepared, policies)
            if isinstance(turn, ConcurrencyPolicy):
                self._recorder.delayed(requested.prepared.execution, turn)
                yield Delayed(execution_id=requested.prepared.execution.id, policy=turn)
                turn = await self._turn(turns, requested, policies)
            ended = None
            async for told in self._told(requested, turn, watch):
                if isinstance(told, Progressed):
                    yield told
                else:
                    ended = told
            assert ended is not None  # it is the last of what is told
            is_part = _is_part(requested)
            policy = retry_of(ended.execution, tried, policies, is_part=is_part)
            if policy is None or ended.unrecorded is not None:
                yield ended
                return
            tried += 1
            yield Retrying(execution=ended.execution, policy=policy, number=tried)
            if not await self._pause(ended.execution.id, policy.delay):
                yield ended
                return
            requested = self._next(requested, policy, tried)
            yield started(requested)

    def cancel(self, execution_id: str) -> bool:
        """Ends an execution that runs or waits; whether there is one. Its `run` gives the rest."""
        waiting = self._waiting.get(execution_id)
        if waiting is not None:
            waiting.set()
            return True
        return self._engine.cancel(execution_id)

    async def kept(self, execution_id: str) -> Requested | Prepared | None:
        """An execution that a process has asked for which is gone; see `Engine.kept`.

        A workflow is ready to go on.
        """
        saved = self._around.saved if self._around is not None else None
        if saved is not None and (found := saved.find(execution_id)) is not None:
            return found
        return await self._engine.kept(execution_id)

    def pass_on(self, execution_id: str, wish: str) -> None:
        """A workflow that runs is told this wish, if it can have it now."""
        parts = self._at_work.get(execution_id)
        if parts is not None:
            with suppress(ChatOpsError):
                parts.order(Order(wish=wish))

    async def _turn(
        self, turns: "Turns", requested: Requested, policies: "tuple[Policy, ...]"
    ) -> "tuple[Slot, ...] | Execution":
        """Waits for its turn; its early end where it was cancelled."""
        from chatops_cli.model.policy import ConcurrencyPolicy

        prepared, steering = requested.prepared, None
        if self.keeper is not None and requested.slot is None:
            steering = self.keeper.steering(
                requested, lambda order: self._order(requested, None, order)
            )
        try:
            while await self._pause(prepared.execution.id, PATIENCE):
                turn = turns.take(prepared, policies)
                if not isinstance(turn, ConcurrencyPolicy):
                    return turn
        finally:
            if steering is not None:
                steering.close()
        return turns.unstarted(prepared, Status.CANCELED, "canceled")

    async def _pause(self, execution_id: str, seconds: float) -> bool:
        """Waits; False where the execution was cancelled meanwhile."""
        import asyncio

        canceled = self._waiting[execution_id] = asyncio.Event()
        try:
            async with asyncio.timeout(seconds):
                await canceled.wait()
        except TimeoutError:
            return True
        except asyncio.CancelledError:
            return False
        finally:
            del self._waiting[execution_id]
        return False

    async def _told(
        self, requested: Requested, turn: "tuple[Slot, ...] | Execution", watch: Watch
    ) -> AsyncIterator[Progressed | Ended]:
        """One try, the last is its end; a workflow tells how far it has come."""
        if requested.prepared.execution.runner not in WORKFLOWS or self._around is None:
            yield await self._end(requested, turn, watch)
            return
        import asyncio

        from chatops_cli.execution.parts import OwnParts
        from chatops_cli.execution.telling import Telling

        telling = Telling()
        parts = OwnParts(
            requested, performer=self, steers=self, around=self._around, tell=telling.tell
        )
        execution_id = requested.prepared.execution.id
        self._at_work[execution_id] = parts
        ending = asyncio.ensure_future(self._end(requested, turn, watch, parts))
        try:
            async for progress in telling.until(ending):
                yield Progressed(progress=progress)
        finally:
            self._at_work.pop(execution_id, None)
        ended = ending.result()
        parts.forget()
        yield ended

    async def _end(
        self,
        requested: Requested,
        turn: "tuple[Slot, ...] | Execution",
        watch: Watch,
        parts: "OwnParts | None" = None,
    ) -> Ended:
        """The end of one try, on record."""
        with executing(self._tracer, requested) as span:
            ended = await self._recorded(requested, turn, watch, parts)
            tell_end(span, ended)
            return ended

    async def _recorded(
        self,
        requested: Requested,
        turn: "tuple[Slot, ...] | Execution",
        watch: Watch,
        parts: "OwnParts | None",
    ) -> Ended:
        if self.keeper is None:
            return self._ended(requested, await self._outcome(requested, turn, watch, parts), watch)
        keeper = self.keeper
        steering = keeper.steering(requested, lambda order: self._order(requested, parts, order))
        try:
            execution = await self._outcome(requested, turn, watch, parts)
            kept = parts.kept if parts is not None else None
            execution = keeper.settled(requested, execution, kept, steering)
            return self._ended(requested, execution, watch)
        finally:
            steering.close()

    async def _outcome(
        self,
        requested: Requested,
        turn: "tuple[Slot, ...] | Execution",
        watch: Watch,
        parts: "OwnParts | None",
    ) -> Execution:
        if isinstance(turn, Execution):
            return turn
        try:
            return await self._run(requested.prepared, watch.on_output, parts)
        finally:
            for slot in turn:
                slot.release()

    def _ended(self, requested: Requested, execution: Execution, watch: Watch) -> Ended:
        if watch.on_result is not None:
            watch.on_result(execution)
        return self.endings.finish(
            requested.prepared, requested.origin, execution, answer=watch.answer
        )

    def _order(self, requested: Requested, parts: "OwnParts | None", order: Order) -> None:
        """What somebody else wants of an execution that runs here."""
        execution = requested.prepared.execution
        if parts is not None:
            parts.order(order)
        elif order.wish == "cancel":
            self.cancel(execution.id)
        else:
            raise RunnerError(f"{execution.action_ref} can only be canceled now")

    async def _run(
        self, prepared: Prepared, on_output: OnOutput | None, parts: "Parts | None"
    ) -> Execution:
        told = None
        # What is secret in the answer by its schema is known when it is whole: not in a stream.
        if on_output is not None and not has_secret_output(prepared.request.action):
            told = MaskedOutput(on_output, prepared.masker)
        execution = await self._engine.run(prepared, on_output=told, parts=parts)
        if told is not None:
            told.close()
        return execution

    def _next(self, requested: Requested, policy: "RetryPolicy", tried: int) -> Requested:
        """The next try, on record: the same in all but its id and what its context tells."""
        from chatops_cli.execution.policies import retry_context

        before = requested.prepared.execution
        execution = replace(
            before,
            id=self._new_id(),
            requested=self._clock(),
            context=retry_context(before, policy, tried),
        )
        prepared = replace(requested.prepared, execution=execution)
        return self.request(prepared, requested.origin, retry_of=before.id)


def _is_part(requested: Requested) -> bool:
    """Whether it is a task of a workflow."""
    return requested.origin.parent is not None and requested.origin.fired_by is None
