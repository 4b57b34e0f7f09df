"""The inline engine: actions run in this process' event loop, and nothing is kept."""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, RunnerError
from chatops_cli.execution.configuration import looked_up
from chatops_cli.execution.engine import OnOutput, Prepared, Request
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.parameters import Binder, Bound
from chatops_cli.execution.results import bounded
from chatops_cli.execution.secrecy import secret_values
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.datastore import Lookup
from chatops_cli.runners.contract import OUTPUT_LIMIT, Call, Outcome, Runner
from chatops_cli.runners.registry import current_name

if TYPE_CHECKING:
    import asyncio

LONGEST_END = 30.0
"""Seconds in which a runner that is cancelled has to end; after that it is abandoned."""

_TIMEOUT = "timeout"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineEngine:
    """Runs each action as a task of the running event loop. It meets `engine.Engine`.

    Args:
        find_runner: Finds a runner module by the name of its type; raises `RunnerError`.
        binder: Binds parameters.
        clock: The time, aware UTC.
        new_id: A new id, for incidents.
        datastore: Where ``st2kv`` reads for a user, in defaults and configurations; None where
            there is no datastore.
        output_limit: Bytes of each output stream that are kept.
        longest_end: Seconds in which a runner that is cancelled has to end.
    """

    find_runner: Callable[[str], Runner]
    binder: Binder
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    datastore: Callable[[str], Lookup] | None = None
    output_limit: int = OUTPUT_LIMIT
    longest_end: float = LONGEST_END
    _running: "dict[str, _Run]" = field(default_factory=dict, repr=False)

    def prepare(self, request: Request) -> Prepared:
        """See `engine.Engine.prepare`."""
        action = request.action
        if not action.enabled:
            raise RunnerError(
                f"action {action.ref} is disabled", hint=f"set enabled: true in {action.place.file}"
            )
        runner = self.find_runner(action.runner_type)
        context = {**request.context, "pack": action.pack}
        datastore = self.datastore(_user(context)) if self.datastore is not None else None
        config = looked_up(
            request.config,
            pack=action.pack,
            templates=self.binder.templates,
            datastore=datastore,
        )
        request = replace(request, config=config)
        bound = self.binder.bind(
            action,
            runner.PARAMETERS,
            request.given,
            fixed=request.fixed,
            context=context,
            config=config,
            datastore=datastore,
        )
        bound, timeout = _with_timeout(bound, runner, request.timeout)
        execution = Execution(
            id=request.id,
            action_ref=action.ref,
            runner=current_name(action.runner_type),
            status=Status.REQUESTED,
            requested=self.clock(),
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
            masker=_masker(bound, request),
            timeout=timeout,
        )

    async def run(self, prepared: Prepared, *, on_output: OnOutput | None = None) -> Execution:
        """See `engine.Engine.run`."""
        started = replace(prepared.execution, status=Status.RUNNING, started=self.clock())
        if started.id in self._running:
            raise RunnerError(f"execution {started.id} is running already")
        work = _limited(prepared, _call(prepared, self.output_limit, on_output))
        run = _Run(work, self.longest_end)
        self._running[started.id] = run
        try:
            outcome = await self._outcome(run, prepared)
        finally:
            del self._running[started.id]
        ended = self.clock() if outcome.status.is_final else None
        return replace(started, status=outcome.status, result=outcome.result, ended=ended)

    def cancel(self, execution_id: str) -> bool:
        """See `engine.Engine.cancel`."""
        run = self._running.get(execution_id)
        if run is not None:
            run.cancel()
        return run is not None

    async def _outcome(self, run: "_Run", prepared: Prepared) -> Outcome:
        import asyncio

        if not await run.ended():
            _log.error("runner-abandoned execution=%s", prepared.execution.id)
            text = f"the runner did not end within {self.longest_end:g} s after it was canceled"
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
        incident = self.new_id()
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


class _Run:
    """A running task that can be cancelled once and for all."""

    def __init__(self, work: "Coroutine[object, object, Outcome]", longest_end: float) -> None:
        import asyncio

        self._longest_end = longest_end
        self._loop = asyncio.get_running_loop()
        self._deadline: float | None = None
        self._asked: asyncio.Future[None] = self._loop.create_future()
        self.task = self._loop.create_task(work)

    def cancel(self) -> None:
        """The task is told to end; from now on it has its last seconds."""
        self.task.cancel()
        if self._deadline is None:
            self._deadline = self._loop.time() + self._longest_end
            self._asked.set_result(None)

    async def ended(self) -> bool:
        """Waits for the task; False where it was cancelled and didn't end in time.

        A cancellation from outside is handed on to the task, and kept back here.
        """
        import asyncio

        while not self.task.done():
            awaited: list[asyncio.Future[Outcome] | asyncio.Future[None]] = [self.task]
            if not self._asked.done():
                awaited.append(self._asked)
            left = None if self._deadline is None else self._deadline - self._loop.time()
            if left is not None and left <= 0:
                self.task.add_done_callback(_retrieve)
                return False
            try:
                await asyncio.wait(awaited, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                self.cancel()
        return True


def _retrieve(task: "asyncio.Task[Outcome]") -> None:
    """Whatever came of a task that nobody waits for any more: asyncio wants it to be asked for."""
    if not task.cancelled():
        task.exception()


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


def _call(prepared: Prepared, output_limit: int, on_output: OnOutput | None) -> Call:
    return Call(
        execution_id=prepared.execution.id,
        action=prepared.request.action,
        parameters=prepared.bound.parameters,
        runner_parameters=prepared.bound.runner_parameters,
        secrets=prepared.bound.secrets,
        context=prepared.execution.context,
        config=prepared.request.config,
        output_limit=output_limit,
        on_output=on_output,
    )


def _user(context: JsonObject) -> str:
    """Who typed, or else the account: whose part of the datastore is read, as in StackStorm."""
    return str(context.get("api_user") or context.get("user") or "")


def _masker(bound: Bound, request: Request) -> Masker:
    values = (
        *bound.secret_values,
        *secret_values(request.config, request.config_schemas),
        *request.secrets,
    )
    return Masker(values, bound.schemas)


def _refusal(error: ChatOpsError) -> dict[str, Json]:
    refused: dict[str, Json] = {"error": error.message}
    if error.hint is not None:
        refused["hint"] = error.hint
    return refused
