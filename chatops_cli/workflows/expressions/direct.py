"""The forms of YAQL that most expressions have, evaluated without its engine.

``ctx().x.y``, ``result().x = 'y' and succeeded()`` and the like: with YAQL they cost a hundred
microseconds each, and loading it half a second. What is here gives the very value that YAQL gives,
or is in `Doubt`: then YAQL is asked, which also tells what is wrong.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from chatops_cli.model.json import Json
from chatops_cli.rendering.legacy import DICT_METHODS
from chatops_cli.rendering.limits import VALUE_LIMIT
from chatops_cli.workflows.evaluation import Scope
from chatops_cli.workflows.expressions import known
from chatops_cli.workflows.expressions.mistakes import MistakeError

Direct: TypeAlias = Callable[[Scope], Json]
"""An expression ready to be evaluated."""

_NUMBERS = (int, float)
_BITS = 1024
_DEPTH = 40
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?)(?![\w.])
    | '(?P<single>[^'\\]*)' | "(?P<double>[^"\\]*)"
    | (?P<call>[A-Za-z]\w*)\(
    | (?P<word>[A-Za-z]\w*)
    | (?P<sign><=|>=|!=|[=<>+\-.,()\[\]])
    )""",
    re.VERBOSE | re.ASCII,
)
_PLAIN_JINJA = re.compile(
    r"(?:(?:ctx|item)\((?:'\w+'|\"\w+\")?\)|(?:result|succeeded|failed|completed)\(\))"
    r"(?:\.[A-Za-z]\w*)*",
    re.ASCII,
)
_STRENGTHS: Mapping[str, int] = MappingProxyType(
    {
        "or": 1,
        "and": 2,
        **dict.fromkeys(("=", "!=", "<", ">", "<=", ">=", "in"), 4),
        **dict.fromkeys(("+", "-"), 5),
    }
)
_NOT = 3
_CONSTANTS: Mapping[str, Json] = MappingProxyType({"true": True, "false": False, "null": None})
_VARIABLES: Direct = known.visible
_RESERVED = frozenset({"and", "or", "not", "in", "mod"})


class Doubt(Exception):  # noqa: N818  # not an error: YAQL is asked
    """The answer is YAQL's to give."""


def compile_direct(text: str) -> Direct | None:
    """The expression, None where it is of another form, or not valid."""
    try:
        parser = _Parser(_tokens(text))
        expression = parser.expression(0)
        parser.expect("end")
    except Doubt:
        return None
    return expression


def is_plain_jinja(text: str) -> bool:
    """Whether the expression means the same in both languages."""
    return _PLAIN_JINJA.fullmatch(text) is not None and not any(
        hasattr(dict, step) or step in DICT_METHODS for step in text.split(".")[1:]
    )


_Token: TypeAlias = tuple[str, str]
"""What kind of token, and its text."""


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            raise Doubt
        kind = found.lastgroup or ""
        value = found[kind]
        is_sign = kind == "sign" or (kind == "word" and value in _RESERVED)
        tokens.append((value, "") if is_sign else (kind, value))
        position = found.end()
    tokens.append(("end", ""))
    return tokens


class _Parser:
    """A parser by the strength of operators; what it doesn't know is in doubt."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def expect(self, kind: str) -> None:
        if self._tokens[self._at][0] != kind:
            raise Doubt
        self._at += 1

    def expression(self, strength: int) -> Direct:
        self._depth += 1
        if self._depth > _DEPTH:
            raise Doubt
        left = self._negation() if self._sees("not") else self._value()
        while (own := _STRENGTHS.get(self._tokens[self._at][0], 0)) > strength:
            sign = self._tokens[self._at][0]
            self._at += 1
            if self._tokens[self._at][0] == "not" and own > _NOT:
                raise Doubt
            left = _operation(sign, left, self.expression(own))
        self._depth -= 1
        return left

    def _negation(self) -> Direct:
        self._at += 1
        operand = self.expression(_NOT)
        return lambda scope: not operand(scope)

    def _sees(self, kind: str) -> bool:
        return self._tokens[self._at][0] == kind

    def _value(self) -> Direct:
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "(":
            value = self.expression(0)
            self.expect(")")
        elif kind == "call":
            value = _function(text, self._arguments(")"))
        elif kind == "[":
            value = _list(self._arguments("]"))
        else:
            value = _constant(kind, text)
        return self._steps(value)

    def _steps(self, value: Direct) -> Direct:
        while True:
            if self._sees("."):
                self._at += 1
                kind, name = self._tokens[self._at]
                self._at += 1
                if kind == "call":
                    value = _method(name, value, self._arguments(")"))
                elif kind == "word" and name not in _CONSTANTS:
                    value = _attribute(value, name)
                else:
                    raise Doubt
            elif self._sees("["):
                self._at += 1
                keys = self._arguments("]")
                if len(keys) != 1:
                    raise Doubt
                value = _index(value, keys[0])
            else:
                return value

    def _arguments(self, end: str) -> tuple[Direct, ...]:
        arguments: list[Direct] = []
        while not self._sees(end):
            if arguments:
                self.expect(",")
            arguments.append(self.expression(0))
        self._at += 1
        return tuple(arguments)


def _constant(kind: str, text: str) -> Direct:
    value: Json
    if kind == "number":
        value = float(text) if "." in text else int(text[:_BITS])
        if len(text) > _BITS:
            raise Doubt
    elif kind in ("single", "double"):
        value = text
    elif kind == "word":
        value = _CONSTANTS.get(text, text)
    else:
        raise Doubt
    return lambda _: value


def _list(members: tuple[Direct, ...]) -> Direct:
    return lambda scope: [member(scope) for member in members]


def _attribute(value: Direct, name: str) -> Direct:
    if value is _VARIABLES:
        # All variables need not be gathered for one of them.
        return lambda scope: _visible_variable(scope, name)

    def attribute(scope: Scope) -> Json:
        owner = value(scope)
        if type(owner) is dict and name in owner:
            return owner[name]
        raise Doubt

    return attribute


def _index(value: Direct, key: Direct) -> Direct:
    def index(scope: Scope) -> Json:
        owner, wanted = value(scope), key(scope)
        if type(owner) is list and type(wanted) is int and wanted < len(owner):
            return owner[wanted]
        if type(owner) is dict and type(wanted) is str and wanted in owner:
            return owner[wanted]
        raise Doubt

    return index


def _operation(sign: str, left: Direct, right: Direct) -> Direct:
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
        return _bounded(left) + _bounded(right)
    raise Doubt


def _minus(left: Json, right: Json) -> Json:
    if _are_numbers(left, right):
        return _bounded(left) - _bounded(right)
    raise Doubt


def _bounded(number: Json) -> float:
    if isinstance(number, float) or (isinstance(number, int) and number.bit_length() < _BITS):
        return number
    raise Doubt


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


def _function(name: str, arguments: tuple[Direct, ...]) -> Direct:
    if name == "ctx" and not arguments:
        return _VARIABLES
    make = _FUNCTIONS.get((name, len(arguments)))
    if make is None:
        raise Doubt
    return _certain(make, arguments)


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
        ("task_status", 1): known.task_status,
    }
)


def _method(name: str, owner: Direct, arguments: tuple[Direct, ...]) -> Direct:
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
