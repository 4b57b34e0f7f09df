"""The workflows of one process: opened, driven, and their results given in StackStorm's shapes."""

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from chatops_cli.errors import RecordError, RunnerError
from chatops_cli.model.action import Action
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.rendering.templates import Templates
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.parts import Again, PartEnd, Parts
from chatops_cli.runners.refusal import without_workflows
from chatops_cli.workflows.definition.chain import ChainDefinition
from chatops_cli.workflows.definition.orquesta import Definition
from chatops_cli.workflows.driving.conductors import AnyConductor, begin
from chatops_cli.workflows.driving.driver import Driver
from chatops_cli.workflows.opening import Opened, open_workflow, reopen_workflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from chatops_cli.catalog.catalog import Catalog
    from chatops_cli.workflows.events import End

Watch: TypeAlias = "Callable[[Call, Opened, AnyConductor], None]"
# What json.loads gives; what isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any

KEPT = 256
"""Definitions that are kept open."""


class Workflows:
    """Conducts workflows; `conduct` is what `Call.conduct` is.

    Args:
        catalog: The packs as they are now.
        templates: Renders those of chains.
        watch: Told of each workflow that begins, whom it runs for, and what conducts it.
    """

    def __init__(
        self,
        *,
        catalog: "Callable[[], Catalog]",
        templates: Templates,
        watch: "Watch | None" = None,
    ) -> None:
        self._catalog = catalog
        self._watch = watch
        self._templates = templates
        self._opened: OrderedDict[str, tuple[object, Opened]] = OrderedDict()

    async def conduct(self, call: Call) -> Outcome:
        """Runs the workflow that the call's action is, to its end.

        The status is ``paused`` where it waits, and nothing of it runs any more.

        Raises:
            RunnerError: The call has nothing that could run its parts.
        """
        if call.parts is None:
            raise without_workflows(call)
        steered = call.parts.steered
        if steered is not None and (state := steered.state) is not None:
            return await self._go_on(call, call.parts, state, steered.again)
        opened = self._open(call.action)
        definition = opened.definition
        if definition is None or (wrong := _mistakes(opened, definition)):
            return _refused(opened.problems if definition is None else wrong)
        begun = begin(definition, call, self._templates)
        if self._watch is not None:
            self._watch(call, opened, begun.conductor)
        source = _plain_source(opened.source, opened.file)
        driver = Driver(begun, call, call.parts, source)
        return await _driven(driver, call.parts, definition, source)

    async def _go_on(
        self, call: Call, parts: Parts, state: JsonObject, again: Again | None
    ) -> Outcome:
        """Goes on from what was kept: its definition is the one that it was begun with.

        Raises:
            RecordError: That is damaged.
        """
        loaded: _Loaded = state
        try:
            source, file = loaded["source"].encode("utf-8", "surrogateescape"), loaded["file"]
            definition = reopen_workflow(call.action, source, file)
            begun = begin(definition, call, self._templates, loaded["snapshot"])
            plain = _plain_source(source, file)
            driver = Driver(begun, call, parts, plain)
            driver.read(state)
        except (KeyError, TypeError, ValueError, AttributeError, AssertionError) as error:
            raise RecordError(
                f"what was kept of execution {call.execution_id} is damaged, or of another version"
            ) from error
        if again is not None:
            driver.begin_again(again)
        return await _driven(driver, parts, definition, plain)

    def _open(self, action: Action) -> Opened:
        """The workflow of an action, kept as long as neither its file nor the packs change."""
        catalog = self._catalog()
        key = f"{action.pack_path}/{action.entry_point}"
        stamp = (id(catalog), _stamp(action))
        kept = self._opened.get(key)
        if kept is not None and kept[0] == stamp:
            self._opened.move_to_end(key)
            return kept[1]
        opened = open_workflow(action, catalog)
        self._opened[key] = (stamp, opened)
        if len(self._opened) > KEPT:
            self._opened.popitem(last=False)
        return opened


async def _driven(
    driver: Driver,
    parts: Parts,
    definition: Definition | ChainDefinition,
    source: JsonObject,
) -> Outcome:
    """Driven until it ends or waits; unless it ends well, what it would go on from is kept."""
    end, has_ended_well = None, False
    try:
        end = await driver.drive()
        has_ended_well = end is not None and end.status is Status.SUCCEEDED
    finally:
        if parts.steered is not None and not has_ended_well:
            parts.steered.keep({**source, **driver.state()})
    if end is None:
        return Outcome(status=Status.PAUSED, result={"waits_for": driver.waits_for()})
    is_chain = isinstance(definition, ChainDefinition)
    result = _chain_result(end, driver.ends) if is_chain else _result(end)
    return Outcome(status=end.status, result=result)


def _plain_source(source: bytes, file: str) -> JsonObject:
    """What a definition was read from, for JSON."""
    return {"source": source.decode("utf-8", "surrogateescape"), "file": file}


def _stamp(action: Action) -> tuple[int, int] | None:
    from chatops_cli.runners.entry_point import find_entry_point

    try:
        found = Path(find_entry_point(action)).stat()
    except (OSError, RunnerError):
        return None
    return found.st_mtime_ns, found.st_size


def _mistakes(opened: Opened, definition: Definition | ChainDefinition) -> tuple[Problem, ...]:
    """What keeps it from being run.

    Of a chain only mistakes of its form do: as in StackStorm, a task that can't be run matters when
    it is reached.
    """
    if isinstance(definition, ChainDefinition):
        is_there = definition.chain is not None
        problems = definition.problems
    else:
        is_there = definition.workflow is not None
        problems = opened.problems
    wrong = tuple(each for each in problems if each.severity is Severity.ERROR)
    return wrong or (() if is_there else opened.problems)


def _refused(problems: tuple[Problem, ...]) -> Outcome:
    """The failure of a definition that can't be run; nothing of it was."""
    errors: list[Json] = [
        {
            "type": each.rule,
            "message": str(each),
            "place": str(each.place),
            **({"hint": each.hint} if each.hint else {}),
        }
        for each in problems
    ]
    return Outcome(status=Status.FAILED, result={"output": None, "errors": errors})


def _result(end: "End") -> dict[str, Json]:
    """What a workflow gives.

    Source: StackStorm, ``orquesta_runner.py``.
    """
    result: dict[str, Json] = {"output": None if end.output is None else dict(end.output)}
    if end.status is not Status.SUCCEEDED:
        result["errors"] = [dict(error) for error in end.errors]
    return result


def _chain_result(end: "End", ends: dict[int, PartEnd]) -> dict[str, Json]:
    """What a chain gives: to each of its tasks is added what is known of its execution.

    Source: StackStorm, ``action_chain_runner.py``, ``_format_action_exec_result``.
    """
    result: dict[str, Json] = dict(end.output or {})
    tasks = result.get("tasks")
    if isinstance(tasks, list):
        result["tasks"] = [
            {**task, **_told(ends[number])} if number in ends and isinstance(task, dict) else task
            for number, task in enumerate(tasks)
        ]
    return result


def _told(end: PartEnd) -> dict[str, Json]:
    return {
        "execution_id": end.execution_id,
        "created_at": None if end.started is None else end.started.isoformat(),
        "updated_at": None if end.ended is None else end.ended.isoformat(),
    }
