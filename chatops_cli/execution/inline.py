"""The inline engine: actions run in this process' event loop, and nothing is kept."""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, RunnerError
from chatops_cli.execution.addresses import address_secrets
from chatops_cli.execution.configuration import Sources, looked_up
from chatops_cli.execution.engine import Prepared, Request
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.parameters import Binder, Bound
from chatops_cli.execution.results import bounded
from chatops_cli.execution.run import Run
from chatops_cli.execution.secrecy import schemas_of, secret_values
from chatops_cli.execution.watched import WatchedLookup, WatchedValues
from chatops_cli.model.announcement import Announcement
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.trace import UNTRACED, VARIABLE, Tracer
from chatops_cli.rendering.datastore import Lookup
from chatops_cli.rendering.variables import PermittedVariables
from chatops_cli.runners.contract import (
    OUTPUT_LIMIT,
    Call,
    Inventory,
    KeyValues,
    OnOutput,
    Outcome,
    Runner,
)
from chatops_cli.runners.registry import current_name

if TYPE_CHECKING:
    from chatops_cli.runners.parts import Parts
    from chatops_cli.runners.workers import PythonWorkers

LONGEST_END = 30.0
"""Seconds in which a runner that is cancelled has to end; after that it is abandoned."""

_TIMEOUT = "timeout"

_log = logging.getLogger(__name__)


