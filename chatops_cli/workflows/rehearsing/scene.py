"""A workflow while it is rehearsed: what is run of it, noted as it happens."""

from collections.abc import Callable
from dataclasses import dataclass, field

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.progress import Progress
from chatops_cli.runners.parts import Part, PartEnd, Parts
from chatops_cli.workflows.chain.conductor import ChainConductor
from chatops_cli.workflows.conductor import Conductor
from chatops_cli.workflows.definition.chain import ChainDefinition
from chatops_cli.workflows.driving.conductors import AnyConductor
from chatops_cli.workflows.graph import CONTINUE
from chatops_cli.workflows.opening import Opened
from chatops_cli.workflows.path import Way
from chatops_cli.workflows.rehearsing.played import Played, PlayedRun, PlayedStep


@frozen
class Served:
    """Where a result is from; `scene` is that of a workflow that was rehearsed inside."""

    parameters: JsonObject
    source: str
    scene: "Scene | None" = None


@dataclass(slots=True, kw_only=True)
class Noted:
    """One run. `published` is what a chain had published before it."""

    part: Part
    begun: int
    after: float
    published: JsonObject
    ended: int | None = None
    took: float = 0.0
    end: PartEnd | None = None
    refused: ChatOpsError | None = None
    served: Served | None = None


@dataclass(slots=True, kw_only=True)
class Scene:
    """A workflow at work. `path` is that of the task that runs it, empty for the outermost."""

    ref: str
    path: str
    runs: list[Noted] = field(default_factory=list)
    opened: Opened | None = None
    conductor: AnyConductor | None = None

    def path_of(self, task: str) -> str:
        """The path of one of its tasks."""
        return f"{self.path}.{task}" if self.path else task

    @property
    def published(self) -> JsonObject:
        """What a chain has published so far."""
        if not isinstance(self.conductor, ChainConductor):
            return {}
        found = self.conductor.snapshot()["published"]
        return found if isinstance(found, dict) else {}


class NotedParts:
    """The parts of a workflow, each noted. It meets `runners.parts.Parts`.

    Args:
        inner: Has them run.
        scene: Where they are noted.
        clock: Seconds.
        tick: The number of the next thing that happens.
        served: Where the result of an execution is from, by its id.
    """

    def __init__(
        self,
        inner: Parts,
        scene: Scene,
        *,
        clock: Callable[[], float],
        tick: Callable[[], int],
        served: Callable[[Part, str | None], Served | None],
    ) -> None:
        self._inner = inner
        self._scene = scene
        self._clock = clock
        self._tick = tick
        self._served = served

    @property
    def steered(self) -> None:
        """See `Parts`."""
        return None

    def action(self, ref: ActionRef) -> Action | None:
        """See `Parts`."""
        return self._inner.action(ref)

    def tell(self, progress: Callable[[], Progress]) -> None:
        """See `Parts`."""
        self._inner.tell(progress)

    async def run(self, part: Part) -> PartEnd:
        """See `Parts`."""
        noted = Noted(
            part=part, begun=self._tick(), after=self._clock(), published=self._scene.published
        )
        self._scene.runs.append(noted)
        try:
            noted.end = await self._inner.run(part)
        except ChatOpsError as error:
            noted.refused = error
            raise
        finally:
            noted.ended, noted.took = self._tick(), self._clock() - noted.after
            noted.served = self._served(part, None if noted.end is None else noted.end.execution_id)
        return noted.end


def played(
    scene: Scene,
    *,
    status: Status | None,
    result: Json,
    masked: Callable[[Json], Json],
) -> Played:
    """What was rehearsed so far.

    Args:
        scene: It.
        status: How it ended; None where it has not.
        result: What it gave.
        masked: A value without secrets.
    """
    found = masked(result)
    output = found.get("output") if isinstance(found, dict) else None
    if isinstance(scene.conductor, ChainConductor):
        output = masked(dict(scene.published))
    errors = found.get("errors") if isinstance(found, dict) else None
    if status is None and scene.conductor is not None:
        errors = masked([dict(error) for error in scene.conductor.errors])
    elif isinstance(found, dict) and "error" in found and not errors:
        errors = [{"type": "error", "message": found["error"]}]
    return Played(
        ref=scene.ref,
        path=scene.path,
        status=status,
        output=output,
        errors=tuple(e for e in errors if isinstance(e, dict)) if isinstance(errors, list) else (),
        steps=tuple(_steps(scene, masked)),
        opened=scene.opened,
    )


