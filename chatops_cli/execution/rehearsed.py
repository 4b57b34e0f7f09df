"""Executions that are rehearsed: bound and checked as ever, then served from mocks.

Nothing is started, and nothing goes on record. A workflow without a mock of its own is conducted,
and what its tasks run is served in turn.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Literal, TypeAlias

from chatops_cli.execution.engine import Engine, Prepared
from chatops_cli.execution.happening import Ended, Requested
from chatops_cli.execution.origin import Origin
from chatops_cli.execution.parts import OwnParts, Surroundings
from chatops_cli.execution.shown import masked_end
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.problem import Place
from chatops_cli.model.runner import WORKFLOWS
from chatops_cli.runners.parts import Part
from chatops_cli.workflows.rehearsing.mock import Answer, Mock, Mocks
from chatops_cli.workflows.rehearsing.played import Lacking
from chatops_cli.workflows.rehearsing.scene import NotedParts, Scene, Served
from chatops_cli.workflows.rehearsing.shapes import shaped

if TYPE_CHECKING:
    from chatops_cli.workflows.driving.conductors import AnyConductor
    from chatops_cli.workflows.opening import Opened

OFTEN = 1_000
"""How often one task, or one item of it, may be run in a rehearsal: a loop might never end."""

Ask: TypeAlias = Callable[[Lacking], Answer | None]
"""Gives the answer that is lacking; None where there is none."""


class Serving:
    """Stands in for a `Performer`; it meets `execution.parts.Performs`.

    Args:
        engine: Runs the workflows.
        around: What all parts share.
        mocks: What actions give.
        clock: Seconds; nobody waits for it.
        ask: Asked for what they lack.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        around: Surroundings,
        mocks: Mocks,
        clock: Callable[[], float],
        ask: Ask,
    ) -> None:
        self._engine = engine
        self._around = around
        self._mocks = mocks
        self._clock = clock
        self._ask = ask
        self._ticks = count()
        self._scenes: dict[str, Scene] = {}
        self._served: dict[str, Served] = {}
        self._runs: Counter[tuple[str, int | None]] = Counter()
        self.lacking: list[Lacking] = []
        self.endless: str | None = None
        """The path of a task that was run too often."""
        self.used: set[Place] = set()
        self.waiting: list[str] = []

    def scene(self, requested: Requested, path: str) -> tuple[Scene, NotedParts]:
        """A workflow that begins, and its parts."""
        execution = requested.prepared.execution
        scene = self._scenes[execution.id] = Scene(ref=execution.action_ref, path=path)
        own = OwnParts(requested, performer=self, around=self._around, tell=lambda _told: None)
        parts = NotedParts(
            own,
            scene,
            clock=self._clock,
            tick=lambda: next(self._ticks),
            served=self._source,
        )
        return scene, parts

    def begun(self, execution_id: str, opened: "Opened", conductor: "AnyConductor") -> None:
        """A workflow is conducted."""
        scene = self._scenes.get(execution_id)
        if scene is not None:
            scene.opened, scene.conductor = opened, conductor

    def _source(self, part: Part, execution_id: str | None) -> Served | None:
        del part
        return None if execution_id is None else self._served.get(execution_id)

    def request(self, prepared: Prepared, origin: Origin) -> Requested:
        """It may be served."""
        return Requested(prepared=prepared, origin=origin)

    async def run(
        self, requested: Requested, *, on_result: Callable[[Execution], None] | None = None
    ) -> AsyncIterator[Ended]:
        """See `Performs`: one happening, its end."""
        execution = await self._execution(requested)
        if on_result is not None:
            on_result(execution)
        prepared = requested.prepared
        shown, masker = masked_end(execution, prepared.request.action, prepared.masker)
        yield Ended(execution=shown, masker=masker, origin=requested.origin, prepared=prepared)

    async def _execution(self, requested: Requested) -> Execution:
        execution, origin = requested.prepared.execution, requested.origin
        path = self._scenes[str(origin.parent)].path_of(str(origin.task))
        self._runs[path, origin.item] += 1
        number = self._runs[path, origin.item]
        if number > OFTEN:
            self.endless = path
            await _for_ever()
        answer = self._find(path, execution.action_ref, origin.item, number)
        source = "mock"
        if answer is None and execution.runner in WORKFLOWS:
            return await self._inside(requested, path)
        if answer is None and execution.runner == "noop":
            answer, source = Answer(place=_NOWHERE), "does nothing"
        if answer is None:
            lacking = Lacking(
                path=path,
                action=execution.action_ref,
                runner=execution.runner,
                item=origin.item,
                run=number,
            )
            answer, source = await self._lacking(lacking), "no mock"
        self.used.add(answer.place)
        self._served[execution.id] = Served(parameters=execution.parameters, source=source)
        if answer.status is Status.PENDING:
            self.waiting.append(path)
        return await self._serve(requested.prepared, answer)

    def _find(self, path: str, ref: str, item: int | None, number: int) -> Answer | None:
        kinds: tuple[tuple[Mock | None, Literal["task", "action"]], ...] = (
            (self._mocks.tasks.get(path), "task"),
            (self._mocks.actions.get(ref), "action"),
        )
        for mock, kind in kinds:
            if mock is None:
                continue
            if kind == "action":
                self._runs[f"action {ref}", None] += 1
                number = self._runs[f"action {ref}", None]
            return mock.find(item=item, run=number)
        return None

    async def _lacking(self, lacking: Lacking) -> Answer:
        if lacking.runner == "inquirer":
            return Answer(place=_NOWHERE, status=Status.PENDING)
        answer = self._ask(lacking)
        if answer is None:
            self.lacking.append(lacking)
            await _for_ever()
            raise AssertionError  # nothing comes after ever
        return answer

    async def _inside(self, requested: Requested, path: str) -> Execution:
        scene, parts = self.scene(requested, path)
        execution = requested.prepared.execution
        self._served[execution.id] = Served(
            parameters=execution.parameters, source="rehearsed inside", scene=scene
        )
        return await self._engine.run(requested.prepared, parts=parts)

    async def _serve(self, prepared: Prepared, answer: Answer) -> Execution:
        """The end of an execution as its mock says, within its time limit."""
        import asyncio

        execution, limit = prepared.execution, prepared.limit
        status, takes = answer.status, answer.takes
        if limit is not None and takes > limit > 0:
            status, takes = Status.TIMEOUT, limit
        if takes > 0:
            await asyncio.sleep(takes)
        result = answer.result
        if not answer.is_whole:
            result = shaped(execution.runner, result, status, execution.parameters)
        return replace(execution, status=status, result=result)


_NOWHERE = Place(file="")


async def _for_ever() -> None:
    import asyncio

    await asyncio.get_running_loop().create_future()
