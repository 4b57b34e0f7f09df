"""A workflow driven: each action that its conductor wants is run, and it is told how that went."""

from collections import deque
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, RecordError
from chatops_cli.model.action import ActionRef
from chatops_cli.model.execution import FINAL, Status
from chatops_cli.model.json import Json
from chatops_cli.model.progress import Progress
from chatops_cli.runners.contract import Call
from chatops_cli.runners.parts import Part, PartEnd, Parts
from chatops_cli.workflows.driving.conductors import Begun
from chatops_cli.workflows.driving.runs import Runs
from chatops_cli.workflows.driving.standing import Standing
from chatops_cli.workflows.events import (
    Changed,
    Command,
    End,
    Event,
    Finished,
    Run,
    RunAction,
    StopRuns,
    Waiting,
    Wish,
    Wished,
)

if TYPE_CHECKING:
    import asyncio


class Driver:
    """Drives one execution of a workflow; nobody else tells its conductor anything meanwhile.

    Args:
        begun: The workflow.
        call: What it is run for.
        parts: Has its actions run.
    """

    def __init__(self, begun: Begun, call: Call, parts: Parts) -> None:
        self.conductor = begun.conductor
        self._commands: deque[Command] = deque(begun.commands)
        self._begun = begun
        self._call = call
        self._parts = parts
        self._runs = Runs(self._run)
        self._standing = Standing()
        self.ends: dict[int, PartEnd] = {}
        """How the run of each number ended, for those that have no items."""

    async def drive(self) -> End | None:
        """Drives it until it ends; None where it waits, and nothing of it runs any more.

        Cancelled, it cancels all that runs, and waits for it; then it raises the cancellation.

        Raises:
            RecordError: Something can't be put on record. What ran was cancelled, and has ended.
        """
        try:
            return await self._drive()
        except BaseException:
            await self._runs.stop()
            raise

    async def _drive(self) -> End | None:
        import asyncio

        canceled: asyncio.CancelledError | None = None
        while True:
            end = self._obey()
            if end is not None or not self._runs:
                break
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
                case End():
                    end = command
                case Changed() | _:
                    pass
        self._parts.tell(self.progress)
        return end

    def _start(self, command: RunAction) -> None:
        run = command.run
        items = 0 if run.item is None else self.conductor.items(run)
        self._standing.begun(run, items=items, delay=command.delay)
        self._runs.start(command)

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
        )
        return await self._parts.run(part)

    def _hear(self) -> None:
        """The conductor is told of all that has ended since."""
        for run, task in self._runs.ended():
            event = self._event(run, task)
            if isinstance(event, Waiting):
                self._standing.waits(run, event.status)
            else:
                self._standing.ended(run, event.status)
            self._tell(event)

    def _event(self, run: Run, task: "asyncio.Task[PartEnd] | None") -> Finished | Waiting:
        if task is None or task.cancelled():
            return Finished(run=run, status=Status.CANCELED)
        error = task.exception()
        if isinstance(error, ChatOpsError) and not isinstance(error, RecordError):
            return Finished(run=run, status=Status.FAILED, result=_refused(error))
        end = task.result()
        if end.status not in FINAL:
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
