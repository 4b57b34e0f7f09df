"""What both languages know of a workflow: variables, items, tasks. None of it changes anything.

Source: Orquesta, ``orquesta.expressions.functions``; ``task`` is of StackStorm's runner.
"""

from collections.abc import Iterable
from itertools import zip_longest

from chatops_cli.model.json import Json
from chatops_cli.workflows.evaluation import Scope
from chatops_cli.workflows.expressions.mistakes import MistakeError

SUCCEEDED = "succeeded"
FAILED = "failed"
COMPLETED = frozenset({SUCCEEDED, FAILED, "timeout", "expired", "abandoned", "canceled"})

_HIDDEN = "__"
_NAMES_TOLD = 12


def visible(scope: Scope) -> dict[str, Json]:
    """All variables but those of the program itself."""
    return {k: v for k, v in scope.variables.items() if not k.startswith(_HIDDEN)}


def variable(scope: Scope, name: str) -> Json:
    """The variable of this name.

    Raises:
        MistakeError: There is none, or it isn't for expressions.
    """
    if name not in scope.variables:
        raise no_variable(scope, name)
    if name.startswith(_HIDDEN):
        raise MistakeError(f"the variable '{name}' is not for expressions")
    return scope.variables[name]


def no_variable(scope: Scope, name: str) -> MistakeError:
    """What to say where a variable is missing."""
    names = sorted(n for n in scope.variables if not n.startswith(_HIDDEN))
    more = ", …" if len(names) > _NAMES_TOLD else ""
    hint = f"there are {', '.join(names[:_NAMES_TOLD])}{more}" if names else "there are none here"
    return MistakeError(f"there is no variable '{name}'", hint=hint)


def item(scope: Scope, key: object = None) -> Json:
    """The item at hand, or what has this name in it; null where there are no items."""
    if not key:
        return scope.item
    if not isinstance(key, str):
        raise MistakeError("item takes a name")
    if not scope.has_item:
        raise MistakeError(f"there is no item to take '{key}' of: its task has no items")
    if not isinstance(scope.item, dict):
        raise MistakeError(f"the item has no names, so there is no '{key}' in it")
    if key not in scope.item:
        raise MistakeError(f"the item has no '{key}'")
    return scope.item[key]


def current(scope: Scope) -> str:
    """The task at hand.

    Raises:
        MistakeError: There is none.
    """
    if scope.task is None:
        raise MistakeError("there is no task here whose end it could look at")
    return scope.task


def task_status(scope: Scope, task_id: object, route: object = None) -> str:
    """The status of a task, ``null`` where it has not run."""
    if not isinstance(task_id, str):
        raise MistakeError("task_status takes the name of a task")
    return str(scope.status_of(task_id, _route("task_status", route)))


def succeeded(scope: Scope) -> bool:
    return scope.status_of(current(scope), None) == SUCCEEDED


def failed(scope: Scope) -> bool:
    return scope.status_of(current(scope), None) == FAILED


def completed(scope: Scope) -> bool:
    return scope.status_of(current(scope), None) in COMPLETED


def result(scope: Scope) -> Json:
    current(scope)
    return scope.result


def task(scope: Scope, task_id: object = None, route: object = None) -> Json:
    """The last run of a task, by default of the one at hand.

    Raises:
        MistakeError: It has not run.
    """
    name = current(scope) if task_id is None else task_id
    if not isinstance(name, str):
        raise MistakeError("task takes the name of a task")
    found = scope.task_of(name, _route("task", route))
    if found is None:
        raise MistakeError(f"the task '{name}' has not run here")
    return dict(found)


def _route(function: str, route: object) -> int | None:
    if route is None or (isinstance(route, int) and not isinstance(route, bool)):
        return route
    raise MistakeError(f"the route of {function} is a whole number")


def parse_json(value: object) -> object:
    """The data of a JSON text; an object stays as it is."""
    import json

    if isinstance(value, dict):
        return value
    if not isinstance(value, str):
        raise MistakeError("json takes a text")
    try:
        return json.loads(value)
    except ValueError as error:
        raise MistakeError(f"json was given what isn't JSON: {error}") from None


def zip_lists(*lists: Iterable[object] | None, pad: object = None) -> object:
    """The lists side by side, as long as the longest; one alone stays as it is."""
    given = [[] if one is None else one for one in lists]
    if len(given) == 1:
        return given[0]
    if not all(isinstance(one, Iterable) for one in given):
        raise MistakeError("zip takes lists")
    return [list(row) for row in zip_longest(*given, fillvalue=pad)]
