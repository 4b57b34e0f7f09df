"""Expressions in YAQL, compiled and evaluated within limits.

Importing this module imports YAQL (half a second); it is imported when an expression needs it.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from threading import Lock
from typing import TypeAlias

import yaql
from yaql.language import conventions, expressions, factory
from yaql.language.exceptions import (
    FunctionResolutionError,
    MethodResolutionError,
    YaqlException,
    YaqlGrammarException,
    YaqlLexicalException,
)

from chatops_cli.model.json import Json
from chatops_cli.workflows.evaluation import Scope
from chatops_cli.workflows.expressions.datastore import WorkflowValues
from chatops_cli.workflows.expressions.mistakes import CAUGHT, MistakeError
from chatops_cli.workflows.expressions.results import Gathering
from chatops_cli.workflows.expressions.work import ENGINE_OPTIONS, Work
from chatops_cli.workflows.expressions.yaql_context import BoundedContext
from chatops_cli.workflows.expressions.yaql_functions import register
from chatops_cli.workflows.expressions.yaql_guards import guard

FAILURES: tuple[type[Exception], ...] = (YaqlException, *CAUGHT)
"""What can be raised while an expression is compiled or evaluated."""

LENGTH_LIMIT = 32 * 1024
"""Characters of the longest expression."""

Node: TypeAlias = "expressions.Expression"


class YaqlLanguage:
    """Compiles expressions in YAQL, and evaluates them.

    Args:
        values: What ``st2kv`` reads, None where there is no datastore.
    """

    def __init__(self, values: WorkflowValues | None) -> None:
        self._engine, self._lock = _engine()
        context = BoundedContext(convention=conventions.CamelCaseConvention())
        # Nothing here is an object of Python that was made accessible to YAQL.
        self._context = yaql.create_context(context=context, yaqlized=False)
        guard(self._context)
        register(self._context, values)
        self._functions = {of_values: self._named(of_values) for of_values in (False, True)}

    def compile(self, text: str) -> Node:
        """The expression.

        Raises:
            MistakeError: It isn't valid.
        """
        if len(text) > LENGTH_LIMIT:
            raise MistakeError(f"it is longer than {LENGTH_LIMIT:,} characters")
        try:
            with self._lock:
                return self._engine(text)
        except YaqlGrammarException as error:
            if error.position is None:
                raise MistakeError("it ends too early") from None
            raise MistakeError(_unexpected(error.value, error.position)) from None
        except YaqlLexicalException as error:
            raise MistakeError(_unexpected(error.value, error.position)) from None

    def evaluate(self, statement: Node, scope: Scope) -> Json:
        """What it gives, as plain data.

        Raises:
            MistakeError: A function or a method isn't there, or takes something else.
            Exception: One of `FAILURES`.
        """
        context = self._context.at_work(Work(scope))
        try:
            # Generators are run here, so that what they raise is told as well.
            return Gathering().gather(statement.evaluate(context=context))
        except (FunctionResolutionError, MethodResolutionError) as error:
            raise self._unresolved(error) from None
        except YaqlException as error:
            raise MistakeError(
                _LIMITS.get(type(error).__name__, "an argument doesn't fit")
            ) from None

    def functions(self, *, of_values: bool) -> AbstractSet[str]:
        """The names of the functions there are, or of those that are called on a value."""
        return self._functions[of_values]

    def _named(self, of_values: bool) -> AbstractSet[str]:
        names: set[str] = set()
        layer: BoundedContext | None = self._context
        while layer is not None:
            names.update(
                name
                for name, definitions in layer._functions.items()  # noqa: SLF001  # no other door
                if any(d.is_method if of_values else d.is_function for d in definitions)
            )
            layer = layer.parent
        return names

    def _unresolved(self, error: YaqlException) -> MistakeError:
        """In YAQL's own words there would be the value that the method was called on."""
        text = str(error)
        name = text.split('"')[1] if text.count('"') > 1 else ""
        is_method = isinstance(error, MethodResolutionError)
        kind = "method" if is_method else "function"
        if name.startswith("#property#"):
            return _no_property(name.removeprefix("#property#"))
        if name.startswith(("#", "*")):
            sign = name.removeprefix("*").rpartition("_")[2].removeprefix("#")
            return MistakeError(f"'{_SIGNS.get(sign, sign)}' doesn't take values of these types")
        if text.startswith("Unknown"):
            return MistakeError(f"there is no {kind} '{name}'")
        return MistakeError(f"the {kind} '{name}' doesn't take values of these types")


@cache
def _engine() -> "tuple[factory.YaqlEngine, Lock]":
    """The engine, which one thread at a time may parse with.

    All languages share it: its tables take a tenth of a second to make, and its parser keeps
    nothing of a text that it is done with.
    """
    return factory.YaqlFactory().create(ENGINE_OPTIONS), Lock()


_SIGNS = {"indexer": "[ ]", "map": "{ }", "list": "[ ]", "equal": "=", "call": "( )"}
_LIMITS = {
    "CollectionTooLargeException": "a list in it has too many items",
    "MemoryQuotaExceededException": "a value in it takes too much memory",
    "MappingTranslationException": "a name before => is no plain name",
}


def _unexpected(value: object, position: int) -> str:
    return f"'{value}' at its character {position + 1} was not expected"


def _no_property(name: str) -> MistakeError:
    return MistakeError(
        f"there is no '{name}' in a value that is no object",
        hint="variables are ctx().name or ctx(name); $ is nothing outside of select and the like",
    )


def walk(node: object) -> Iterator[object]:
    """The node and all nodes below it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(children(one))


def children(node: object) -> tuple[object, ...]:
    """The nodes right below a node."""
    if isinstance(node, expressions.Statement):
        return (node.expression,)
    if isinstance(node, expressions.Function):
        return tuple(node.args)
    if isinstance(node, expressions.Wrap):
        return (node.expr,)
    if isinstance(node, expressions.MappingRuleExpression):
        return (node.source, node.destination)
    return ()
