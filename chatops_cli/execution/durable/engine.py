"""The durable engine: actions wait in queues of a database, and whoever has died is replaced."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.execution.durable.store import CANCELLED, SUCCESS, Ledger
from chatops_cli.execution.durable.waiting import Ends
from chatops_cli.execution.durable.work import (
    Work,
    end_of,
    opened,
    prepared_of,
    sealed_end,
    work_of,
)
from chatops_cli.execution.engine import Engine, Prepared, Request
from chatops_cli.execution.tracing import running
from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.queue import DEFAULT
from chatops_cli.model.runner import WORKFLOWS
from chatops_cli.model.trace import UNTRACED, Tracer
from chatops_cli.records.sealed import Seal
from chatops_cli.runners.contract import OnOutput, Runner
from chatops_cli.runners.leftovers import end_leftovers
from chatops_cli.settings.engine import EngineSettings

if TYPE_CHECKING:
    from chatops_cli.execution.durable.executor import Executor
    from chatops_cli.model.json import Json
    from chatops_cli.runners.parts import Parts

PATIENCE = 5.0
"""Seconds that an execution may wait in its queue before somebody is told."""
LONGEST_END = 45.0
"""Seconds in which somebody else has to say that what is canceled has ended: a runner has 30."""
HERE = WORKFLOWS | {"inquirer"}
"""Runners that run in the process that asks: they are made of others, or wait for people."""
NOWHERE, BURIED = "chatops.nowhere", "buried"
"""A queue that nobody takes from, and the request of what nobody may begin with."""
DIED = "the process that ran it died; how far it came is not known"
UNHEARD = "it was canceled, and whoever runs it has not said that it ended"
LOST = "the process that ran it lost the engine's database, and ended it"

_log = logging.getLogger(__name__)


class DurableEngine:
    """Runs actions by way of a database. It meets `engine.Engine`.

    Args:
        inline: Prepares requests, and runs what this process has taken from a queue.
        ledger: The database.
        seal: Seals what goes there.
        settings: Which queue, and what may be run again.
        home: The state folder.
        find_runner: Finds a runner module by the name of its type; raises `RunnerError`.
        find_action: Finds an action of the packs here.
        executor: Takes work in this process; None where others do.
        warn: Told of what waits for longer than it should, in one line.
        tracer: Told of what this process has taken from a queue and runs.
    """

    def __init__(
        self,
        inline: Engine,
        *,
        ledger: Ledger,
        seal: Seal,
        settings: EngineSettings,
        home: Path,
        find_runner: Callable[[str], Runner],
        find_action: Callable[[ActionRef], Action | None],
        executor: "Executor | None" = None,
        warn: Callable[[str], None] = _log.warning,
        tracer: Tracer = UNTRACED,
    ) -> None:
        self._tracer = tracer
        self._inline = inline
        self._ledger = ledger
        self._seal = seal
        self._settings = settings
        self._home = home
        self._find_runner = find_runner
        self._find_action = find_action
        self._executor = executor
        self._warn = warn
        self._ends = Ends(ledger)
        self._asked: dict[str, tuple[Prepared, OnOutput | None]] = {}
        self._canceling: set[asyncio.Task[None]] = set()
        self._held = asyncio.Event()
        self._held.set()
        self._performing: set[str] = set()
        self._is_ending = False
        if executor is not None:
            executor.serve(self)

    def prepare(self, request: Request) -> Prepared:
        """See `engine.Engine.prepare`."""
        return self._inline.prepare(request)

    async def run(
        self,
        prepared: Prepared,
        *,
        on_output: OnOutput | None = None,
        parts: "Parts | None" = None,
    ) -> Execution:
        """See `engine.Engine.run`.

        One that has been submitted before is not run again: its end is waited for.
        """
        if parts is not None or prepared.execution.runner in HERE:
            return await self._inline.run(prepared, on_output=on_output, parts=parts)
        execution_id = prepared.execution.id
        self._asked[execution_id] = (prepared, on_output)
        waiting = asyncio.get_running_loop().create_task(self._submitted(prepared))
        try:
            return await self._patiently(waiting, prepared)
        finally:
            del self._asked[execution_id]

    def cancel(self, execution_id: str) -> bool:
        """See `engine.Engine.cancel`."""
        if self._inline.cancel(execution_id):
            return True
        if execution_id not in self._asked:
            return False
        task = asyncio.get_running_loop().create_task(self._cancel(execution_id))
        self._canceling.add(task)
        task.add_done_callback(self._canceling.discard)
        return True

    async def close(self) -> None:
        """See `engine.Engine.close`."""
        await self._ends.close()
        if self._executor is not None:
            self._executor.leave(self)
        await asyncio.to_thread(self._ledger.close)
        await self._inline.close()

    @property
    def remembers(self) -> bool:
        """See `engine.Engine.remembers`."""
        return True

    async def bury(self, execution_id: str) -> Prepared | None:
        """See `engine.Engine.bury`."""
        await asyncio.to_thread(self._ledger.submit, execution_id, NOWHERE, BURIED)
        flow = await asyncio.to_thread(self._ledger.find, execution_id)
        if flow is None or flow.input is None or flow.input["args"][1] == BURIED:
            await asyncio.to_thread(self._ledger.cancel, execution_id)
            return None
        return await self.kept(execution_id)

    async def kept(self, execution_id: str) -> Prepared | None:
        """An execution that was submitted, maybe by a process that is gone; None where none was.

        Run, it gives the end that it has or will have.

        Raises:
            RecordError: What was submitted can't be read.
            RunnerError: Its runner isn't installed.
        """
        flow = await asyncio.to_thread(self._ledger.find, execution_id)
        if flow is None or flow.input is None:
            return None
        _, request = flow.input["args"]
        if request == BURIED:
            return None
        return self._opened(execution_id, str(request))[1]

    async def perform(self, execution_id: str, request: str, *, is_again: bool) -> str:
        """Runs what was taken from a queue; see `executor.Performs`."""
        try:
            work, prepared = self._opened(execution_id, request)
            with running(self._tracer, prepared, work.traceparent):
                execution = await self._performed(work, prepared, is_again=is_again)
        except ChatOpsError as error:
            return self._refused(execution_id, error)
        return sealed_end(execution, prepared, self._seal)

    def repeats(self, execution_id: str, request: str) -> bool:
        """See `executor.Performs`."""
        try:
            return opened(execution_id, request, self._seal).is_idempotent
        except ChatOpsError:
            return False

    def lose(self) -> None:
        """See `executor.Performs`."""
        self._held.clear()
        self._cancel_all()

    def find(self) -> None:
        """See `executor.Performs`."""
        self._held.set()

    def end(self) -> None:
        """See `executor.Performs`."""
        self._is_ending = True
        self._cancel_all()

    def _cancel_all(self) -> None:
        for execution_id in tuple(self._performing):
            self._inline.cancel(execution_id)

    async def _submitted(self, prepared: Prepared) -> Execution:
        action, execution_id = prepared.request.action, prepared.execution.id
        ref = action.ref
        queue = self._settings.queue_of(ref) or prepared.request.queue or action.queue or DEFAULT
        work = work_of(
            prepared,
            home=self._home,
            is_idempotent=action.is_idempotent or self._settings.is_idempotent(ref),
            traceparent=self._tracer.traceparent,
        )
        text = work.sealed(execution_id, self._seal)
        try:
            await asyncio.to_thread(self._ledger.submit, execution_id, queue, text)
        except ChatOpsError as error:
            _log.error("not-submitted execution=%s error=%s", execution_id, error.message)
            result: dict[str, Json] = {"error": f"it was not run: {error.in_full}"}
            return replace(prepared.execution, status=Status.FAILED, result=result)
        minding = asyncio.get_running_loop().create_task(self._mind(execution_id, queue))
        try:
            flow = await self._ends.wait(execution_id)
        finally:
            minding.cancel()
        if flow.status == SUCCESS:
            return end_of(prepared, flow.output, self._seal)
        now = prepared.execution
        if flow.status == CANCELLED:
            return replace(now, status=Status.CANCELED, result={"error": "canceled"})
        _log.error("flow-failed execution=%s state=%s", execution_id, flow.status)
        return replace(now, status=Status.ABANDONED, result={"error": DIED})

    async def _patiently(self, waiting: "asyncio.Task[Execution]", prepared: Prepared) -> Execution:
        """The end; cancelled, it is cancelled where it runs, and its end is given, not raised."""
        loop, deadline = asyncio.get_running_loop(), None
        while not waiting.done():
            try:
                await asyncio.wait(
                    [waiting], timeout=None if deadline is None else deadline - loop.time()
                )
            except asyncio.CancelledError:
                deadline = deadline or loop.time() + LONGEST_END
                self.cancel(prepared.execution.id)
            if deadline is not None and loop.time() >= deadline:
                waiting.cancel()
                return abandoned(prepared, UNHEARD)
        return waiting.result()

    async def _mind(self, execution_id: str, queue: str) -> None:
        """Says so where nobody takes it for a while."""
        await asyncio.sleep(PATIENCE)
        with suppress(ChatOpsError):
            flow = await asyncio.to_thread(self._ledger.find, execution_id)
            if flow is not None and flow.status == "ENQUEUED":
                self._warn(
                    f"execution {execution_id} waits in the queue '{queue}': has it workers?"
                )

    async def _cancel(self, execution_id: str) -> None:
        await asyncio.to_thread(self._ledger.cancel, execution_id)

    def _opened(self, execution_id: str, request: str) -> tuple[Work, Prepared]:
        work = opened(execution_id, request, self._seal)
        asked = self._asked.get(execution_id)
        if asked is not None:
            return work, asked[0]
        prepared = prepared_of(
            work,
            execution_id,
            self._find_runner,
            home=self._home,
            find_action=self._find_action,
        )
        return work, prepared

    async def _performed(self, work: Work, prepared: Prepared, *, is_again: bool) -> Execution:
        execution_id = prepared.execution.id
        if is_again:
            if not work.is_idempotent:
                return abandoned(prepared, DIED)
            await asyncio.to_thread(end_leftovers, [execution_id])
        _, on_output = self._asked.get(execution_id, (None, None))
        while True:
            self._performing.add(execution_id)
            try:
                execution = await self._inline.run(prepared, on_output=on_output)
            finally:
                self._performing.discard(execution_id)
            if self._held.is_set():
                if self._is_ending and work.is_idempotent and _is_canceled(execution):
                    await _never()  # somebody else runs it again
                return execution
            await self._held.wait()
            if not await self._is_own(execution_id):
                await _never()  # somebody else has it, and gives its end
            if not work.is_idempotent and _is_canceled(execution):
                return abandoned(prepared, LOST)
            if not _is_canceled(execution):
                return execution

    async def _is_own(self, execution_id: str) -> bool:
        flow = await asyncio.to_thread(self._ledger.find, execution_id)
        own = self._executor.name if self._executor is not None else None
        return flow is not None and flow.status == "PENDING" and flow.executor_id == own

    def _refused(self, execution_id: str, error: ChatOpsError) -> str:
        import json

        _log.error("execution-refused execution=%s error=%s", execution_id, error.in_full)
        found: dict[str, Json] = {
            "status": Status.FAILED.value,
            "started": None,
            "ended": None,
            "result": {"error": error.in_full},
            "needles": [],
        }
        return self._seal.close(json.dumps(found), f"end {execution_id}")


def abandoned(prepared: Prepared, why: str) -> Execution:
    """The end of an execution of which nobody knows how far it came."""
    return replace(prepared.execution, status=Status.ABANDONED, result={"error": why})


def _is_canceled(execution: Execution) -> bool:
    return execution.status is Status.CANCELED


async def _never() -> None:
    """Waits until this process ends."""
    await asyncio.Event().wait()
