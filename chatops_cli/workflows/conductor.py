"""The conductor: a workflow at work as a value without I/O. Events go in, commands come out.

The same events give the same commands, always. Whoever drives it does what the commands say, and
tells it what came of that: the inline engine with asyncio, a durable one with recorded decisions,
a test with plain lists. What it costs grows with the number of tasks, and no faster.

Source: orquesta, ``conducting.py``; its words are used for what is the same: staged, route, entry,
terminal.
"""

from chatops_cli.model.execution import FINAL, Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.workflow import Workflow
from chatops_cli.workflows import rules
from chatops_cli.workflows.board import Board
from chatops_cli.workflows.case import Case
from chatops_cli.workflows.contexts import Contexts, merge
from chatops_cli.workflows.evaluation import Expressions
from chatops_cli.workflows.events import (
    Changed,
    Command,
    End,
    Event,
    Finished,
    Rerun,
    Run,
    Waiting,
    Wished,
)
from chatops_cli.workflows.graph import build_graph
from chatops_cli.workflows.path import Step, steps_of
from chatops_cli.workflows.rerunning import rerun
from chatops_cli.workflows.snapshot import restored, snapshot
from chatops_cli.workflows.starting import start_ready
from chatops_cli.workflows.state import Staged, TaskStatus
from chatops_cli.workflows.taking import take
from chatops_cli.workflows.wishes import close, grant

IDLE_LIMIT = 20_000
"""How many tasks without an action may run while no action does."""


class Conductor:
    """One execution of a workflow; `begin` makes one, `restore` brings one back."""

    def __init__(self, case: Case) -> None:
        self._case = case

    @classmethod
    def begin(
        cls,
        workflow: Workflow,
        expressions: Expressions,
        *,
        input: JsonObject,  # noqa: A002  # the language's own word
        context: JsonObject,
    ) -> tuple["Conductor", tuple[Command, ...]]:
        """A workflow that has begun, and its first commands.

        Args:
            workflow: Its definition, inspected: its transitions name tasks that there are.
            expressions: Evaluates them.
            input: The values of its inputs. They are data: an expression in one is no expression.
            context: What its expressions know beside that, such as ``st2``.
        """
        board = Board(build_graph(workflow))
        case = Case(workflow=workflow, expressions=expressions, board=board, contexts=Contexts({}))
        variables: dict[str, Json] = dict(context)
        merge(variables, case.assigned(workflow.input, variables, given=input))
        merge(variables, case.assigned(workflow.vars, variables))
        case.contexts = Contexts(variables)
        case.status = Status.FAILED if case.log.entries else Status.RUNNING
        for name in board.graph.roots:
            board.stage(Staged(task=name, route=0, arrived=[0], ready=True))
        conductor = cls(case)
        return conductor, conductor._proceed()

    @classmethod
    def restore(
        cls, workflow: Workflow, expressions: Expressions, state: JsonObject
    ) -> "Conductor":
        """The workflow as `snapshot` found it."""
        return cls(restored(workflow, expressions, state))

    def snapshot(self) -> dict[str, Json]:
        """All that it knows, for JSON; its definition is not in it."""
        return snapshot(self._case)

    @property
    def status(self) -> Status:
        """Where the whole stands."""
        return self._case.status

    @property
    def output(self) -> JsonObject | None:
        """What it gives; None before its end, and where it gives nothing."""
        return self._case.output

    @property
    def errors(self) -> tuple[JsonObject, ...]:
        """All errors so far."""
        return tuple(self._case.log.entries)

    @property
    def sequence(self) -> tuple[tuple[str, int, TaskStatus], ...]:
        """Every run of a task so far, commands among them: its name, its route, its status."""
        return tuple((e.task, e.route, e.status) for e in self._case.board.entries)

    @property
    def path(self) -> tuple[Step, ...]:
        """Every run of a task so far, and where each led."""
        return steps_of(self._case)

    def route(self, run: Run) -> int:
        """The route of a run: which of the branches after splits it belongs to."""
        board = self._case.board
        return board.entries[board.runs[run.number]].route

    def items(self, run: Run) -> int:
        """How many items the task of a run has; 0 for one that has none, or has succeeded."""
        board = self._case.board
        items = board.entries[board.runs[run.number]].items
        return 0 if items is None else len(items.actions)

    def apply(self, event: Event) -> tuple[Command, ...]:
        """What is to be done after this.

        Raises:
            WorkflowStateError: It can't be where the workflow stands.
        """
        match event:
            case Finished() | Waiting():
                execution = event.execution_id if isinstance(event, Finished) else None
                take(self._case, event.run, rules.told(event), event.result, execution=execution)
            case Wished():
                grant(self._case, event.wish)
            case Rerun():
                rerun(self._case, event)
        return self._proceed()

    def _proceed(self) -> tuple[Command, ...]:
        """All that can be started is; what does nothing has ended at once, so more may be."""
        case = self._case
        count = 0
        while idle := start_ready(case):
            count += len(idle)
            if count > IDLE_LIMIT:
                case.log.add(
                    f"more than {IDLE_LIMIT:,} tasks without an action ran one after the other:"
                    " they may go round for ever",
                    task=idle[0].task,
                )
                case.status = Status.FAILED
            for run in idle:
                take(case, run, TaskStatus.SUCCEEDED, None)
        if case.status in FINAL and not case.has_ended and not case.board.active:
            close(case)
            case.output = _output(case)
            case.commands.append(End(status=case.status, output=case.output, errors=self.errors))
        elif case.status not in FINAL and case.status is not case.told:
            case.commands.append(Changed(status=case.status))
        case.told = case.status
        commands, case.commands = tuple(case.commands), []
        return commands


def _output(case: Case) -> JsonObject | None:
    """What the workflow gives, however it ended; an error in it is the workflow's failure.

    One whose inputs or variables can't be evaluated has begun nothing, and gives nothing.
    """
    if case.status is Status.FAILED and not case.board.entries:
        return None
    ends = [entry.context for entry in case.board.entries if entry.terminal]
    variables = case.contexts.variables(case.contexts.join(ends)) if ends else {}
    before = len(case.log.entries)
    output = case.assigned(case.workflow.output, variables)
    if len(case.log.entries) > before and case.status is not Status.CANCELED:
        case.status = Status.FAILED
    return output or None
