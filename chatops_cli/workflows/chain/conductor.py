"""A chain at work as a value without I/O: events go in, commands come out, one task at a time.

It has the interface of a workflow's conductor. Its runs are numbered from 0, and the run of a
number has its place in ``tasks`` of the output: a driver adds there what it alone knows, the ids
and times of executions.

Source: StackStorm, ``action_chain_runner.py``. A chain ends as its last task did. It tells no
tracebacks here, and the names of what comes next may be templates, as its documentation says.
"""

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.action_chain import ActionChain
from chatops_cli.model.execution import FINAL, Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.templates import Context, Templates
from chatops_cli.workflows.case import WorkflowStateError
from chatops_cli.workflows.chain.rendering import as_texts, context_of, rendered
from chatops_cli.workflows.chain.state import ChainState
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

_WAITS = frozenset({Status.PENDING, Status.PAUSED})
_PAUSES = frozenset({Status.PAUSED, Status.PAUSING})
_OUTCOMES = {Status.SUCCEEDED: Status.SUCCEEDED, Status.TIMEOUT: Status.TIMEOUT}


class ChainConductor:
    """One execution of a chain; `begin` makes one, `restore` brings one back."""

    def __init__(
        self, chain: ActionChain, templates: Templates, state: ChainState, context: Context
    ) -> None:
        self._chain = chain
        self._templates = templates
        self._state = state
        self._context = context
        self._commands: list[Command] = []

    @classmethod
    def begin(
        cls,
        chain: ActionChain,
        templates: Templates,
        *,
        parameters: JsonObject,
        context: Context,
        display_published: bool = True,
    ) -> tuple["ChainConductor", tuple[Command, ...]]:
        """A chain that has begun, and its first commands.

        Args:
            chain: Its definition.
            templates: Renders them.
            parameters: Those of its action.
            context: What templates may name beside that: ``st2kv``, ``action_context`` and such.
            display_published: Whether the output tells what was published.
        """
        state = ChainState(
            parameters=parameters, display_published=display_published, next=chain.default
        )
        conductor = cls(chain, templates, state, context)
        try:
            state.variables = as_texts(rendered(templates, chain.vars, conductor._seen()))
        except ChatOpsError as error:
            conductor._fail(f"the variables of the chain can't be rendered: {error.message}")
        return conductor, conductor._proceed()

    @classmethod
    def restore(
        cls, chain: ActionChain, templates: Templates, state: JsonObject, *, context: Context
    ) -> "ChainConductor":
        """The chain as `snapshot` found it.

        Raises:
            KeyError, TypeError, ValueError: It isn't one.
        """
        return cls(chain, templates, ChainState.read(state), context)

    def snapshot(self) -> dict[str, Json]:
        """All that it knows, for JSON; its definition and its context are not in it."""
        return self._state.plain()

    @property
    def status(self) -> Status:
        """Where the whole stands."""
        return self._state.status

    @property
    def output(self) -> dict[str, Json]:
        """``tasks``, each with its name, ``state`` and ``result``; ``published``; ``error``."""
        state = self._state
        tasks: list[Json] = [dict(task) for task in state.tasks]
        output: dict[str, Json] = {"tasks": tasks}
        if state.display_published:
            output["published"] = dict(state.published)
        if state.error is not None:
            output["error"] = state.error
        return output

    @property
    def errors(self) -> tuple[JsonObject, ...]:
        """What is wrong with the chain itself; what its tasks gave is in their results."""
        error = self._state.error
        return () if error is None else ({"type": "error", "message": error},)

    def items(self, run: Run) -> int:  # noqa: ARG002  # as a workflow's conductor has it
        """Tasks of chains have no items."""
        return 0

    def route(self, run: Run) -> int:  # noqa: ARG002  # as a workflow's conductor has it
        """Chains have no branches."""
        return 0

    def apply(self, event: Event) -> tuple[Command, ...]:
        """What is to be done after this.

        Raises:
            WorkflowStateError: It can't be where the chain stands.
        """
        match event:
            case Finished():
                self._take(event)
            case Waiting():
                self._wait(event)
            case Wished():
                self._grant(event.wish)
            case Rerun():
                raise WorkflowStateError("a chain is run again as a whole", hint="start it anew")
        return self._proceed()

    def _take(self, event: Finished) -> None:
        """A task has ended: its result, what it publishes, and what comes next."""
        state = self._state
        if event.status not in FINAL:
            raise WorkflowStateError(f"no action has ended {event.status}")
        if not self._runs(event.run):
            return
        name = event.run.task
        state.running, state.waits = None, False
        state.results[name] = event.result
        state.tasks.append(
            {"id": name, "name": name, "state": event.status.value, "result": event.result}
        )
        state.outcome = _OUTCOMES.get(event.status, Status.FAILED)
        if event.status is Status.CANCELED or state.status is Status.CANCELING:
            state.status = Status.CANCELED
            return
        if state.status in _PAUSES:
            state.status = Status.PAUSED if state.is_paused else Status.RUNNING
        self._find_next(name, has_succeeded=event.status is Status.SUCCEEDED)

    def _find_next(self, name: str, *, has_succeeded: bool) -> None:
        state, task = self._state, self._chain.tasks[name]
        try:
            found = as_texts(rendered(self._templates, task.publish, self._seen()))
            state.variables = {**state.variables, **found}
            state.published.update(found)
        except ChatOpsError as error:
            self._fail(f"what task '{name}' publishes can't be rendered: {error.message}")
            return
        wanted = task.on_success if has_succeeded else task.on_failure
        try:
            following = self._templates.render(wanted, self._seen(), strict=True).strip()
        except ChatOpsError as error:
            self._fail(f"what comes after task '{name}' can't be rendered: {error.message}")
            return
        if following and following not in self._chain.tasks:
            self._fail(f"after task '{name}' comes '{following}', and there is no such task")
            return
        state.next = following or None

    def _wait(self, event: Waiting) -> None:
        state = self._state
        if event.status not in _WAITS and event.status is not Status.RUNNING:
            raise WorkflowStateError(f"no action waits {event.status}")
        if not self._runs(event.run) or state.status is Status.CANCELING:
            return
        state.waits = event.status in _WAITS
        if state.waits:
            state.status = Status.PAUSED
        elif state.status in _PAUSES:
            state.status = Status.PAUSING if state.is_paused else Status.RUNNING

    def _grant(self, wish: Wish) -> None:
        state = self._state
        if state.status in FINAL:
            raise WorkflowStateError(f"the chain has ended ({state.status})")
        is_busy = state.running is not None and not state.waits
        match wish:
            case Wish.PAUSE:
                if state.status is Status.CANCELING:
                    raise WorkflowStateError("the chain is being cancelled")
                state.is_paused = True
                state.status = Status.PAUSING if is_busy else Status.PAUSED
                self._commands.append(StopRuns(wish=wish))
            case Wish.RESUME:
                if state.status not in _PAUSES:
                    raise WorkflowStateError(f"the chain is not paused but {state.status}")
                state.is_paused = False
                if state.waits:
                    self._commands.append(ResumeRuns())
                state.status = Status.RUNNING
            case Wish.CANCEL:
                state.status = Status.CANCELING if is_busy else Status.CANCELED
                self._commands.append(StopRuns(wish=wish))

    def _proceed(self) -> tuple[Command, ...]:
        """The next task is started, or the end is told."""
        state = self._state
        if state.status is Status.RUNNING and state.running is None:
            if state.next is None:
                state.status = state.outcome
            else:
                self._start(state.next)
        if state.status in FINAL:
            if not state.has_ended:
                state.has_ended = True
                end = End(status=state.status, output=self.output, errors=self.errors)
                self._commands.append(end)
        elif state.status is not state.told:
            self._commands.append(Changed(status=state.status))
        state.told = state.status
        commands, self._commands = tuple(self._commands), []
        return commands

    def _start(self, name: str) -> None:
        state, task = self._state, self._chain.tasks[name]
        try:
            given = rendered(self._templates, task.parameters, self._seen())
        except ChatOpsError as error:
            self._fail(f"the parameters of task '{name}' can't be rendered: {error.message}")
            return
        state.running, state.next = name, None
        run = Run(task=name, number=len(state.tasks))
        self._commands.append(RunAction(run=run, action=task.ref, input=given))

    def _seen(self) -> Context:
        state = self._state
        return context_of(state.parameters, state.results, state.variables, self._context)

    def _runs(self, run: Run) -> bool:
        """Whether it is the one that runs; False where it has ended before, or the chain has."""
        state = self._state
        if 0 <= run.number < len(state.tasks) or state.has_ended:
            return False
        if state.running != run.task or run.number != len(state.tasks) or run.item is not None:
            raise WorkflowStateError(f"the chain has started no run {run.number} of '{run.task}'")
        return True

    def _fail(self, message: str) -> None:
        self._state.error = message
        self._state.status = Status.FAILED
