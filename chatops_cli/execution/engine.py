"""What an engine is asked for, and what it answers."""

from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from chatops_cli.execution.configuration import Site
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.parameters import Bound
from chatops_cli.model.action import Action
from chatops_cli.model.execution import Execution
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.runners.contract import OnOutput, Runner

if TYPE_CHECKING:
    from chatops_cli.runners.parts import Parts


@frozen
class Request:
    """One action asked for once.

    `given` holds parameters as typed or with types, `fixed` those that the alias fixes. `context`
    holds api_user, user, source_channel, action_alias_ref, parent; the pack is added to it.
    `timeout` is what the person allows, in seconds: the shorter of it and the action's own holds.
    `owner` is whose part of the datastore is used, the context's user where it is None. `site` is
    the pack's site configuration as written, with its schema: it is looked up here. What the schema
    calls secret is masked by value, and so are `secrets`, found out elsewhere. `queue` is where it
    waits for a worker, by its alias; empty for that of the action.
    """

    id: str
    action: Action
    given: JsonObject = field(default_factory=dict)
    fixed: JsonObject = field(default_factory=dict)
    context: JsonObject = field(default_factory=dict)
    alias_ref: str | None = None
    timeout: float | None = None
    site: Site = field(default_factory=Site)
    secrets: tuple[Json, ...] = ()
    owner: str | None = None
    queue: str = ""


@frozen
class Prepared:
    """A request that can be run: bound and checked, nothing started.

    `config` is the pack's configuration, looked up and with its defaults. `execution` stands at
    ``requested``; its parameters are unmasked. `masker` masks all that is secret in it, for
    whoever shows or records anything; while the action runs, it learns what the action decrypts.
    """

    request: Request
    execution: Execution
    bound: Bound
    runner: Runner
    masker: Masker
    config: JsonObject = field(default_factory=dict)
    timeout: float | None = None
    """Seconds after which the engine itself ends a runner that knows no timeout."""

    @property
    def limit(self) -> float | None:
        """Seconds after which it will be ended, None where nothing limits it."""
        limit = self.timeout or self.bound.runner_parameters.get("timeout")
        return float(limit) if isinstance(limit, int | float) else None

    def masked_parameters(self) -> dict[str, Json]:
        """The parameters for records, replies and logs."""
        return self.masker.parameters(self.execution.parameters)


class Engine(Protocol):
    """Prepares and runs actions. It records nothing: whoever calls it does, in between.

    So the order of things is: `prepare`, the audit record, `run`, the audit record. What `run`
    answers is unmasked; mask it with the prepared `Masker` wherever it is shown or written.
    """

    def prepare(self, request: Request) -> Prepared:
        """Binds and checks a request, without any effect.

        Raises:
            ParameterError: The parameters aren't what the action takes.
            RunnerError: The action is disabled, or its runner isn't installed.
        """
        ...

    async def run(
        self,
        prepared: Prepared,
        *,
        on_output: OnOutput | None = None,
        parts: "Parts | None" = None,
    ) -> Execution:
        """Runs it to its end; gives the final execution whatever happens, also when cancelled.

        `on_output` is told output unmasked. `parts` are what a workflow is made of.

        Cancelling the task that awaits this, as Ctrl-C does, or `cancel`, ends the action and all
        that it started; then the execution is given, ``canceled``, and not raised, so that it can
        be recorded. Where the task itself was cancelled, ``asyncio.current_task().cancelling()`` is
        above 0: record, then stop.
        """
        ...

    async def close(self) -> None:
        """Nothing is kept ready for further actions. What runs is not ended."""
        ...

    @property
    def remembers(self) -> bool:
        """Whether what it has begun with is known after a kill: what `kept` hasn't never began."""
        ...

    async def bury(self, execution_id: str) -> Prepared | None:
        """As `kept`; where there is none of this id, there never will be.

        A process that asked for it and seemed to be gone may come back: it can't begin with it.

        Raises:
            RecordError: That can't be had, or what is kept can't be read.
            RunnerError: Its runner isn't installed.
        """
        ...

    async def kept(self, execution_id: str) -> Prepared | None:
        """An execution that a process has asked for which is gone: run, it gives the end it has.

        None where this process alone knows of executions, or nobody has asked for this one.

        Raises:
            RecordError: It can't be read.
            RunnerError: Its runner isn't installed.
        """
        ...

    def cancel(self, execution_id: str) -> bool:
        """Ends a running execution; whether there is one. Its `run` gives the rest."""
        ...
