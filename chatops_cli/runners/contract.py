"""What a runner is given, what it answers, and the shape of a runner module."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.announcement import Announcement
from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.item import Item
from chatops_cli.model.json import Json, JsonObject

if TYPE_CHECKING:
    from chatops_cli.runners.parts import Parts
    from chatops_cli.runners.workers import PythonWorkers

OnOutput: TypeAlias = Callable[[str, bytes], None]
"""Told each chunk of output as it arrives, with its stream's name; must not block."""
OUTPUT_LIMIT = 1024 * 1024
"""Bytes of each output stream that are kept in memory and in the result."""


class KeyValues(Protocol):
    """The datastore as the code of an action may use it: for the person that it runs for.

    `scope` is ``system``, everybody's values, or ``user``, that person's own; nobody else's can be
    reached. Methods block for the disk, and raise `ChatOpsError` for what can't be.
    """

    def find(self, scope: str, name: str, *, decrypt: bool) -> Item | None: ...

    def select(self, scope: str, prefix: str, *, decrypt: bool) -> tuple[Item, ...]: ...

    def set(
        self, scope: str, name: str, value: str, *, ttl: float | None, encrypt: bool
    ) -> Item: ...

    def delete(self, scope: str, name: str) -> bool: ...


class Inventory(Protocol):
    """What the code of an action may know of ``packs``, ``actions``, ``aliases``, ``executions``.

    These are the kinds. A thing is a JSON object with StackStorm's keys, masked. Methods block for
    the disk, and raise `ChatOpsError` for what can't be.
    """

    def find(self, kind: str, name: str) -> JsonObject | None:
        """The thing with this ref, or of executions with this id; None where there is none."""
        ...

    def select(
        self, kind: str, wanted: Mapping[str, str], *, limit: int, offset: int
    ) -> Sequence[JsonObject]:
        """The things that have each of these values; with a negative limit all there are."""
        ...


@frozen
class Call:
    """One action to run: its parameters are bound, cast and valid.

    `parameters` are those the action declares, `runner_parameters` those of its runner after the
    action's overrides; a name stands in one of the two only. `secrets` names the secret ones.
    `config` is the pack's site configuration. `on_output` is told each chunk as it arrives, with
    the stream's name (``stdout``, ``stderr``); it must not block. `inherited` names variables of
    this process' environment that the action sees beside the safe ones. `datastore` is what the
    action's code may read and write while it runs, `inventory` gives what it may look up; each is
    None where there is none. `virtualenvs` is the folder with a virtual environment for each pack
    that has one, by its ref. `announce` is told what the action announces; None where nobody
    listens. It must not block. `workers` fork the processes of Python actions; None where each has
    an interpreter of its own. `choice` are the variables by which a process that the action starts
    on this machine has the same settings, `trace` those by which it continues the trace. `parts`
    are executions that belong to this one, and `conduct` runs the workflow that its action is; None
    where there are no workflows.
    """

    execution_id: str
    action: Action
    parameters: Mapping[str, Json] = field(default_factory=dict)
    runner_parameters: Mapping[str, Json] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    context: JsonObject = field(default_factory=dict)
    config: JsonObject = field(default_factory=dict)
    inherited: frozenset[str] = frozenset()
    choice: Mapping[str, str] = field(default_factory=dict)
    trace: Mapping[str, str] = field(default_factory=dict)
    output_limit: int = OUTPUT_LIMIT
    on_output: OnOutput | None = None
    datastore: KeyValues | None = None
    inventory: Callable[[], Inventory] | None = None
    virtualenvs: str | None = None
    announce: Callable[[Announcement], None] | None = None
    workers: "PythonWorkers | None" = None
    parts: "Parts | None" = None
    conduct: "Callable[[Call], Awaitable[Outcome]] | None" = None


@frozen
class Outcome:
    """How it went, and the result in the shape that the runner documents.

    The status is final, or ``pending`` for what waits until somebody answers.
    """

    status: Status
    result: Json


class Runner(Protocol):
    """A runner module: its parameters, and one coroutine.

    `run` ends what it started when it is cancelled, its children's children too, before it lets
    the cancellation through. What goes wrong in the action is an `Outcome`; `RunnerError` is for
    what was refused before anything started.
    """

    PARAMETERS: Mapping[str, Parameter]

    async def run(self, call: Call) -> Outcome: ...
