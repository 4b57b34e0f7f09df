"""The Jinja environment of packs' templates: sandboxed, bounded, and tolerant of Python 2 forms.

Importing this module imports Jinja; it is imported when a template needs it, not before.
Source: StackStorm, `st2common.util.jinja`: sandboxed, trim_blocks, lstrip_blocks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from jinja2 import StrictUndefined, Undefined, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedFormatter
from jinja2.utils import _PassArg
from jinja2.visitor import NodeTransformer

from chatops_cli.rendering.datastore import StoredValue, StoredValues
from chatops_cli.rendering.filters.table import FILTERS
from chatops_cli.rendering.guards import (
    FREE_FILTERS,
    check_operation,
    check_specification,
    guard_filter,
    guard_method,
)
from chatops_cli.rendering.legacy import DICT_METHODS, Six, next_method
from chatops_cli.rendering.limits import Budget, weigh

_DICT_ATTRIBUTES = frozenset(dir(dict))
ROUNDS = "rounds of a loop"
"""The filter that counts the rounds of a loop; packs can't name it."""
_JOINED = "values side by side"
_KEYS_TOLD = 6
_SMALL = frozenset({int, float, bool, type(None)})


class BoundedContext(Context):
    """The context of one rendering, which knows what the rendering has used."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]  # handed on as they come
        self.budget = Budget()

    def derived(self, locals: dict[str, object] | None = None) -> "BoundedContext":  # noqa: A002  # Jinja's name
        inner = super().derived(locals)
        if not isinstance(inner, BoundedContext):
            raise TypeError("a bounded context derives bounded ones")
        inner.budget = self.budget
        return inner


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja for packs' templates.

    Python's internals are out of reach, and data can't be changed. Loops, calls, and what is built
    are bounded; see `limits`. Dicts have ``iteritems`` and the like, iterators have ``next``.
    """

    context_class = BoundedContext
    intercepted_binops = frozenset({"%", "*", "**", "+"})

    def __init__(self, *, strict: bool) -> None:
        super().__init__(
            undefined=StrictUndefined if strict else Undefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_count,
            autoescape=False,
            cache_size=0,
        )
        for name, function in (*self.filters.items(), *FILTERS.items()):
            self.filters[name] = function if name in FREE_FILTERS else _guarded(name, function)
        self.filters[ROUNDS] = _rounds
        self.filters[_JOINED] = _joined
        self.tests["in"] = _is_in
        self.globals.pop("lipsum", None)
        self.globals["six"] = Six()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Counted().visit(super()._parse(source, name, filename))
        return tree

    def getattr(self, obj: object, attribute: str) -> object:
        if type(obj) is dict and attribute not in _DICT_ATTRIBUTES:
            if attribute in obj:
                return obj[attribute]
            if attribute in DICT_METHODS:
                return DICT_METHODS[attribute](obj)
            return self.undefined(hint=_missing(obj, attribute), obj=obj, name=attribute)
        if isinstance(obj, StoredValues | StoredValue):
            return obj.child(attribute)
        if attribute == "next" and isinstance(obj, Iterator):
            return next_method(obj, self.undefined(hint="there is no next item"))
        return super().getattr(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        if isinstance(obj, StoredValues | StoredValue):
            return obj.child(str(argument))
        return super().getitem(obj, argument)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        check_operation(operator, left, right)
        value = super().call_binop(context, operator, left, right)
        _charge(context, value)
        return value

    def call(
        self, context: Context, function: object, /, *arguments: object, **named: object
    ) -> object:
        _budget(context).step()
        arguments = guard_method(function, arguments, named)
        value = super().call(context, function, *arguments, **named)
        _charge(context, value)
        return value

    def wrap_str_format(self, value: object) -> Callable[..., str] | None:
        if super().wrap_str_format(value) is None:
            return None
        template = getattr(value, "__self__", "")
        takes_mapping = getattr(value, "__name__", "") == "format_map"
        formatter = _Formatter(self)

        def form(*arguments: object, **named: object) -> str:
            guard_method(value, arguments, named)
            if takes_mapping:
                mapping = arguments[0] if arguments else None
                if named or len(arguments) != 1 or not isinstance(mapping, Mapping):
                    raise TypeError("format_map takes one mapping")
                return formatter.vformat(template, (), mapping)
            return formatter.vformat(template, arguments, named)

        return form


class _Formatter(SandboxedFormatter):
    def format_field(self, value: object, format_spec: str) -> str:
        check_specification(format_spec)
        text: str = super().format_field(value, format_spec)
        return text


class _Counted(NodeTransformer):
    """Puts what counts rounds around each loop's iterable, and what weighs around each ``~``."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802  # Jinja calls it by the node's name
        size = sum(len(data.data) for data in node.find_all(nodes.TemplateData))
        self.generic_visit(node)
        node.iter = nodes.Filter(
            node.iter, ROUNDS, [nodes.Const(size)], [], None, None, lineno=node.lineno
        )
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802  # the same
        self.generic_visit(node)
        values = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(values, _JOINED, [], [], None, None, lineno=node.lineno)


def _missing(mapping: Mapping[object, object], name: str) -> str:
    """Why a key can't be had: what there is tells which mapping was asked."""
    keys = [str(key) for key in islice(mapping, _KEYS_TOLD + 1)]
    if not keys:
        return f"there is no '{name}': nothing is in it"
    more = ", …" if len(keys) > _KEYS_TOLD else ""
    return f"there is no '{name}', only {', '.join(keys[:_KEYS_TOLD])}{more}"


def _budget(context: Context) -> Budget:
    if not isinstance(context, BoundedContext):
        raise TypeError("a template is rendered in a bounded context")
    return context.budget


def _charge(context: Context, value: object) -> None:
    if isinstance(value, str | list | tuple):
        _budget(context).charge(len(value))


@pass_context
def _count(context: BoundedContext, value: object) -> object:
    """What each ``{{ … }}`` writes, counted before it is written."""
    if type(value) is str:
        context.budget.charge(len(value))
    elif type(value) not in _SMALL:
        context.budget.charge(weigh(value))
    return value


@pass_context
def _rounds(context: Context, values: Iterable[object], size: int) -> Iterable[object]:
    if isinstance(values, Undefined):
        return values
    return _Rounds(values, _budget(context), size)


class _Rounds:
    """An iterable that charges each round; it has a length where the one inside has."""

    __slots__ = ("_budget", "_size", "_values")

    def __init__(self, values: Iterable[object], budget: Budget, size: int) -> None:
        self._values = values
        self._budget = budget
        self._size = size

    def __iter__(self) -> Iterator[object]:
        step, size = self._budget.step, self._size
        for value in self._values:
            step(size)
            yield value

    def __len__(self) -> int:
        return len(self._values)  # type: ignore[arg-type]  # its TypeError is what a caller expects


@pass_context
def _joined(context: Context, values: list[object]) -> str:
    weigh(values)
    text = "".join(map(str, values))
    _budget(context).charge(len(text))
    return text


def _guarded(name: str, function: Callable[..., object]) -> Callable[..., object]:
    """The filter with its limits held, whatever Jinja passes to it first."""
    wanted = _PassArg.from_obj(function)

    @pass_context
    def guarded(context: Context, value: object, /, *arguments: object, **named: object) -> object:
        value = guard_filter(name, value, arguments, named)
        match wanted:
            case _PassArg.context:
                result = function(context, value, *arguments, **named)
            case _PassArg.eval_context:
                result = function(context.eval_ctx, value, *arguments, **named)
            case _PassArg.environment:
                result = function(context.environment, value, *arguments, **named)
            case _:
                result = function(value, *arguments, **named)
        _charge(context, result)
        return result

    for mark in ("__module__", "__name__", "__qualname__", "__doc__"):
        if hasattr(function, mark):
            setattr(guarded, mark, getattr(function, mark))
    return guarded


def _is_in(value: object, values: Iterable[object]) -> bool:
    return value in values
