"""A workflow as it was rehearsed: what was run, what came of it, where that led."""

from collections.abc import Iterator
from dataclasses import field

from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Place
from chatops_cli.workflows.opening import Opened
from chatops_cli.workflows.path import Way


@frozen
class PlayedRun:
    """One run of a task's action; all of it is masked.

    `begun` and `ended` count all that happens in a rehearsal in its order; `ended` is None for what
    has not. `after` and `took` are seconds of virtual time. `source` says where the result is from.
    `inner` is the workflow that was rehearsed inside. `status` is None where it has not ended.
    """

    item: int | None
    action: str
    parameters: JsonObject
    status: Status | None
    result: Json
    source: str
    begun: int
    ended: int | None
    after: float
    took: float
    inner: "Played | None" = None


@frozen
class PlayedStep:
    """A step of its path: a task, or a command of the engine, which has no runs."""

    task: str
    route: int
    status: str
    runs: tuple[PlayedRun, ...] = ()
    ways: tuple[Way, ...] = ()


@frozen
class Lacking:
    """An action that was to be run, and has no mock: of the task at this path."""

    path: str
    action: str
    runner: str
    item: int | None
    run: int


@frozen
class Played:
    """A whole workflow. `path` is that of the task it is run by, empty for the outermost.

    `status` is None where it was stopped for what it lacks. `waiting` are the paths of tasks that
    wait for an answer, `used` the places of the mocks that served.
    """

    ref: str
    path: str
    status: Status | None
    output: Json
    errors: tuple[JsonObject, ...]
    steps: tuple[PlayedStep, ...]
    opened: Opened | None
    seconds: float = 0.0
    lacking: tuple[Lacking, ...] = ()
    waiting: tuple[str, ...] = ()
    used: frozenset[Place] = field(default_factory=frozenset)

    def all_steps(self) -> Iterator[tuple[str, PlayedStep]]:
        """Every step, those of inner workflows too, each with its path."""
        for step in self.steps:
            path = f"{self.path}.{step.task}" if self.path else step.task
            yield path, step
            for run in step.runs:
                if run.inner is not None:
                    yield from run.inner.all_steps()

    def workflows(self) -> "Iterator[Played]":
        """This one, and all inside it."""
        yield self
        for step in self.steps:
            for run in step.runs:
                if run.inner is not None:
                    yield from run.inner.workflows()
