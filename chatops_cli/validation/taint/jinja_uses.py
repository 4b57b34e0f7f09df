"""The values that a text with Jinja writes, and what becomes of each.

Importing this module imports Jinja; it is imported when a text needs it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from jinja2 import TemplateError, nodes

from chatops_cli.rendering.sandbox import Sandbox
from chatops_cli.validation.taint.use import CHANGING, HOLE, KEEPING, QUOTING, Use, Way

_METHODS = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "replace", "split"}
    | {"splitlines", "join", "format", "get", "items", "keys", "values", "encode", "decode"}
)
_OF_ARGUMENTS = frozenset({"default", "d", "format", "join"})
"""What writes its arguments, too."""

_Local = Mapping[str, tuple[Way, ...]]


class JinjaUses:
    """Looks at one text after the other."""

    def __init__(self) -> None:
        self._sandbox = Sandbox(strict=False)

    def uses(self, text: str) -> tuple[Use, ...]:
        """The values in a text, in order; none where it isn't valid."""
        try:
            tree = self._sandbox.parse(text)
        except (TemplateError, RecursionError):
            return ()
        walk = _Walk()
        walk.body(tree.body, {})
        is_whole = not walk.plain.strip() and walk.outputs == 1
        return tuple(replace(use, is_whole=is_whole) for use in walk.uses)

    def ways(self, inner: str) -> tuple[Way, ...]:
        """The values that an expression without its delimiters gives; none where it isn't valid."""
        return tuple(
            Way(name=use.name, is_sure=use.is_sure, is_quoted=use.is_quoted)
            for use in self.uses("{{ " + inner + " }}")
        )


class _Walk:
    """What was written so far; `plain` without what expressions wrote."""

    def __init__(self) -> None:
        self.uses: list[Use] = []
        self.outputs = 0
        self.plain = ""
        self._written = ""

    def body(self, body: list[nodes.Node], local: dict[str, tuple[Way, ...]]) -> None:
        for node in body:
            self._statement(node, local)

    def _statement(self, node: nodes.Node, local: dict[str, tuple[Way, ...]]) -> None:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    self._output(part, local)
            case nodes.If():
                for body in (node.body, *(each.body for each in node.elif_), node.else_):
                    self.body(body, local)
            case nodes.For():
                inner = {**local, **dict.fromkeys(_targets(node.target), ways_of(node.iter, local))}
                self.body(node.body, inner)
            case nodes.Assign():
                local.update(dict.fromkeys(_targets(node.target), ways_of(node.node, local)))
            case _:
                return

    def _output(self, part: nodes.Node, local: _Local) -> None:
        if isinstance(part, nodes.TemplateData):
            self.plain += part.data
            self._written += part.data
            return
        self.outputs += 1
        for way in ways_of(part, local):
            self.uses.append(
                Use(
                    name=way.name,
                    before=self._written,
                    is_sure=way.is_sure,
                    is_quoted=way.is_quoted,
                )
            )
        self._written += HOLE


def ways_of(node: nodes.Node, local: _Local) -> tuple[Way, ...]:
    """The values that an expression may give, by the names that it reads."""
    variable = _variable(node)
    if variable is not None:
        return (Way(name=variable),)
    match node:
        case nodes.Name(name=name):
            return local.get(name, (Way(name=name),))
        case nodes.Filter(name=name, node=inner) if inner is not None:
            given = node.args if name in _OF_ARGUMENTS else []
            return _filtered(name, [inner, *given], node.args, local)
        case nodes.Call():
            return _called(node, local)
        case _:
            return tuple(chain.from_iterable(ways_of(each, local) for each in _parts(node)))


def _parts(node: nodes.Node) -> tuple[nodes.Node, ...]:
    """The expressions of which a node may give the value."""
    found: list[nodes.Expr] | tuple[nodes.Expr, ...] = ()
    match node:
        case nodes.Getattr(node=owner) | nodes.Getitem(node=owner):
            found = (owner,)
        case nodes.CondExpr(expr1=one, expr2=other):
            found = (one,) if other is None else (one, other)
        case nodes.Concat(nodes=parts) | nodes.List(items=parts) | nodes.Tuple(items=parts):
            found = parts
        case nodes.Add() | nodes.Mod() | nodes.Or() | nodes.And():
            found = (node.left, node.right)
        case nodes.Dict(items=pairs):
            found = [pair.value for pair in pairs]
        case _:
            pass
    return tuple(found)


def _called(node: nodes.Call, local: _Local) -> tuple[Way, ...]:
    match node.node:
        case nodes.Getattr(node=owner, attr=name) if name in _METHODS:
            given = node.args if name in _OF_ARGUMENTS else []
            return _filtered(name, [owner, *given], node.args, local)
        case nodes.Name(name=name) if name in QUOTING | KEEPING and node.args:
            return _filtered(name, node.args[:1], node.args[1:], local)
        case nodes.Name(name="item"):
            return (Way(name=item_name(_text(node.args[0]) if node.args else None)),)
        case _:
            return ()


def item_name(name: str | None) -> str:
    """What `Way` calls an item of a task's list; it can be no variable's name."""
    return f"item({name or ''})"


def _filtered(
    name: str, values: list[nodes.Expr], arguments: list[nodes.Expr], local: _Local
) -> tuple[Way, ...]:
    ways = tuple(chain.from_iterable(ways_of(value, local) for value in values))
    if name in QUOTING:
        return tuple(replace(way, is_quoted=True) for way in ways)
    if name in CHANGING:
        # To put something in the place of a quote is to quote by hand.
        if any(sign in (_text(each) or "") for each in arguments for sign in "'\""):
            return ()
        return tuple(replace(way, is_sure=False) for way in ways)
    return ways if name in KEEPING or name in _METHODS else ()


def _variable(node: nodes.Node) -> str | None:
    """The variable of a workflow that a node reads: ``ctx('x')``, ``ctx().x``, ``ctx()['x']``."""
    match node:
        case nodes.Call(node=nodes.Name(name="ctx"), args=[first, *_]):
            return _text(first)
        case nodes.Getattr(node=owner, attr=name) if _is_all(owner):
            return name
        case nodes.Getitem(node=owner, arg=arg) if _is_all(owner):
            return _text(arg)
        case nodes.Call(node=nodes.Getattr(node=owner, attr="get"), args=[first, *_]) if _is_all(
            owner
        ):
            return _text(first)
        case _:
            return None


def _is_all(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name == "ctx"
        and not node.args
    )


def _targets(node: nodes.Node) -> Iterator[str]:
    return (
        each.name for each in (node, *node.find_all(nodes.Name)) if isinstance(each, nodes.Name)
    )


def _text(node: nodes.Node) -> str | None:
    return node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else None
