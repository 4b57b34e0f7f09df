"""The forms of YAQL that most expressions have, evaluated without its engine.

``ctx().x.y``, ``result().x = 'y' and succeeded()`` and the like: with YAQL they cost a hundred
microseconds each, and loading it half a second. What is here gives the very value that YAQL gives,
or is in `Doubt`: then YAQL is asked, which also tells what is wrong.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from chatops_cli.rendering.legacy import DICT_METHODS
from chatops_cli.workflows.expressions.direct_values import (
    CONSTANTS,
    Direct,
    Doubt,
    attribute,
    constant,
    function,
    index,
    list_of,
    method,
    operation,
)

_DEPTH = 40
_TOKENS = 200
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
_RESERVED = frozenset({"and", "or", "not", "in", "mod"})


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
        if len(tokens) > _TOKENS:
            # Each operator is evaluated within the one after it.
            raise Doubt
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
            left = operation(sign, left, self.expression(own))
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
            value = function(text, self._arguments(")"))
        elif kind == "[":
            value = list_of(self._arguments("]"))
        else:
            value = constant(kind, text)
        return self._steps(value)

    def _steps(self, value: Direct) -> Direct:
        while True:
            if self._sees("."):
                self._at += 1
                kind, name = self._tokens[self._at]
                self._at += 1
                if kind == "call":
                    value = method(name, value, self._arguments(")"))
                elif kind == "word" and name not in CONSTANTS:
                    value = attribute(value, name)
                else:
                    raise Doubt
            elif self._sees("["):
                self._at += 1
                keys = self._arguments("]")
                if len(keys) != 1:
                    raise Doubt
                value = index(value, keys[0])
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