def _steps(scene: Scene, masked: Callable[[Json], Json]) -> list[PlayedStep]:
    if isinstance(scene.conductor, Conductor):
        return _of_workflow(scene, scene.conductor, masked)
    return _of_chain(scene, masked)


def _of_workflow(
    scene: Scene, conductor: Conductor, masked: Callable[[Json], Json]
) -> list[PlayedStep]:
    by_number: dict[int, list[Noted]] = {}
    for noted in scene.runs:
        by_number.setdefault(noted.part.number, []).append(noted)
    return [
        PlayedStep(
            task=step.task,
            route=step.route,
            status=str(step.status),
            runs=tuple(
                _run(noted, masked) for number in step.runs for noted in by_number.get(number, ())
            ),
            ways=tuple(_masked_way(way, masked) for way in step.ways),
        )
        for step in conductor.path
        # It does nothing, and stands after every task that ends a branch.
        if step.task != CONTINUE
    ]


def _of_chain(scene: Scene, masked: Callable[[Json], Json]) -> list[PlayedStep]:
    steps = []
    for number, noted in enumerate(scene.runs):
        run = _run(noted, masked)
        following = scene.runs[number + 1] if number + 1 < len(scene.runs) else None
        after = scene.published if following is None else following.published
        ways: tuple[Way, ...] = ()
        if run.status is not None:
            names = _published_by(scene, noted.part.task) & after.keys()
            way = Way(
                transition=0 if run.status is Status.SUCCEEDED else 1,
                when=None,
                targets=() if following is None else (following.part.task,),
                published={name: after[name] for name in sorted(names)},
                replaced={name: noted.published[name] for name in names if name in noted.published},
            )
            ways = (_masked_way(way, masked),)
        status = "running" if run.status is None else str(run.status)
        steps.append(
            PlayedStep(task=noted.part.task, route=0, status=status, runs=(run,), ways=ways)
        )
    return steps


def _published_by(scene: Scene, task: str) -> set[str]:
    definition = scene.opened.definition if scene.opened is not None else None
    if not isinstance(definition, ChainDefinition) or definition.chain is None:
        return set()
    found = definition.chain.tasks.get(task)
    return set() if found is None else set(found.publish)


def _masked_way(way: Way, masked: Callable[[Json], Json]) -> Way:
    return Way(
        transition=way.transition,
        when=way.when,
        targets=way.targets,
        published=_object(masked(dict(way.published))),
        replaced=_object(masked(dict(way.replaced))),
    )


def _run(noted: Noted, masked: Callable[[Json], Json]) -> PlayedRun:
    served, status = noted.served, None
    result: Json = None
    if noted.end is not None:
        status, result = noted.end.status, noted.end.result
    elif noted.refused is not None:
        hint = f" ({noted.refused.hint})" if noted.refused.hint else ""
        status, result = Status.FAILED, {"error": noted.refused.message + hint}
    inner = None
    if served is not None and served.scene is not None:
        inner = played(served.scene, status=status, result=result, masked=masked)
    given = noted.part.parameters if served is None else served.parameters
    source = "refused" if served is None else served.source
    return PlayedRun(
        item=noted.part.item,
        action=noted.part.action,
        parameters=_object(masked(dict(given))),
        status=status,
        result=masked(result),
        source=source if status is not None or served is not None else "no mock",
        begun=noted.begun,
        ended=noted.ended if status is not None else None,
        after=noted.after,
        took=noted.took,
        inner=inner,
    )


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}
