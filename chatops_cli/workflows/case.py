"""One execution of a workflow: all that its conductor knows, and the few changes that all share."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.workflow import Assignment, Workflow
from chatops_cli.workflows.board import Board
from chatops_cli.workflows.contexts import Contexts
from chatops_cli.workflows.evaluation import ExpressionError, Expressions, Scope
from chatops_cli.workflows.events import Command
from chatops_cli.workflows.log import ErrorLog
from chatops_cli.workflows.nesting import TOO_DEEP, is_too_deep
from chatops_cli.workflows.state import Staged, TaskStatus

NOTHING: JsonObject = MappingProxyType({})


class WorkflowStateError(ChatOpsError):
    """What was asked of a workflow can't be done where it stands."""


@dataclass(slots=True, kw_only=True)
class Case:
    """A workflow at work. `commands` are those that nobody was told yet.

    `told` is the status that was told last. `is_paused`: somebody wanted that, so no answer that
    was waited for has it go on.
    """

    workflow: Workflow
    expressions: Expressions
    board: Board
    contexts: Contexts
    log: ErrorLog = field(default_factory=ErrorLog)
    status: Status = Status.REQUESTED
    told: Status = Status.REQUESTED
    output: JsonObject | None = None
    has_ended: bool = False
    is_paused: bool = False
    commands: list[Command] = field(default_factory=list)

    def scope(self, task: str, route: int, context: int, *, result: Json = None) -> Scope:
        """What the expressions of a task see."""
        return Scope(
            variables=self.contexts.variables(context),
            task=task,
            result=result,
            status_of=partial(self._status_of, route),
            task_of=partial(self._run_of, route),
        )

    def _status_of(self, here: int, task: str, route: int | None) -> str:
        entry = self.board.seen(task, here if route is None else route)
        return TaskStatus.UNSET if entry is None else entry.status

    def _run_of(self, here: int, task: str, route: int | None) -> JsonObject | None:
        """What ``task(…)`` gives: there are no ids and times here.

        Source: StackStorm, ``orquesta_functions/runtime.py``.
        """
        entry = self.board.seen(task, here if route is None else route)
        if entry is None:
            return None
        items = entry.items
        return {
            "task_name": entry.task,
            "task_id": entry.task,
            "route": entry.route,
            "result": entry.result if items is None else items.told(),
            "status": entry.status.value,
        }

    def context_of(self, staged: Staged) -> int:
        """The context of what is staged: of several that led to it, one."""
        if len(staged.arrived) > 1:
            staged.arrived = [self.contexts.join(staged.arrived)]
        return staged.arrived[0]

    def assigned(
        self, wanted: Iterable[Assignment], known: JsonObject, *, given: JsonObject = NOTHING
    ) -> dict[str, Json]:
        """The values of assignments, each of which sees those before it; errors are logged.

        Those that are `given` are data, and not evaluated: somebody may have typed them in a chat.
        """
        variables, values = dict(known.items()), {}
        for one in wanted:
            scope = Scope(
                variables=variables,
                status_of=partial(self._status_of, 0),
                task_of=partial(self._run_of, 0),
            )
            try:
                is_given = one.name in given
                value = given[one.name] if is_given else self.expressions.evaluate(one.value, scope)
            except ExpressionError as error:
                self.log.add(error.message)
                continue
            if is_too_deep(value):
                self.log.add(f"the value of '{one.name}' {TOO_DEEP}")
                continue
            values[one.name] = variables[one.name] = value
        return values
