"""A workflow driven: each action that its conductor wants is run, and it is told how that went."""

from collections import deque
from typing import TYPE_CHECKING, Any, TypeAlias

from chatops_cli.errors import ChatOpsError, RecordError
from chatops_cli.model.action import ActionRef
from chatops_cli.model.execution import FINAL, Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.progress import Progress
from chatops_cli.runners.contract import Call
from chatops_cli.runners.parts import Again, Order, Part, PartEnd, Parts
from chatops_cli.workflows.driving.conductors import Begun
from chatops_cli.workflows.driving.held import Held, plain_end, read_end
from chatops_cli.workflows.driving.runs import Runs
from chatops_cli.workflows.driving.standing import Standing
from chatops_cli.workflows.events import (
    Changed,
    Command,
    End,
    Event,
    Finished,
    Rerun,
    ResumeRuns,
    Run,
    RunAction,
    StopRuns,
    Waiting,
    Wish,
    Wished,
)

if TYPE_CHECKING:
    import asyncio

# What json.loads gives; what isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any


class Driver:
    """Drives one execution of a workflow; nobody else tells its conductor anything meanwhile.

    Args:
        begun: The workflow.
        call: What it is run for.
        parts: Has its actions run.
        source: What its definition was read from, as it is kept with its state.
    """

    def __init__(self, begun: Begun, call: Call, parts: Parts, source: JsonObject) -> None:
        self._source = source
        self.conductor = begun.conductor
        self._commands: deque[Command] = deque(begun.commands)
        self._begun = begun
        self._call = call
        self._parts = parts
        self._runs = Runs(self._run)
        self._standing = Standing()
        self._held = Held()
        self._abandoned: list[str] = []
        self._live: dict[Run, tuple[str, RunAction]] = {}
        self._taken_up: set[Run] = set()
        self._is_saved = True
        self.ends: dict[int, PartEnd] = {}
        """How the run of each number ended, for those that have no items."""

    async def drive(self) -> End | None:
        """Drives it until it ends; None where it waits, and nothing of it runs any more.

        Cancelled, it cancels all that runs, and waits for it; then it raises the cancellation.

        Raises:
            RecordError: Something can't be put on record. What ran was cancelled, and has ended.
        """
        steered = self._parts.steered
        if steered is not None:
            steered.listen(self._take)
        try:
            return await self._drive()
        except BaseException:
            await self._runs.stop()
            raise
        finally:
            if steered is not None:
                for execution_id in self._abandoned:
                    await steered.cancel(execution_id)

    def begin_again(self, again: Again) -> None:
        """It has ended, and goes on from its failed tasks, or from those named.

        Raises:
            WorkflowStateError: That can't be.
        """
        self._standing = Standing()
        self._tell(Rerun(tasks=again.tasks, reset_items=again.reset_items))

    def state(self) -> dict[str, Json]:
        """What it goes on from, for JSON."""
        return {
            "snapshot": self.conductor.snapshot(),
            "held": self._held.plain(),
            "ends": {str(number): plain_end(end) for number, end in self.ends.items()},
            "standing": self._standing.plain(),
            "running": [
                [key, run.task, run.number, run.item, command.action, dict(command.input)]
                for run, (key, command) in self._live.items()
            ],
        }

    def read(self, state: JsonObject) -> None:
        """It goes on from what `state` gave, but for the snapshot.

        Raises:
            KeyError, TypeError, ValueError: It isn't that.
        """
        loaded: _Loaded = state
        self._held.read(loaded["held"])
        self.ends = {int(number): read_end(end) for number, end in loaded["ends"].items()}
        self._standing.read(loaded["standing"])
        for key, task, number, item, action, given in loaded.get("running", ()):
            run = Run(task=task, number=number, item=item)
            self._taken_up.add(run)
            self._live[run] = (key, RunAction(run=run, action=action, input=given))
            self._begin(self._live[run][1])

    def waits_for(self) -> list[Json]:
        """The tasks that wait, and for which executions."""
        return self._held.told()

    async def _drive(self) -> End | None:
        import asyncio

        canceled: asyncio.CancelledError | None = None
        while True:
            end = self._obey()
            if end is not None or not self._runs:
                break
            self._save()
            try:
                await self._runs.news()
            except asyncio.CancelledError as error:
                if canceled is None:
                    canceled = error
                    self._tell(Wished(wish=Wish.CANCEL))
            self._hear()
        if canceled is not None:
            raise canceled
        return end

    def progress(self) -> Progress:
        """How far it has come."""
        standing = self._standing
        return Progress(
            execution_id=self._call.execution_id,
            action_ref=self._call.action.ref,
            status=self.conductor.status,
            tasks=self._begun.tasks,
            succeeded=standing.succeeded,
            failed=standing.failed,
            busy=standing.busy,
            at_work=standing.at_work(),
        )

    def _obey(self) -> End | None:
        """What the conductor has commanded is begun; its end, where that is among it."""
        end = None
        while self._commands:
            command = self._commands.popleft()
            match command:
                case RunAction():
                    self._start(command)
                case StopRuns(wish=Wish.CANCEL):
                    self._runs.cancel()
                    self._abandoned.extend(self._held.clear())
                case StopRuns(wish=wish):
                    self._pass_on(wish)
                case ResumeRuns():
                    self._resume()
                case End():
                    end = command
                case Changed() | _:
                    pass
        self._parts.tell(self.progress)
        return end

    def _resume(self) -> None:
        """Workflows among its parts that somebody has paused go on."""
        self._pass_on(Wish.RESUME)
        steered = self._parts.steered
        if steered is None:
            return
        for execution_id in self._held.paused():
            if steered.can_resume(execution_id):
                run = self._held.pop(execution_id)
                assert run is not None  # it is held
                self._hears(Waiting(run=run, status=Status.RUNNING))
                self._runs.resume(run, steered.resume(execution_id))

    def _pass_on(self, wish: Wish) -> None:
        """Workflows among its parts that run here are told this wish."""
        steered = self._parts.steered
        if steered is not None:
            steered.pass_on(wish)

    def _take(self, order: Order) -> None:
        """Something has come from outside."""
        if order.wish == Wish.RESUME and self.conductor.status is Status.RUNNING:
            # A process was killed while it went on with it, or only answers were waited for.
            self._resume()
        elif order.wish is not None:
            self._tell(Wished(wish=Wish(order.wish)))
        if order.end is not None:
            run = self._held.pop(order.end.execution_id)
            if run is not None:
                self._hears(self._told_of(run, order.end))
        self._runs.poke()

    def _start(self, command: RunAction) -> None:
        steered = self._parts.steered
        if steered is not None and steered.saves:
            self._live[command.run] = (steered.new_id(), command)
            self._is_saved = False
        self._begin(command)

    def _begin(self, command: RunAction) -> None:
        run = command.run
        items = 0 if run.item is None else self.conductor.items(run)
        self._standing.begun(run, items=items, delay=command.delay)
        self._runs.start(command)

    def _save(self) -> None:
        """What is about to begin is on disk, with its ids: tasks begin at the next await only."""
        steered = self._parts.steered
        if self._is_saved or steered is None:
            return
        steered.save({**self._source, **self.state()})
        self._is_saved = True

    async def _run(self, command: RunAction) -> PartEnd:
        run = command.run
        part = Part(
            action=ActionRef(command.action),
            parameters=command.input,
            task=run.task,
            item=run.item,
            number=run.number,
            context=self._begun.told(run, self.conductor),
            notify=self._begun.notify.get(run.task),
            id=self._live[run][0] if run in self._live else "",
            is_again=run in self._taken_up,
        )
        return await self._parts.run(part)

    def _hear(self) -> None:
        """The conductor is told of all that has ended since."""
        for run, task in self._runs.ended():
            self._hears(self._event(run, task))

    def _hears(self, event: Finished | Waiting) -> None:
        self._live.pop(event.run, None)
        self._taken_up.discard(event.run)
        if isinstance(event, Waiting):
            self._standing.waits(event.run, event.status)
        else:
            self._standing.ended(event.run, event.status)
        self._tell(event)

    def _event(self, run: Run, task: "asyncio.Task[PartEnd] | None") -> Finished | Waiting:
        if task is None or task.cancelled():
            return Finished(run=run, status=Status.CANCELED)
        error = task.exception()
        if isinstance(error, ChatOpsError) and not isinstance(error, RecordError):
            return Finished(run=run, status=Status.FAILED, result=_refused(error))
        return self._told_of(run, task.result())

    def _told_of(self, run: Run, end: PartEnd) -> Finished | Waiting:
        if end.status not in FINAL:
            self._held.add(end.execution_id, run, end.status)
            return Waiting(run=run, status=end.status, result=end.result)
        if run.item is None:
            self.ends[run.number] = end
        return Finished(
            run=run, status=end.status, result=end.result, execution_id=end.execution_id
        )

    def _tell(self, event: Event) -> None:
        self._commands.extend(self.conductor.apply(event))


def _refused(error: ChatOpsError) -> dict[str, Json]:
    """The result of an action that was refused before it began."""
    text = error.message if error.hint is None else f"{error.message} ({error.hint})"
    return {"error": text}
