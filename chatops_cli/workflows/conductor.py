"""The conductor: a workflow at work as a value without I/O. Events go in, commands come out.

The same events give the same commands, always. Whoever drives it does what the commands say, and
tells it what came of that: the inline engine with asyncio, a durable one with recorded decisions,
a test with plain lists. What it costs grows with the number of tasks, and no faster.

Source: orquesta, ``conducting.py``; its words are used for what is the same: staged, route, entry,
terminal.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.execution import FINAL, Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.workflow import Assignment, Workflow
from chatops_cli.workflows import rules
from chatops_cli.workflows.arrivals import Inbound
from chatops_cli.workflows.board import Board
from chatops_cli.workflows.contexts import Contexts, merge
from chatops_cli.workflows.evaluation import ExpressionError, Expressions, Scope
from chatops_cli.workflows.events import (
    Changed,
    Command,
    End,
    Event,
    Finished,
    Rerun,
    Run,
    RunAction,
    StopRuns,
    Waiting,
    Wish,
    Wished,
)
from chatops_cli.workflows.graph import CONTINUE, FAIL, NOOP, Edge, build_graph
from chatops_cli.workflows.log import FAILED, ErrorLog
from chatops_cli.workflows.rendering import Rendered, render, retry_of
from chatops_cli.workflows.state import COMPLETED, HELD, Entry, Items, Staged, TaskStatus

_ENGINE = {CONTINUE: TaskStatus.SUCCEEDED, NOOP: TaskStatus.SUCCEEDED, FAIL: TaskStatus.FAILED}
_STARTS = frozenset({Status.RUNNING, Status.RESUMING})


class WorkflowStateError(ChatOpsError):
    """What was asked of a workflow can't be done where it stands."""


