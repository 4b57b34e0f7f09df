"""Templates tried with samples of what they will see; what fails then fails in the room.

Importing this module imports Jinja.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps

from jinja2 import nodes
from jinja2.runtime import Context
from jinja2.utils import _PassArg
from jinja2.visitor import NodeTransformer

from chatops_cli.model.action import Action
from chatops_cli.model.frozen import frozen
from chatops_cli.rendering.failure import failure_of, failures
from chatops_cli.rendering.sandbox import ROUNDS, Sandbox
from chatops_cli.rendering.view import alias_view
from chatops_cli.runners.registry import current_name
from chatops_cli.validation.jinja.sample import Unknown, is_unknown, sample
from chatops_cli.validation.jinja.shape import (
    ANYTHING,
    RESULTS,
    Keyed,
    execution_shape,
    result_shape,
)
from chatops_cli.validation.jinja.template import Kind, PackTemplate

_UNPACKED = "items that can be unpacked"
_ID = "5f3a9c0e1b2d4f6a8c0e1b2d"
_TIME = "2026-01-31T08:15:04.000000Z"


@frozen
class Failure:
    """How a template fails: why, in which line of it, and for which status."""

    message: str
    line: int
    status: str


class Trial(Sandbox):
    """The sandbox of templates, in which unknown values stay unknown whatever is done to them."""

    def __init__(self) -> None:
        super().__init__(strict=False)
        for name, function in self.filters.items():
            if name != ROUNDS:
                self.filters[name] = _tolerant(function)
        for name, function in self.tests.items():
            self.tests[name] = _tolerant(function)  # type: ignore[arg-type]  # Jinja says no more
        self.filters[_UNPACKED] = _unpackable

    def failure(self, template: PackTemplate, parameters: Iterable[str] | None) -> Failure | None:
        """How it fails with one of the samples; None where it fails with none.

        Args:
            template: One that can be parsed, and names what there is.
            parameters: Those that the execution has; None where that isn't known.
        """
        names = None if parameters is None else tuple(parameters)
        try:
            compiled = self.from_string(template.text)
        except failures() as error:
            told = failure_of(error)
            return Failure(message=told.message, line=told.line, status="")
        for status, context in _contexts(template, names):
            try:
                for _ in compiled.root_render_func(compiled.new_context(context)):
                    pass
            except failures() as error:
                told = failure_of(error, compiled)
                return Failure(message=told.message, line=told.line, status=status)
        return None

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Unpacking().visit(super()._parse(source, name, filename))
        return tree

    def getattr(self, obj: object, attribute: str) -> object:
        return obj.step(attribute) if isinstance(obj, Unknown) else super().getattr(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        if isinstance(obj, Unknown):
            return obj.step(argument)
        return _first(argument) if is_unknown(argument) else super().getitem(obj, argument)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        if is_unknown((left, right)):
            return _first((left, right))
        return super().call_binop(context, operator, left, right)

    def call(
        self, context: Context, function: object, /, *arguments: object, **named: object
    ) -> object:
        given = (*arguments, *named.values())
        if isinstance(function, Unknown) or (_is_plain(function) and is_unknown(given)):
            return _first((function, given))
        return super().call(context, function, *arguments, **named)


class _Unpacking(NodeTransformer):
    """Puts what makes unknown items unpackable around what loops with several names go over."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802  # Jinja calls it by the node's name
        self.generic_visit(node)
        if isinstance(node.target, nodes.Tuple):
            count = nodes.Const(len(node.target.items))
            node.iter = nodes.Filter(
                node.iter, _UNPACKED, [count], [], None, None, lineno=node.lineno
            )
        return node


def _contexts(
    template: PackTemplate, parameters: tuple[str, ...] | None
) -> Iterator[tuple[str, dict[str, object]]]:
    """What the template may see, one way and another, each with the status that it is for."""
    for is_true in (True, False):
        if not template.kind.is_answer:
            names = template.names or ()
            yield "", {name: Unknown(is_true=is_true) for name in names}
            continue
        for status in ("requested",) if template.kind is Kind.ACK else ("succeeded", "failed"):
            seen = _execution(template, status, parameters, is_true=is_true)
            name = "actionalias" if template.kind is Kind.ACK else "alias"
            view = alias_view(template.alias) if template.alias is not None else {}
            yield status, {"execution": seen, name: view}


def _execution(
    template: PackTemplate, status: str, parameters: tuple[str, ...] | None, *, is_true: bool
) -> dict[str, object]:
    action = template.action
    shape = execution_shape(template.kind, action)
    given: object = Unknown(is_true=is_true)
    if parameters:
        given = {name: Unknown(is_true=is_true) for name in parameters}
    known: dict[str, object] = {
        **{key: sample(inner, is_true=is_true) for key, inner in shape.keys.items()},
        "id": _ID,
        "status": status,
        "parameters": given,
        "start_timestamp": _TIME,
        "end_timestamp": _TIME,
    }
    if template.kind is Kind.ACK:
        gone = ("end_timestamp", "elapsed_seconds")
        return {**{key: known[key] for key in known if key not in gone}, "result": None}
    if action is not None:
        known["action"] = {"ref": str(action.ref), "pack": action.pack, "name": action.name}
        known["runner"] = {"name": action.runner_type}
        known["result"] = _result(action, has_failed=status == "failed", is_true=is_true)
    return known


def _result(action: Action, *, has_failed: bool, is_true: bool) -> object:
    """Of what has failed only what its runner says is known, and no code of 0."""
    if not has_failed:
        return sample(result_shape(action), is_true=is_true)
    shape = RESULTS.get(current_name(action.runner_type), ANYTHING)
    found = sample(shape, is_true=is_true)
    if isinstance(shape, Keyed) and isinstance(found, dict):
        return {key: 1 if isinstance(value, int) else value for key, value in found.items()}
    return found


def _tolerant(function: Callable[..., object]) -> Callable[..., object]:
    """The filter or test; of what isn't known it gives what isn't known."""
    first = 0 if _PassArg.from_obj(function) is None else 1

    @wraps(function)
    def tolerant(*arguments: object, **named: object) -> object:
        given = (*arguments[first:], *named.values())
        return _first(given) if is_unknown(given) else function(*arguments, **named)

    return tolerant


def _unpackable(values: Iterable[object], count: int) -> Iterator[object]:
    for value in values:
        yield (value,) * count if isinstance(value, Unknown) else value


def _is_plain(function: object) -> bool:
    """Whether it is a method of data, or ``range``: neither a macro nor what makes objects."""
    if function is range:
        return True
    return isinstance(getattr(function, "__self__", None), str | list | dict | int | float)


def _first(value: object) -> Unknown:
    """Something unknown, as true as the first unknown in a value."""
    if isinstance(value, Unknown):
        return Unknown(is_true=value.is_true)
    if isinstance(value, slice):
        value = (value.start, value.stop, value.step)
    if isinstance(value, Mapping):
        value = (*value.keys(), *value.values())
    if isinstance(value, list | tuple):
        for item in value:
            if is_unknown(item):
                return _first(item)
    return Unknown(is_true=True)