class InlineEngine:
    """Runs each action as a task of the running event loop. It meets `engine.Engine`.

    Args:
        find_runner: Finds a runner module by the name of its type; raises `RunnerError`.
        binder: Binds parameters.
        clock: The time, aware UTC.
        new_id: A new id, for incidents.
        datastore: Where ``st2kv`` reads for a user, in defaults and configurations; None where
            there is no datastore.
        variables: The environment that configurations may read.
        permitted: The names of variables that they may read there.
        values: What the code of actions may read and write, for a user and in an execution; None
            for nothing.
        inventory: Gives what the code of actions may look up; None for nothing.
        output_limit: Bytes of each output stream that are kept.
        inherited: Names of variables of this process that actions see beside the safe ones.
        choice: Variables that each action on this machine sees, to reach these settings.
        virtualenvs: The folder with a virtual environment for each pack that has one.
        announce: Told what actions announce, masked; None where nobody listens.
        workers: Fork the processes of Python actions; closed with this engine. None for none.
        conduct: Runs workflows; None where there are none.
        longest_end: Seconds in which a runner that is cancelled has to end.
    """

    def __init__(
        self,
        *,
        find_runner: Callable[[str], Runner],
        binder: Binder,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        datastore: Callable[[str], Lookup] | None = None,
        variables: Mapping[str, str] | None = None,
        permitted: Collection[str] = (),
        values: Callable[[str, str], KeyValues] | None = None,
        inventory: Callable[[], Inventory] | None = None,
        output_limit: int = OUTPUT_LIMIT,
        inherited: frozenset[str] = frozenset(),
        choice: Mapping[str, str] | None = None,
        virtualenvs: str | None = None,
        announce: Callable[[Announcement], None] | None = None,
        workers: "PythonWorkers | None" = None,
        conduct: Callable[[Call], Awaitable[Outcome]] | None = None,
        longest_end: float = LONGEST_END,
        tracer: Tracer = UNTRACED,
    ) -> None:
        self._tracer = tracer
        self._find_runner = find_runner
        self._binder = binder
        self._clock = clock
        self._new_id = new_id
        self._datastore = datastore
        self._variables = variables or {}
        self._permitted = permitted
        self._values = values
        self._inventory = inventory
        self._output_limit = output_limit
        self._inherited = inherited
        self._choice = choice or {}
        self._virtualenvs = virtualenvs
        self._announce = announce
        self._workers = workers
        self._conduct = conduct
        self._longest_end = longest_end
        self._running: dict[str, Run] = {}

    def prepare(self, request: Request) -> Prepared:
        """See `engine.Engine.prepare`."""
        action = request.action
        if not action.enabled:
            raise RunnerError(
                f"action {action.ref} is disabled", hint=f"set enabled: true in {action.place.file}"
            )
        runner = self._find_runner(action.runner_type)
        context = {**request.context, "pack": action.pack}
        decrypted: list[Json] = []
        try:
            config, bound = self._bound(request, runner, context, decrypted.append)
        except ChatOpsError as error:
            raise _without(decrypted, error) from error.__cause__
        bound, timeout = _with_timeout(bound, runner, request.timeout)
        execution = Execution(
            id=request.id,
            action_ref=action.ref,
            runner=current_name(action.runner_type),
            status=Status.REQUESTED,
            requested=self._clock(),
            alias_ref=request.alias_ref,
            parameters=bound.all,
            secrets=bound.secrets,
            context=context,
        )
        return Prepared(
            request=request,
            execution=execution,
            bound=bound,
            runner=runner,
            masker=_masker(bound, request, config, decrypted),
            config=config,
            timeout=timeout,
        )

    async def run(
        self,
        prepared: Prepared,
        *,
        on_output: OnOutput | None = None,
        parts: "Parts | None" = None,
    ) -> Execution:
        """See `engine.Engine.run`."""
        asked = prepared.execution
        began = asked.started or self._clock()
        if asked.id in self._running:
            raise RunnerError(f"execution {asked.id} is running already")
        work = _limited(prepared, self._call(prepared, on_output, parts))
        run = Run(work, self._longest_end)
        self._running[asked.id] = run
        try:
            outcome = await self._outcome(run, prepared)
        finally:
            del self._running[asked.id]
        ended = self._clock() if outcome.status.is_final else None
        return replace(
            asked, status=outcome.status, started=began, result=outcome.result, ended=ended
        )

    async def close(self) -> None:
        """See `engine.Engine.close`."""
        if self._workers is not None:
            await self._workers.close()

    @property
    def remembers(self) -> bool:
        """See `engine.Engine.remembers`."""
        return False

    async def bury(self, execution_id: str) -> Prepared | None:  # noqa: ARG002  # of the interface
        """See `engine.Engine.bury`."""
        return None

    async def kept(self, execution_id: str) -> Prepared | None:  # noqa: ARG002  # of the interface
        """See `engine.Engine.kept`."""
        return None

    def cancel(self, execution_id: str) -> bool:
        """See `engine.Engine.cancel`."""
        run = self._running.get(execution_id)
        if run is not None:
            run.cancel()
        return run is not None

    def _bound(
        self,
        request: Request,
        runner: Runner,
        context: JsonObject,
        decrypted: Callable[[str], None],
    ) -> tuple[JsonObject, Bound]:
        """The configuration, looked up, and the parameters.

        `decrypted` is told each value that the datastore has decrypted for it, and each variable
        that was read.
        """
        datastore = None
        if self._datastore is not None:
            datastore = WatchedLookup(self._datastore(_owner(request)), decrypted)
        sources = Sources(
            templates=self._binder.templates,
            datastore=datastore,
            variables=PermittedVariables(self._variables, self._permitted, decrypted),
        )
        config = looked_up(request.site, pack=request.action.pack, sources=sources)
        bound = self._binder.bind(
            request.action,
            runner.PARAMETERS,
            request.given,
            fixed=request.fixed,
            context=context,
            config=config,
            datastore=datastore,
        )
        return config, bound

    def _call(self, prepared: Prepared, on_output: OnOutput | None, parts: "Parts | None") -> Call:
        values, traceparent = None, self._tracer.traceparent
        if self._values is not None:
            own = self._values(_owner(prepared.request), prepared.execution.id)
            values = WatchedValues(own, prepared.masker)
        return Call(
            execution_id=prepared.execution.id,
            action=prepared.request.action,
            parameters=prepared.bound.parameters,
            runner_parameters=prepared.bound.runner_parameters,
            secrets=prepared.bound.secrets,
            context=prepared.execution.context,
            config=prepared.config,
            inherited=self._inherited,
            choice=self._choice,
            trace={VARIABLE: traceparent} if traceparent else {},
            output_limit=self._output_limit,
            on_output=on_output,
            datastore=values,
            inventory=self._inventory,
            virtualenvs=self._virtualenvs,
            workers=self._workers,
            announce=self._announcer(prepared),
            parts=parts,
            conduct=self._conduct,
        )

    def _announcer(self, prepared: Prepared) -> Callable[[Announcement], None] | None:
        """Hands on what the action says without its secrets: whoever listens knows no masker."""
        announce, masker = self._announce, prepared.masker
        if announce is None:
            return None

        def hand_on(said: Announcement) -> None:
            announce(replace(said, payload=masker.parameters(said.payload)))

        return hand_on

    async def _outcome(self, run: Run, prepared: Prepared) -> Outcome:
        import asyncio

        if not await run.ended():
            _log.error("runner-abandoned execution=%s", prepared.execution.id)
            text = f"the runner did not end within {self._longest_end:g} s after it was canceled"
            return Outcome(status=Status.ABANDONED, result={"error": text})
        try:
            return bounded(run.task.result())
        except asyncio.CancelledError:
            return Outcome(status=Status.CANCELED, result={"error": "canceled"})
        except ChatOpsError as error:
            return Outcome(status=Status.FAILED, result=_refusal(error))
        except Exception as error:  # noqa: BLE001  # the runner boundary: a bug there ends here
            return self._incident(error, prepared)

    def _incident(self, error: Exception, prepared: Prepared) -> Outcome:
        incident = self._new_id()
        _log.error(
            "runner-crashed incident=%s execution=%s action=%s\n%s",
            incident,
            prepared.execution.id,
            prepared.execution.action_ref,
            prepared.masker.exception(error),
        )
        text = (
            f"the runner {prepared.execution.runner} has a bug and stopped; incident {incident}, "
            "the log holds its details"
        )
        return Outcome(status=Status.FAILED, result={"error": text, "incident": incident})