class Conductor:
    """One execution of a workflow.

    Args:
        workflow: Its definition, inspected: its transitions name tasks that there are.
        expressions: Evaluates them.
        input: The values of its inputs.
        context: What its expressions know beside that, such as ``st2``.
    """

    def __init__(
        self,
        workflow: Workflow,
        expressions: Expressions,
        *,
        input: JsonObject,  # noqa: A002  # the language's own word
        context: JsonObject,
    ) -> None:
        self.workflow = workflow
        self.status = Status.REQUESTED
        self.output: JsonObject | None = None
        self.log = ErrorLog()
        self.board = Board(build_graph(workflow))
        self.contexts = Contexts({})
        self._expressions = expressions
        self._input = input
        self._context = context
        self._has_ended = False
        self._told_status = self.status
        self._commands: list[Command] = []

    @property
    def errors(self) -> tuple[JsonObject, ...]:
        """All errors so far."""
        return tuple(self.log.entries)

    def start(self) -> tuple[Command, ...]:
        """The first commands."""
        variables: dict[str, Json] = dict(self._context)
        given = [
            Assignment(name=one.name, value=self._input.get(one.name, one.value), place=one.place)
            for one in self.workflow.input
        ]
        merge(variables, self._assigned(given, variables))
        merge(variables, self._assigned(self.workflow.vars, variables))
        self.contexts = Contexts(variables)
        if self.log.entries:
            self._become(Status.FAILED)
            return self._told()
        self._become(Status.RUNNING)
        for name in self.board.graph.roots:
            self.board.stage(Staged(task=name, route=0, arrived=[0], ready=True))
        self._issue()
        return self._told()

    def apply(self, event: Event) -> tuple[Command, ...]:
        """What is to be done after this.

        Raises:
            WorkflowStateError: It can't be where the workflow stands.
        """
        match event:
            case Finished():
                self._take(event.run, rules.ended(event.status), event.result)
            case Waiting():
                self._take(event.run, rules.ended(event.status), event.result)
            case Wished():
                self._wished(event.wish)
            case Rerun():
                self._rerun(event)
        self._issue()
        return self._told()

    # Starting what is ready.

    def _issue(self) -> None:
        """All that can be started is; what does nothing has ended at once, so more may be."""
        while True:
            ready = self._startable()
            rendered: list[tuple[Staged, Rendered]] = []
            failed = False
            for staged in ready:
                try:
                    rendered.append((staged, self._rendered(staged)))
                except ChatOpsError as error:
                    failed = True
                    self._error(error, task=staged.task, route=staged.route)
            if failed:
                self._become(Status.FAILED)
                return
            started = [self._started(staged, found) for staged, found in rendered]
            idle = [run for run in started if run is not None]
            for run in idle:
                self._take(run, TaskStatus.SUCCEEDED, None)
            if not idle:
                return

    def _startable(self) -> tuple[Staged, ...]:
        if self.status in _STARTS:
            return self.board.ready
        if self.status is Status.FAILED:
            return tuple(staged for staged in self.board.ready if staged.runs_on_fail)
        return ()

    def _rendered(self, staged: Staged) -> Rendered:
        if staged.items is not None:
            return Rendered(actions=(), delay=staged.items.delay)
        task = self.workflow.tasks[staged.task]
        scope = self._scope(staged.task, staged.route, self.contexts.join(staged.arrived))
        return render(task, self._expressions, scope, retry_delay=staged.retry_delay)

    def _started(self, staged: Staged, found: Rendered) -> Run | None:
        """Commands for what is started; the run itself, where it has nothing to do."""
        task = self.workflow.tasks[staged.task]
        if staged.items is None:
            entry = self._enter(staged)
            if not found.has_items:
                self.board.unstage(staged.task, staged.route)
                run = Run(task=staged.task, number=self._number(entry))
                if task.action is None:
                    return run
                action, given = found.actions[0]
                self._commands.append(
                    RunAction(run=run, action=action, input=given, delay=found.delay)
                )
                return None
            staged.items = Items.of(list(found.actions), limit=found.limit, delay=found.delay)
            staged.number = self._number(entry)
            if not found.actions:
                return Run(task=staged.task, number=staged.number)
        self._start_items(staged, staged.items)
        return None

    def _start_items(self, staged: Staged, items: Items) -> None:
        room = len(items.actions) if items.limit is None else items.limit - items.active
        while room > 0 and (item := items.pending()) is not None:
            room -= 1
            items.set(item, TaskStatus.RUNNING)
            action, given = items.actions[item]
            is_first = items.limit is None or item < items.limit
            self._commands.append(
                RunAction(
                    run=Run(task=staged.task, number=staged.number, item=item),
                    action=action,
                    input=given,
                    delay=items.delay if is_first else 0.0,
                )
            )

    def _enter(self, staged: Staged) -> Entry:
        """The entry of what is started: a new one, or the one that is tried again."""
        entry = self.board.entry(staged.task, staged.route)
        if entry is not None and entry.status in {TaskStatus.RETRYING, TaskStatus.UNSET}:
            self.board.set(entry, TaskStatus.RUNNING)
            return entry
        context = self.contexts.join(staged.arrived)
        entry = Entry(
            task=staged.task,
            route=staged.route,
            context=context,
            status=TaskStatus.RUNNING,
            before=dict(staged.before),
        )
        retry = self.board.graph.retries.get(staged.task)
        if retry is not None:
            scope = self._scope(staged.task, staged.route, context)
            entry.retry = retry_of(retry, self._expressions, scope)
        self.board.add(entry)
        self._settle(entry)
        return entry

    def _number(self, entry: Entry) -> int:
        self.board.runs.append(self.board.latest[entry.task, entry.route])
        return len(self.board.runs) - 1

    # Taking in what has ended.

    def _take(self, run: Run, status: TaskStatus, result: Json) -> None:
        """A run, or one item of it, has this status now."""
        if not 0 <= run.number < len(self.board.runs):
            raise WorkflowStateError(f"the workflow has started no run {run.number}")
        entry = self.board.entries[self.board.runs[run.number]]
        if status is TaskStatus.FAILED:
            self.log.add(FAILED, task=entry.task, result=result)
        if entry.status in COMPLETED or entry.task != run.task:
            return
        before = entry.status
        if run.item is None:
            self.board.set(entry, status)
        else:
            result = self._take_item(entry, run.item, status, result)
        if entry.status is before and before in {TaskStatus.RUNNING, TaskStatus.CANCELING}:
            return
        if entry.status in COMPLETED:
            self._completed(entry, result)
        else:
            self._settle(entry)

    def _take_item(self, entry: Entry, item: int, status: TaskStatus, result: Json) -> Json:
        """The results of all items so far."""
        staged = self.board.staged[entry.task, entry.route]
        items = staged.items
        if items is None:
            raise WorkflowStateError(f"the task '{entry.task}' has no items")
        items.set(item, status)
        items.results[item] = result
        others = dict(items.counts)
        others[status] -= 1
        # An answer that was waited for: the task goes on.
        task = TaskStatus.RUNNING if entry.status in HELD and status in COMPLETED else entry.status
        self.board.set(entry, rules.items_status(task, status, others, active=items.active > 0))
        return list(items.results)

    def _completed(self, entry: Entry, result: Json) -> None:
        """A task has ended: it is tried again, or what comes after it is staged."""
        staged = self.board.staged.get((entry.task, entry.route))
        if staged is not None and staged.items is not None:
            if entry.status is TaskStatus.FAILED:
                # Its items may be run again.
                staged.completed = True
                self.board.update(staged)
            else:
                self.board.unstage(entry.task, entry.route)
        scope = self._scope(entry.task, entry.route, entry.context, result=result)
        if self._tries_again(entry, scope):
            return
        commands = self._transitions(entry, scope)
        self._settle(entry)
        for task, route in commands:
            self._command(task, route)
        if self.status in FINAL:
            entry.terminal = True

    def _tries_again(self, entry: Entry, scope: Scope) -> bool:
        retry = entry.retry
        if retry is None or retry.tally >= retry.count or self.status in FINAL:
            return False
        if retry.when is None:
            if entry.status is not TaskStatus.FAILED:
                return False
        elif not self._expressions.evaluate(retry.when, scope):
            return False
        retry.tally += 1
        self.board.set(entry, TaskStatus.RETRYING)
        self.board.staged.pop((entry.task, entry.route), None)
        self.board.stage(
            Staged(
                task=entry.task,
                route=entry.route,
                arrived=[entry.context],
                before=dict(entry.before),
                ready=True,
                retry_delay=retry.delay,
            )
        )
        self._settle(entry)
        return True

    def _transitions(self, entry: Entry, scope: Scope) -> list[tuple[str, int]]:
        """What comes after a task is staged; the commands of the engine among it."""
        edges = self.board.graph.outgoing.get(entry.task, ())
        if not edges:
            entry.terminal = True
        published: dict[int, int] = {}
        commands: list[tuple[str, int]] = []
        ready: list[Staged] = []
        for edge in edges:
            try:
                if edge.when is not None:
                    entry.next[edge.name] = bool(self._expressions.evaluate(edge.when, scope))
                else:
                    entry.next[edge.name] = True
                if not entry.next[edge.name]:
                    continue
                if edge.transition not in published:
                    published[edge.transition] = self._published(entry, edge, scope)
            except ChatOpsError as error:
                self._error(error, task=entry.task, route=entry.route, transition=edge.name)
                self._become(Status.FAILED)
                continue
            staged = self._arrive(entry, edge, published[edge.transition])
            if edge.target in _ENGINE:
                commands.append((staged.task, staged.route))
            elif staged.ready:
                ready.append(staged)
        if any(task == FAIL for task, _ in commands):
            # What was staged beside the command cleans up after the failure.
            for staged in ready:
                staged.runs_on_fail = True
        return commands

    def _published(self, entry: Entry, edge: Edge, scope: Scope) -> int:
        transition = self.workflow.tasks[entry.task].next[edge.transition]
        values: dict[str, Json] = {}
        variables = dict(scope.variables)
        for one in transition.publish:
            value = self._expressions.evaluate(one.value, replace(scope, variables=variables))
            values[one.name] = variables[one.name] = value
        return self.contexts.publish(entry.context, values)

    def _arrive(self, entry: Entry, edge: Edge, context: int) -> Staged:
        """The task that a way leads to is staged, or hears of one more that led to it."""
        self.board.led(edge, entry.route)
        route = self.board.route_to(edge, entry.route)
        staged = self.board.staged.get((edge.target, route))
        before = {edge.origin: self.board.latest[entry.task, entry.route]}
        if staged is None:
            staged = Staged(task=edge.target, route=route, arrived=[context], before=before)
        else:
            staged.arrived.append(context)
            staged.before.update(before)
            staged.items, staged.completed = None, False
        inbound = self.board.inbound(edge.target, entry.route)
        staged.ready = inbound is Inbound.SATISFIED
        return self.board.stage(staged)

    def _command(self, task: str, route: int) -> None:
        """A command of the engine is a task that has ended before it began."""
        staged = self.board.staged.get((task, route))
        if staged is None:
            return
        self.board.unstage(task, route)
        entry = Entry(
            task=task,
            route=route,
            context=self.contexts.join(staged.arrived),
            before=staged.before,
            terminal=True,
        )
        self.board.add(entry)
        self.board.set(entry, _ENGINE[task])
        if task == FAIL:
            self.log.add(FAILED, task=task)
        self._settle(entry)

    # The status of the whole.

    def _settle(self, entry: Entry) -> None:
        """The workflow's status after one of its tasks has changed."""
        if self.status in FINAL:
            return
        has_next = self.board.has_next(entry, of_joins=False)
        is_remediated = entry.status is TaskStatus.FAILED and (
            has_next or self.board.has_next(entry, of_joins=True)
        )
        self._become(
            rules.workflow_status(
                self.status,
                entry.status,
                is_remediated=is_remediated,
                active=self.board.active,
                canceled=self.board.canceled,
                held=self.board.held,
                incomplete=self.board.has_ready or has_next,
            )
        )
        if self.status in FINAL:
            for staged in self.board.unreachable():
                self._become(Status.FAILED)
                self.log.add(
                    f'UnreachableJoinError: The join task|route "{staged.task}|{staged.route}" is'
                    " partially satisfied but unreachable.",
                    task=staged.task,
                    route=staged.route,
                )

    def _become(self, status: Status) -> None:
        self.status = status

    def _told(self) -> tuple[Command, ...]:
        """The commands so far; the end among them, once nothing runs any more."""
        if self.status in FINAL and not self._has_ended and not self.board.active:
            self._has_ended = True
            self.output = self._rendered_output()
            self._commands.append(End(status=self.status, output=self.output, errors=self.errors))
        elif self.status not in FINAL and self.status is not self._told_status:
            self._commands.append(Changed(status=self.status))
        self._told_status = self.status
        commands, self._commands = tuple(self._commands), []
        return commands

    def _rendered_output(self) -> JsonObject | None:
        context = self.contexts.join([e.context for e in self.board.entries if e.terminal] or [0])
        variables = self.contexts.variables(context)
        has_ended = any(entry.terminal for entry in self.board.entries)
        before = len(self.log.entries)
        output = self._assigned(self.workflow.output, variables if has_ended else {})
        if len(self.log.entries) > before and self.status is not Status.CANCELED:
            self._become(Status.FAILED)
        return output or None

    # What people want.

    def _wished(self, wish: Wish) -> None:
        if self.status in FINAL:
            raise WorkflowStateError(
                f"the workflow has ended ({self.status}); it can't {wish} any more"
            )
        active = self.board.active
        match wish:
            case Wish.PAUSE:
                self._become(Status.PAUSING if active else Status.PAUSED)
            case Wish.CANCEL:
                self._become(Status.CANCELING if active else Status.CANCELED)
            case Wish.RESUME:
                if self.status not in {Status.PAUSED, Status.PAUSING}:
                    raise WorkflowStateError(f"the workflow is not paused but {self.status}")
                is_done = not (active or self.board.has_ready or self.board.held)
                self._become(Status.SUCCEEDED if is_done else Status.RUNNING)
                return
        self._commands.append(StopRuns(wish=wish))

    def _rerun(self, event: Rerun) -> None:
        if self.status not in FINAL:
            raise WorkflowStateError(
                f"the workflow is {self.status}: only one that has ended is run again"
            )

    def _scope(self, task: str, route: int, context: int, *, result: Json = None) -> Scope:
        return Scope(
            variables=self.contexts.variables(context),
            task=task,
            result=result,
            status_of=partial(self.board.status_of, route=route),
        )

    def _assigned(self, wanted: Iterable[Assignment], known: JsonObject) -> dict[str, Json]:
        """The values of assignments, each of which sees those before it; errors are logged."""
        variables, values = dict(known), {}
        for one in wanted:
            scope = Scope(variables=variables, status_of=partial(self.board.status_of, route=0))
            try:
                value = self._expressions.evaluate(one.value, scope)
            except ExpressionError as error:
                self._error(error)
                continue
            values[one.name] = variables[one.name] = value
        return values

    def _error(
        self,
        error: ChatOpsError,
        *,
        task: str | None = None,
        route: int | None = None,
        transition: str | None = None,
    ) -> None:
        self.log.add(error.message, task=task, route=route, transition=transition)
