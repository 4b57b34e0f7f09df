"""Runners with stubs before them: the only thing of a message's path that a rehearsal replaces."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Protocol

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.model.chat import Reply
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.rehearsal.stub import Stub
from chatops_cli.rehearsal.timeline import real_time
from chatops_cli.runners.contract import Call, Outcome, Runner
from chatops_cli.runners.registry import current_name

HARMLESS = frozenset({"noop", "inquirer", "announcement", "orquesta", "action-chain"})
"""Runners that reach nothing outside of the room: they run. What a workflow runs is asked about."""

BROKEN = re.compile(r"^result\..* can't be rendered: ", re.MULTILINE)
"""How a reply tells that its template is broken, see `rendering.replies`."""
SHOWN = 200
"""Characters of a result that advice shows."""


class Kept(Protocol):
    """Results that were kept, of actions that really ran."""

    def find(self, execution_id: str) -> Outcome | None:
        """The next result kept for what this execution was asked; None where there is none."""
        ...

    def keep(self, execution_id: str) -> bool:
        """Whether the execution may really run; then its result is kept when it has ended."""
        ...


class StandIn:
    """What actions answer in a rehearsal: stubs, kept results, and by permission what they do.

    `refused` are the actions that were to run and had neither. The REPL adds stubs as it goes.

    Args:
        stubs: Asked in this order; the first that fits serves.
        allowed: References of actions that really run, with ``*`` and ``?``.
        find_runner: Finds a runner by its type.
        sleep: Waits for so many seconds, where a stub has a delay.
        kept: Results of real runs; None where there are none.
        hint: What to do about an action that is refused; ``{action}`` is its reference.
    """

    def __init__(
        self,
        *,
        stubs: Iterable[Stub] = (),
        allowed: Iterable[str] = (),
        find_runner: Callable[[str], Runner],
        sleep: Callable[[float], Awaitable[None]],
        kept: Kept | None = None,
        hint: str = "give it a stub under stubs:, or let it run: run: [{action}]",
    ) -> None:
        self.stubs = list(stubs)
        self.allowed = list(allowed)
        self.refused: list[str] = []
        self.ran: list[str] = []
        self._find_runner = find_runner
        self._sleep = sleep
        self._kept = kept
        self.hint = hint
        self._served: dict[int, tuple[Stub, int]] = {}
        self._answers: dict[str, Json] = {}

    def find_runner(self, name: str) -> Runner:
        """The runner of that type, with the stubs before it.

        Raises:
            RunnerError: There is none.
        """
        runner = self._find_runner(name)
        return _Runner(runner.PARAMETERS, runner, self)

    def advice(self, reply: Reply) -> str | None:
        """What to do about a reply whose template can't be filled with what a stub answers.

        None where there is nothing to say.
        """
        execution_id = reply.execution_id
        if execution_id not in self._answers or not BROKEN.search(reply.text):
            return None
        import json

        given = json.dumps(self._answers[execution_id], ensure_ascii=False)
        shown = given if len(given) <= SHOWN else f"{given[:SHOWN]}…"
        return (
            f"the stub's result is {shown}: give it what the template reads, "
            "such as stdout: {name: value}"
        )

    async def answer(self, call: Call, runner: Runner) -> Outcome:
        """The outcome of a call.

        Raises:
            RunnerError: Nothing says what it is to be, and the action may not run.
        """
        parameters = {**call.runner_parameters, **call.parameters}
        ref, kind = call.action.ref, current_name(call.action.runner_type)
        stub = self._stub(ref, parameters)
        if stub is not None:
            served = await self._serve(stub, call)
            self._answers[call.execution_id] = served.result
            return served
        if kind in HARMLESS or _fits(ref, self.allowed):
            return await self._run(call, runner, is_real=kind not in HARMLESS)
        if self._kept is not None:
            if (outcome := self._kept.find(call.execution_id)) is not None:
                return outcome
            if self._kept.keep(call.execution_id):
                return await self._run(call, runner, is_real=True)
        self.refused.append(ref)
        raise RunnerError(
            f"{ref} was not run: nothing says what it answers in a rehearsal",
            hint=self.hint.format(action=ref),
        )

    def _stub(self, ref: str, parameters: Mapping[str, Json]) -> Stub | None:
        for stub in self.stubs:
            if not fnmatchcase(ref, stub.action) or not stub.fits(parameters):
                continue
            # Kept with its number: equal stubs count apart, and no later one takes its place.
            _, number = self._served.get(id(stub), (stub, 0))
            if stub.times is None or number < stub.times:
                self._served[id(stub)] = (stub, number + 1)
                return stub
        return None

    async def _serve(self, stub: Stub, call: Call) -> Outcome:
        limit = call.runner_parameters.get("timeout")
        if isinstance(limit, int | float) and not isinstance(limit, bool) and stub.delay > limit:
            await self._sleep(limit)
            slow = Stub(action=stub.action, status=Status.TIMEOUT, exit_code=-9)
            return slow.outcome(call.action.runner_type)
        if stub.delay:
            await self._sleep(stub.delay)
        if call.on_output is not None and isinstance(stub.stdout, str) and stub.stdout:
            call.on_output("stdout", stub.stdout.encode())
        return stub.outcome(call.action.runner_type)

    async def _run(self, call: Call, runner: Runner, *, is_real: bool) -> Outcome:
        if not is_real:
            return await runner.run(call)
        self.ran.append(call.action.ref)
        with real_time():
            return await runner.run(call)


class _Runner:
    """One runner type, asked only where nothing stands in for it."""

    def __init__(
        self, parameters: Mapping[str, Parameter], runner: Runner, stand_in: StandIn
    ) -> None:
        self.PARAMETERS = parameters
        self._runner = runner
        self._stand_in = stand_in

    async def run(self, call: Call) -> Outcome:
        """What the stand-in answers."""
        return await self._stand_in.answer(call, self._runner)


def _fits(ref: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(ref, pattern) for pattern in patterns)
