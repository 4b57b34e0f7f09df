"""What is wrong with actions by their runners, and in their defaults: seen before they run."""

from collections.abc import Iterable, Iterator

from chatops_cli.errors import ChatOpsError, ParameterError
from chatops_cli.execution.defaults import ordered
from chatops_cli.execution.merging import Merged, merge
from chatops_cli.model.action import Action
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.rendering.failure import TemplateError
from chatops_cli.rendering.templates import Templates
from chatops_cli.runners.registry import find_runner


def check_actions(actions: Iterable[Action], templates: Templates) -> Iterator[Problem]:
    """Runner parameters that an action may not say anew, and defaults that go in a circle.

    Actions of a runner that isn't installed are passed over.

    Source: StackStorm, ``st2common.util.schema``, checked when an action is registered.
    """
    for action in actions:
        try:
            runner = find_runner(action.runner_type).PARAMETERS
        except ChatOpsError:
            continue
        try:
            merged = merge(action, runner)
        except ParameterError as error:
            yield Problem(
                place=action.place, rule="runner-parameter", message=error.message, hint=error.hint
            )
            continue
        yield from _circles(action, merged, templates)


def _circles(action: Action, merged: Merged, templates: Templates) -> Iterator[Problem]:
    names = merged.parameters.keys()
    needs = {n: _names(p.default, templates) & names for n, p in merged.parameters.items()}
    try:
        ordered(needs, (), action)
    except ParameterError as error:
        yield Problem(
            place=action.place,
            rule="default-circle",
            message=error.message,
            hint="it runs where one of them is given",
            severity=Severity.WARNING,
        )


def _names(default: Json, templates: Templates) -> frozenset[str]:
    try:
        return templates.names(default)
    except TemplateError:
        return frozenset()
