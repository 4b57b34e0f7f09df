"""The variables of a workflow that an expression in YAQL gives the value of.

Importing this module imports YAQL; it is imported when an expression needs it.
"""

from dataclasses import replace
from itertools import chain

from yaql.language import expressions

from chatops_cli.validation.taint.jinja_uses import item_name
from chatops_cli.validation.taint.use import CHANGING, KEEPING, QUOTING, Way
from chatops_cli.workflows.expressions.mistakes import CAUGHT
from chatops_cli.workflows.expressions.yaql_language import YaqlLanguage, children

_KEEPING = KEEPING | {
    *(
        "append",
        "coalesce",
        "concat",
        "dict",
        "distinct",
        "flatten",
        "get",
        "items",
        "keys",
        "norm",
    ),
    *("rightSplit", "select", "split", "str", "substring", "switch", "toLower", "toList"),
    *("toUpper", "trimLeft", "trimRight", "values", "where", "zip", "toDict", "selectMany"),
}
_OF_ARGUMENTS = frozenset(
    {"coalesce", "concat", "dict", "format", "join", "get", "switch", "append"}
)
_CHANGING = CHANGING | {"substring"}
_JOINING = ("+", "or", "and")
_STEPS = (".", "?.")


class YaqlUses:
    """Looks at one expression after the other."""

    def __init__(self, language: YaqlLanguage) -> None:
        self._language = language

    def ways(self, inner: str) -> tuple[Way, ...]:
        """The values that an expression gives; none where it isn't valid."""
        try:
            return _ways(self._language.compile(inner))
        except CAUGHT:  # a RecursionError is a RuntimeError
            return ()


def _ways(node: object) -> tuple[Way, ...]:
    if isinstance(node, expressions.BinaryOperator):
        return _of_operator(node)
    if isinstance(node, expressions.IndexExpression):
        owner, *keys = node.args
        name = _text(keys[0]) if _is_all(owner) and keys else None
        return (Way(name=name),) if name else _ways(owner)
    if isinstance(node, expressions.Function) and not node.name.startswith(("#", "*")):
        return _of_call(node)
    if isinstance(node, expressions.MappingRuleExpression):
        return _ways(node.destination)
    if isinstance(node, expressions.UnaryOperator):
        return ()
    return _all(children(node))


def _all(nodes: "tuple[object, ...] | list[object]") -> tuple[Way, ...]:
    return tuple(chain.from_iterable(map(_ways, nodes)))


def _of_operator(node: "expressions.BinaryOperator") -> tuple[Way, ...]:
    left, right = node.args
    if node.operator in _STEPS:
        if not isinstance(right, expressions.Function):
            name = _text(right) if _is_all(left) else None
            return (Way(name=name),) if name else _ways(left)
        if _is_all(left):
            name = _text(right.args[0]) if right.name == "get" and right.args else None
            return (Way(name=name),) if name else ()
        return _through(right.name, [left, *right.args], right.args)
    return _all([left, right]) if node.operator in _JOINING else ()


def _of_call(node: "expressions.Function") -> tuple[Way, ...]:
    first = _text(node.args[0]) if node.args else None
    if node.name == "ctx":
        return (Way(name=first),) if first else ()
    if node.name == "item":
        return (Way(name=item_name(first)),)
    return _through(node.name, list(node.args), list(node.args)[1:])


def _through(name: str, values: list[object], arguments: list[object]) -> tuple[Way, ...]:
    """What a function gives of its first value, or of all."""
    ways = _all(values if name in _OF_ARGUMENTS else values[:1])
    if name in QUOTING:
        return tuple(replace(way, is_quoted=True) for way in ways)
    if name in _CHANGING:
        if any(sign in (_text(each) or "") for each in arguments for sign in "'\""):
            return ()
        return tuple(replace(way, is_sure=False) for way in ways)
    return ways if name in _KEEPING else ()


def _is_all(node: object) -> bool:
    return isinstance(node, expressions.Function) and node.name == "ctx" and not node.args


def _text(node: object) -> str | None:
    value = node.value if isinstance(node, expressions.Constant) else None
    return value if isinstance(value, str) and value else None
