"""The functions that expressions in YAQL have beside YAQL's own.

Source: Orquesta registers them as plain functions, whose parameters YAQL names in camel case.
"""

import inspect
from collections.abc import Callable

from chatops_cli.rendering.guards import guard_filter
from chatops_cli.workflows.evaluation import Scope
from chatops_cli.workflows.expressions import filters, known
from chatops_cli.workflows.expressions.datastore import WorkflowValues
from chatops_cli.workflows.expressions.mistakes import MistakeError
from chatops_cli.workflows.expressions.views import View, frozen_view, thawed
from chatops_cli.workflows.expressions.yaql_context import BoundedContext


def register(context: BoundedContext, values: WorkflowValues | None) -> None:
    """Makes them known in a context.

    Args:
        context: Where.
        values: What ``st2kv`` reads, None where there is no datastore.
    """
    own: dict[str, Callable[..., object]] = {
        "ctx": _ctx,
        "item": _item,
        "task_status": _task_status,
        "task": _task,
        "succeeded": lambda context: known.succeeded(_scope(context)),
        "failed": lambda context: known.failed(_scope(context)),
        "completed": lambda context: known.completed(_scope(context)),
        "result": lambda context: frozen_view(known.result(_scope(context))),
        "json": _json,
        "zip": _zip,
        "st2kv": _st2kv(values),
    }
    for name, function in own.items():
        context.register_function(function, name=name)
    for name, function in filters.functions().items():
        context.register_function(_as_function(name, function), name=name)


def _scope(context: BoundedContext) -> Scope:
    if context.work is None:
        raise RuntimeError("a YAQL expression is evaluated in a context of its own")
    return context.work.scope


def _ctx(context: BoundedContext, key: object = None) -> object:
    scope = _scope(context)
    if not key:
        return Variables(scope)
    if not isinstance(key, str):
        raise MistakeError("ctx takes the name of a variable")
    return frozen_view(known.variable(scope, key))


class Variables(View):
    """All variables; one that isn't there is told as such."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        super().__init__(known.visible(scope))
        self._scope = scope

    def __getitem__(self, key: str) -> object:
        if key not in self:
            raise known.no_variable(self._scope, key)
        return super().__getitem__(key)

    def get(self, key: str, default: object = None) -> object:
        """The variable, or the default where it isn't there."""
        return View.__getitem__(self, key) if key in self else default


def _item(context: BoundedContext, key: object = None) -> object:
    return frozen_view(known.item(_scope(context), key))


def _task_status(context: BoundedContext, task_id: object, route: object = None) -> str:
    return known.task_status(_scope(context), task_id, route)


def _task(context: BoundedContext, task_id: object = None, route: object = None) -> object:
    return frozen_view(known.task(_scope(context), task_id, route))


def _json(s: object) -> object:
    return known.parse_json(thawed(s))


def _zip(*args: object, pad: object = None) -> object:
    return known.zip_lists(*(thawed(one) for one in args), pad=pad)  # type: ignore[arg-type]  # it checks


def _st2kv(values: WorkflowValues | None) -> Callable[..., object]:
    def st2kv(key: str, **kwargs: object) -> object:
        if values is None:
            raise MistakeError("there is no datastore here")
        return values(key, **kwargs)

    return st2kv


def _as_function(name: str, function: Callable[..., object]) -> Callable[..., object]:
    """The filter, given plain lists and objects, with the limits that it has in templates."""

    def guarded(*arguments: object, **named: object) -> object:
        value, *more = map(thawed, arguments)
        value = guard_filter(name, value, more, named)
        return function(value, *more, **named)

    # YAQL reads the names, the types and the defaults of parameters from the signature.
    guarded.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]  # it may have one
    return guarded
