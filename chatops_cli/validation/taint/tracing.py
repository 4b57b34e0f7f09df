"""Follows a parameter of an action to where its value does something."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.execution.merging import merge
from chatops_cli.model.action import Action, Parameter
from chatops_cli.runners.registry import current_name, find_runner
from chatops_cli.validation.taint.call import Call
from chatops_cli.validation.taint.goals import SCRIPTS, goal_of
from chatops_cli.validation.taint.harmless import is_harmless
from chatops_cli.validation.taint.places import parameter_place
from chatops_cli.validation.taint.quoting import is_in_authority, open_quote
from chatops_cli.validation.taint.reach import Goal, Reach, Step
from chatops_cli.validation.taint.scripts import evaluated
from chatops_cli.validation.taint.texts import Texts
from chatops_cli.validation.taint.use import Use
from chatops_cli.workflows.opening import is_workflow

if TYPE_CHECKING:
    from chatops_cli.catalog.catalog import Catalog
    from chatops_cli.model.json import Json
    from chatops_cli.validation.taint.tasks import TaskUse, WorkflowTasks

_Key = tuple[str, str, frozenset[str]]


class Tracing:
    """Follows parameters through the actions of a catalog; what was found of tasks is kept."""

    def __init__(self, catalog: "Catalog") -> None:
        self._catalog = catalog
        self._texts = Texts()
        self._found: dict[_Key, tuple[Reach, ...]] = {}
        self._tasks: dict[str, WorkflowTasks | None] = {}

    def reaches(
        self, ref: str, parameter: str, fixed: "Mapping[str, Json] | None" = None
    ) -> tuple[Reach, ...]:
        """Where a value that chat gives for a parameter gets to.

        Args:
            ref: The action.
            parameter: What is given.
            fixed: What an alias fixes of its other parameters.
        """
        call = self._call(ref, frozenset(), fixed or {})
        return () if call is None else tuple(self._given(call, parameter))

    def _call(self, ref: str, given: frozenset[str], fixed: "Mapping[str, Json]") -> Call | None:
        action = self._catalog.action(ref) if ref else None
        known = parameters_of(action) if action is not None else None
        if action is None or known is None:
            return None
        return Call(action=action, parameters=known, given=given, fixed=fixed)

    def _given(self, call: Call, name: str) -> Iterator[Reach]:
        parameter = call.parameters.get(name)
        if parameter is None or parameter.immutable or name in call.fixed:
            return
        if not is_harmless(parameter):
            yield from self._inside(call, name, frozenset({name}))

    def _inside(self, call: Call, name: str, seen: frozenset[str]) -> Iterator[Reach]:
        """Where the value of a parameter gets to, whoever gave it."""
        yield from self._ends(call, name)
        for other, value in call.templates(without=seen):
            for use in self._texts.of_template(value):
                if use.name == name:
                    step = Step(other, parameter_place(call.action, other))
                    yield from self._default(call, other, use, step, seen | {other})
        if is_workflow(call.action):
            yield from self._workflow(call.action, name)

    def _default(
        self, call: Call, other: str, use: Use, step: Step, seen: frozenset[str]
    ) -> Iterator[Reach]:
        if not is_harmless(call.parameters[other]):
            for reach in self._inside(call, other, seen):
                yield from composed(use, step, reach)

    def _ends(self, call: Call, name: str) -> Iterator[Reach]:
        action = call.action
        goal = goal_of(action, name)
        root = call.is_on("sudo")
        if goal is Goal.ADDRESS and call.has("url_hosts_whitelist"):
            return
        if goal is not None:
            yield Reach(goal=goal, action=action.ref, as_root=root)
        elif current_name(action.runner_type) in SCRIPTS and name in action.parameters:
            place = evaluated(action, position_of(action, name))
            if place is not None:
                step = Step("the script", place)
                yield Reach(
                    goal=Goal.SCRIPT,
                    action=action.ref,
                    steps=(step,),
                    is_whole=False,
                    is_sure=False,
                    as_root=root,
                )

    def _workflow(self, action: Action, name: str) -> Iterator[Reach]:
        tasks = self._tasks_of(action)
        if tasks is None:
            return
        for given in tasks.uses_of(name):
            for reach in self._of_task(given):
                begin = Step(f"input {name} of {action.ref}")
                yield from (
                    replace(one, steps=(begin, *one.steps))
                    for one in composed(given.use, given.step, reach)
                )

    def _of_task(self, given: "TaskUse") -> tuple[Reach, ...]:
        """Where a task's parameter gets to; in a circle of workflows nothing new is found."""
        key = (given.action, given.parameter, given.given)
        if key not in self._found:
            self._found[key] = ()
            call = self._call(given.action, given.given, MappingProxyType({}))
            if call is not None:
                found = self._given(call, given.parameter)
                self._found[key] = tuple(found)
        return self._found[key]

    def _tasks_of(self, action: Action) -> "WorkflowTasks | None":
        if action.ref not in self._tasks:
            from chatops_cli.validation.taint.tasks import tasks_of

            self._tasks[action.ref] = tasks_of(action, self._texts)
        return self._tasks[action.ref]


def composed(use: Use, step: Step, reach: Reach) -> Iterator[Reach]:
    """A way that goes on from a text to a goal: none where what is done on it makes it harmless."""
    found = replace(
        reach,
        steps=(step, *reach.steps),
        is_whole=reach.is_whole and use.is_whole,
        is_sure=reach.is_sure and use.is_sure,
    )
    if reach.goal is Goal.ADDRESS:
        if use.is_quoted or (reach.is_whole and not is_in_authority(use.before)):
            return
    elif use.is_quoted:
        quote = open_quote(use.before) if reach.is_whole and reach.goal is Goal.LINE else ""
        if not quote:
            return
        found = replace(found, quote=quote)
    yield found


def parameters_of(action: Action) -> Mapping[str, Parameter] | None:
    """What an action takes, the runner's parameters too; None where that isn't known."""
    try:
        return merge(action, find_runner(action.runner_type).PARAMETERS).parameters
    except ChatOpsError:
        return None


def position_of(action: Action, name: str) -> int | None:
    """Which argument of the script a parameter is, from 1; None where it may be any of them."""
    known = parameters_of(action) or {}
    own = [each for each in action.parameters.values() if each.name in known]
    placed = sorted(
        ((each.position, each.name) for each in own if each.position is not None),
    )
    order = [each for _, each in placed]
    return order.index(name) + 1 if name in order else None


def first_of_each(reaches: tuple[Reach, ...]) -> tuple[Reach, ...]:
    """Of each goal the worst: a part of a line, then what is sure, then what is short."""
    best: dict[Goal, Reach] = {}
    for reach in sorted(reaches, key=lambda r: (r.is_whole, not r.is_sure, len(r.steps))):
        best.setdefault(reach.goal, reach)
    return tuple(best.values())
