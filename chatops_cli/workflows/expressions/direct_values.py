"""What the directly evaluated forms of YAQL do, with the very answers that YAQL gives.

Source: yaql 3.2, ``yaql.standard_library``: which types each operator and method takes.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from chatops_cli.model.json import Json
from chatops_cli.rendering.limits import VALUE_LIMIT
from chatops_cli.workflows.evaluation import Scope
from chatops_cli.workflows.expressions import known
from chatops_cli.workflows.expressions.mistakes import MistakeError

Direct: TypeAlias = Callable[[Scope], Json]
"""An expression ready to be evaluated."""

_NUMBERS = (int, float)
_BITS = 1024
_VARIABLES: Direct = known.visible
CONSTANTS: Mapping[str, Json] = MappingProxyType({"true": True, "false": False, "null": None})


class Doubt(Exception):  # noqa: N818  # not an error: YAQL is asked
    """The answer is YAQL's to give."""


def constant(kind: str, text: str) -> Direct:
    value: Json
    if kind == "number":
        value = float(text) if "." in text else int(text[:_BITS])
        if len(text) > _BITS:
            raise Doubt
    elif kind in ("single", "double"):
        value = text
    elif kind == "word":
        value = CONSTANTS.get(text, text)
    else:
        raise Doubt
    return lambda _: value


def list_of(members: tuple[Direct, ...]) -> Direct:
    return lambda scope: [member(scope) for member in members]


def attribute(value: Direct, name: str) -> Direct:
    if value is _VARIABLES:
        # All variables need not be gathered for one of them.
        return lambda scope: _visible_variable(scope, name)

    def step(scope: Scope) -> Json:
        owner = value(scope)
        if type(owner) is dict and name in owner:
            return owner[name]
        raise Doubt

    return step


def index(value: Direct, key: Direct) -> Direct:
    def step(scope: Scope) -> Json:
        owner, wanted = value(scope), key(scope)
        if type(owner) is list and type(wanted) is int and wanted < len(owner):
            return owner[wanted]
        if type(owner) is dict and type(wanted) is str and wanted in owner:
            return owner[wanted]
        raise Doubt

    return step


def operation(sign: str, left: Direct, right: Direct) -> Direct:
    if sign == "and":
        return lambda scope: left(scope) and right(scope)
    if sign == "or":
        return lambda scope: left(scope) or right(scope)
    if sign == "=":
        return lambda scope: left(scope) == right(scope)
    if sign == "!=":
        return lambda scope: left(scope) != right(scope)
    operate = _OPERATIONS[sign]
    return lambda scope: operate(left(scope), right(scope))


def _are_numbers(left: Json, right: Json) -> bool:
    return type(left) in _NUMBERS and type(right) in _NUMBERS


def _compared(compare: Callable[[float, float], bool]) -> Callable[[Json, Json], Json]:
    def compared(left: Json, right: Json) -> Json:
        if _are_numbers(left, right) or (type(left) is str and type(right) is str):
            return compare(left, right)  # type: ignore[arg-type]  # two numbers or two texts
        raise Doubt

    return compared


def _plus(left: Json, right: Json) -> Json:
    if isinstance(left, str) and isinstance(right, str) and len(left) + len(right) <= VALUE_LIMIT:
        return left + right
    if _are_numbers(left, right):
        return _finite(_bounded(left) + _bounded(right))
    raise Doubt


def _minus(left: Json, right: Json) -> Json:
    if _are_numbers(left, right):
        return _finite(_bounded(left) - _bounded(right))
    raise Doubt


def _bounded(number: Json) -> float:
    if isinstance(number, float) or (isinstance(number, int) and number.bit_length() < _BITS):
        return number
    raise Doubt


def _finite(number: float) -> float:
    # A whole number may be too large to be asked as a float.
    if type(number) is float and not math.isfinite(number):
        raise Doubt
    return number


def _is_in(left: Json, right: Json) -> Json:
    if isinstance(right, list):
        return left in right
    if isinstance(left, str) and isinstance(right, str):
        return left in right
    raise Doubt