async def _limited(prepared: Prepared, call: Call) -> Outcome:
    """Runs it, for as long as the person allows where the runner itself knows no timeout."""
    import asyncio

    if prepared.timeout is None:
        return await prepared.runner.run(call)
    limit = asyncio.timeout(prepared.timeout)
    try:
        async with limit:
            return await prepared.runner.run(call)
    except TimeoutError:
        if not limit.expired():
            raise
    text = f"it took longer than {prepared.timeout:g} s"
    return Outcome(status=Status.TIMEOUT, result={"error": text})


def _with_timeout(
    bound: Bound, runner: Runner, allowed: float | None
) -> tuple[Bound, float | None]:
    """The shorter of both timeouts, where it belongs: the runner's parameter, or the engine."""
    if allowed is None:
        return bound, None
    if _TIMEOUT not in runner.PARAMETERS:
        return bound, allowed
    own = bound.runner_parameters[_TIMEOUT]
    if own is None:
        own = runner.PARAMETERS[_TIMEOUT].default
    if isinstance(own, int | float) and own <= allowed:
        return bound, None
    return replace(bound, runner_parameters={**bound.runner_parameters, _TIMEOUT: allowed}), None


def _owner(request: Request) -> str:
    """Whose part of the datastore is used: the account's, not the name that somebody shows."""
    return request.owner if request.owner is not None else str(request.context.get("user") or "")


def _without(decrypted: list[Json], error: ChatOpsError) -> ChatOpsError:
    """The error, whose words may quote a value, without what was decrypted."""
    masker = Masker(decrypted)
    error.message = masker.text(error.message)
    error.args = (error.message,)
    error.hint = masker.text(error.hint) if error.hint is not None else None
    return error


def _masker(bound: Bound, request: Request, config: JsonObject, decrypted: list[Json]) -> Masker:
    values = (
        *decrypted,
        *bound.secret_values,
        *secret_values(config, schemas_of(request.site.schema)),
        *address_secrets([bound.all, dict(config)]),
        *request.secrets,
    )
    return Masker(values, bound.schemas)


def _refusal(error: ChatOpsError) -> dict[str, Json]:
    refused: dict[str, Json] = {"error": error.message}
    if error.hint is not None:
        refused["hint"] = error.hint
    return refused
