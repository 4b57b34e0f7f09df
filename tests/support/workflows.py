"""Workflows at work, driven by hand: what runs is a list, and it ends when a test says so."""

import json
from collections.abc import Mapping
from textwrap import dedent

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.workflow import Workflow
from chatops_cli.workflows.conductor import Conductor
from chatops_cli.workflows.definition.orquesta import read_workflow
from chatops_cli.workflows.events import (
    Changed,
    Command,
    End,
    Event,
    Finished,
    Rerun,
    ResumeRuns,
    RunAction,
    StopRuns,
    Waiting,
    Wish,
    Wished,
)
from chatops_cli.workflows.expressions.compiled import CompiledExpressions

EXPRESSIONS = CompiledExpressions()


def workflow_of(text: str) -> Workflow:
    """The definition of a text, which must have no mistakes of form."""
    body = "version: 1.0\n" + dedent(text)
    found = read_workflow(body.encode(), file="w.yaml", name="test.w")
    assert not found.problems, found.problems
    assert found.workflow is not None
    return found.workflow


class Driven:
    """A workflow at work. `running` has what was started and has not ended, in order."""

    def __init__(
        self,
        text: str,
        given: Mapping[str, Json] | None = None,
        *,
        context: JsonObject | None = None,
    ) -> None:
        self.workflow = workflow_of(text)
        self.running: list[RunAction] = []
        self.log: list[Command] = []
        self.conductor, commands = Conductor.begin(
            self.workflow, EXPRESSIONS, input=dict(given or {}), context=context or {}
        )
        self._heard(commands)

    def _heard(self, commands: tuple[Command, ...]) -> tuple[Command, ...]:
        self.log += commands
        self.running += [each for each in commands if isinstance(each, RunAction)]
        return commands

    def tell(self, event: Event) -> tuple[Command, ...]:
        """An event; gives the commands."""
        return self._heard(self.conductor.apply(event))

    def started(self, task: str, item: int | None = None) -> RunAction:
        """The command that started the run of a task that has not ended."""
        return next(r for r in self.running if r.run.task == task and r.run.item in {item, None})

    def finish(
        self,
        *tasks: str,
        result: Json = None,
        status: Status = Status.SUCCEEDED,
        item: int | None = None,
    ) -> "Driven":
        """These tasks have ended, one after the other."""
        for task in tasks:
            command = self.started(task, item)
            self.running.remove(command)
            self.tell(Finished(run=command.run, status=status, result=result))
        return self

    def fail(self, *tasks: str, result: Json = None, item: int | None = None) -> "Driven":
        """These tasks have failed."""
        return self.finish(*tasks, result=result, status=Status.FAILED, item=item)

    def wait(self, task: str, item: int | None = None, status: Status = Status.PENDING) -> "Driven":
        """The action of a task waits for an answer, or is paused."""
        self.tell(Waiting(run=self.started(task, item).run, status=status))
        return self

    def wish(self, wish: Wish) -> tuple[Command, ...]:
        """Somebody wants it paused, resumed or cancelled."""
        return self.tell(Wished(wish=wish))

    def rerun(self, *tasks: str, reset_items: bool = False) -> "Driven":
        """It goes on from these tasks, or from those that failed."""
        self.tell(Rerun(tasks=tasks, reset_items=reset_items))
        return self

    def restored(self) -> "Driven":
        """It goes on from a snapshot that was JSON in between."""
        state: Json = json.loads(json.dumps(self.conductor.snapshot()))
        assert isinstance(state, dict)
        self.conductor = Conductor.restore(self.workflow, EXPRESSIONS, state)
        return self

    @property
    def names(self) -> list[str]:
        """What runs: names of tasks, with the item where there is one."""
        return [
            r.run.task if r.run.item is None else f"{r.run.task}.{r.run.item}" for r in self.running
        ]

    def status(self) -> Status:
        """Where the whole stands."""
        return self.conductor.status

    @property
    def output(self) -> JsonObject | None:
        return self.conductor.output

    @property
    def messages(self) -> list[str]:
        """All errors: the task, and what is wrong."""
        return [f"{e.get('task_id', '-')}: {e['message']}" for e in self.conductor.errors]

    def ended(self) -> End | None:
        """The last command, where it is the end."""
        last = self.log[-1] if self.log else None
        return last if isinstance(last, End) else None

    @property
    def told(self) -> list[str]:
        """What was told beside actions, in order, in short."""
        return [_short(each) for each in self.log if not isinstance(each, RunAction)]


def _short(command: Command) -> str:
    match command:
        case RunAction():
            return f"run {command.run.task}"
        case StopRuns():
            return f"stop {command.wish}"
        case ResumeRuns():
            return "resume runs"
        case Changed():
            return str(command.status)
        case End():
            return f"end {command.status}"