_OPERATIONS: Mapping[str, Callable[[Json, Json], Json]] = MappingProxyType(
    {
        "<": _compared(lambda left, right: left < right),
        ">": _compared(lambda left, right: left > right),
        "<=": _compared(lambda left, right: left <= right),
        ">=": _compared(lambda left, right: left >= right),
        "+": _plus,
        "-": _minus,
        "in": _is_in,
    }
)


def function(name: str, arguments: tuple[Direct, ...]) -> Direct:
    if name == "ctx" and not arguments:
        return _VARIABLES
    if name == "coalesce" and arguments:
        return _first_given(arguments)
    if len(arguments) == 1 and name in _CONVERSIONS:
        convert, [argument] = _CONVERSIONS[name], arguments
        return lambda scope: convert(argument(scope))
    make = _FUNCTIONS.get((name, len(arguments)))
    if make is None:
        raise Doubt
    return _certain(make, arguments)


def _first_given(arguments: tuple[Direct, ...]) -> Direct:
    def coalesce(scope: Scope) -> Json:
        return next((v for one in arguments if (v := one(scope)) is not None), None)

    return coalesce


def _certain(make: Callable[..., Json], arguments: tuple[Direct, ...]) -> Direct:
    """The function of `known`; where it sees a mistake it is in doubt."""
    if not arguments:

        def call(scope: Scope) -> Json:
            try:
                return make(scope)
            except MistakeError:
                raise Doubt from None

        return call
    [argument] = arguments

    def call_with(scope: Scope) -> Json:
        name = argument(scope)
        if type(name) is not str or not name:
            raise Doubt
        try:
            return make(scope, name)
        except MistakeError:
            raise Doubt from None

    return call_with


def _visible_variable(scope: Scope, name: str) -> Json:
    variables = scope.variables
    if name not in variables or name.startswith("__"):
        raise Doubt
    return variables[name]


_FUNCTIONS: Mapping[tuple[str, int], Callable[..., Json]] = MappingProxyType(
    {
        ("ctx", 1): known.variable,
        ("item", 0): known.item,
        ("item", 1): known.item,
        ("result", 0): known.result,
        ("succeeded", 0): known.succeeded,
        ("failed", 0): known.failed,
        ("completed", 0): known.completed,
        ("task", 0): known.task,
        ("task", 1): known.task,
        ("task_status", 1): known.task_status,
    }
)


def method(name: str, owner: Direct, arguments: tuple[Direct, ...]) -> Direct:
    call = _METHODS.get((name, len(arguments)))
    if call is None:
        raise Doubt
    return lambda scope: call(owner(scope), *[argument(scope) for argument in arguments])


def _get(owner: Json, key: Json, default: Json = None) -> Json:
    if type(owner) is dict and type(key) is str:
        return owner.get(key, default)
    raise Doubt


def _contains_key(owner: Json, key: Json) -> Json:
    if type(owner) is dict and type(key) is str:
        return key in owner
    raise Doubt


def _of_text(method: Callable[..., Json]) -> Callable[..., Json]:
    def of_text(*texts: Json) -> Json:
        if all(type(text) is str for text in texts):
            return method(*texts)
        raise Doubt

    return of_text


def _length(owner: Json) -> Json:
    if isinstance(owner, str | list | dict):
        return len(owner)
    raise Doubt


def _text_of(value: Json) -> Json:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(_bounded(value))
    if isinstance(value, str | float):
        return str(value)
    raise Doubt


_CONVERSIONS: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {"len": _length, "str": _text_of}
)
_METHODS: Mapping[tuple[str, int], Callable[..., Json]] = MappingProxyType(
    {
        ("get", 1): _get,
        ("get", 2): _get,
        ("containsKey", 1): _contains_key,
        ("len", 0): _length,
        ("toLower", 0): _of_text(str.lower),
        ("toUpper", 0): _of_text(str.upper),
        ("startsWith", 1): _of_text(str.startswith),
        ("endsWith", 1): _of_text(str.endswith),
    }
)
