"""A workflow driven: each action that its conductor wants is run, and it is told how that went."""

from collections import Counter, deque
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.action import ActionRef
from chatops_cli.model.execution import FINAL, Status
from chatops_cli.model.json import Json
from chatops_cli.model.progress import Progress, TaskAtWork
from chatops_cli.runners.contract import Call
from chatops_cli.runners.parts import Part, PartEnd, Parts
from chatops_cli.workflows.driving.conductors import Begun
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
        self._tasks = begun.tasks
        self._notify = begun.notify
        self._call = call
        self._parts = parts
        self._running: dict[Run, asyncio.Task[PartEnd]] = {}
        self._succeeded = 0
        self._failed: dict[str, None] = {}
        self.ends: dict[int, PartEnd] = {}
        """How the run of each number ended, for those that have no items."""

    async def drive(self) -> End | None:
        """Drives it until it ends; None where it waits, and nothing of it runs any more.

        Cancelled, it cancels all that runs, and waits for it; then it raises the cancellation.
        """
        import asyncio

        canceled: asyncio.CancelledError | None = None
        while True:
            end = self._obey()
            if end is not None or not self._running:
                break
            try:
                await asyncio.wait(self._running.values(), return_when=asyncio.FIRST_COMPLETED)
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
        items = Counter(run.task for run in self._running)
        return Progress(
            execution_id=self._call.execution_id,
            action_ref=self._call.action.ref,
            status=self.conductor.status,
            tasks=self._tasks,
            succeeded=self._succeeded,
            failed=tuple(self._failed),
            at_work=tuple(TaskAtWork(name=name) for name in items),
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
                    for task in self._running.values():
                        task.cancel()
                case End():
                    end = command
                case Changed() | _:
                    pass
        self._parts.tell(self.progress)
        return end

    def _start(self, command: RunAction) -> None:
        import asyncio

        self._running[command.run] = asyncio.ensure_future(self._perform(command))

    async def _perform(self, command: RunAction) -> PartEnd:
        if command.delay > 0:
            import asyncio

            await asyncio.sleep(command.delay)
        return await self._parts.run(self._part(command))

    def _part(self, command: RunAction) -> Part:
        run = command.run
        orquesta: dict[str, Json] = {
            "workflow_execution_id": self._call.execution_id,
            "task_name": run.task,
            "task_id": run.task,
        }
        if run.item is not None:
            orquesta["item_id"] = run.item
        return Part(
            action=ActionRef(command.action),
            parameters=command.input,
            task=run.task,
            item=run.item,
            context={"orquesta": orquesta},
            notify=self._notify.get(run.task),
        )

    def _hear(self) -> None:
        """The conductor is told of all that has ended since."""
        for run, task in [(run, task) for run, task in self._running.items() if task.done()]:
            del self._running[run]
            self._tell(self._event(run, task))

    def _event(self, run: Run, task: "asyncio.Task[PartEnd]") -> Event:
        if task.cancelled():
            return Finished(run=run, status=Status.CANCELED)
        error = task.exception()
        if isinstance(error, ChatOpsError):
            self._failed[run.task] = None
            return Finished(run=run, status=Status.FAILED, result=_refused(error))
        end = task.result()
        if end.status not in FINAL:
            return Waiting(run=run, status=end.status, result=end.result)
        if run.item is None:
            self.ends[run.number] = end
        if end.status is Status.SUCCEEDED:
            self._succeeded += 1
        else:
            self._failed[run.task] = None
        return Finished(run=run, status=end.status, result=end.result)

    def _tell(self, event: Event) -> None:
        self._commands.extend(self.conductor.apply(event))


def _refused(error: ChatOpsError) -> dict[str, Json]:
    """The result of an action that was refused before it began."""
    text = error.message if error.hint is None else f"{error.message} ({error.hint})"
    return {"error": text}
