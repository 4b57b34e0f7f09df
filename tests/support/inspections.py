"""Definitions inspected with the real expressions."""

from functools import cache

from chatops_cli.model.problem import Problem
from chatops_cli.workflows.expressions.compiled import CompiledExpressions
from chatops_cli.workflows.expressions.inspection import FoundExpression, find_expressions
from chatops_cli.workflows.inspection.ports import Actions
from chatops_cli.workflows.inspection.workflow import inspect
from tests.support.definitions import read


@cache
def _expressions() -> CompiledExpressions:
    return CompiledExpressions()


def reads(text: str) -> tuple[FoundExpression, ...]:
    """The expressions in a text."""
    return find_expressions(text, _expressions())


def inspected(text: str, *, actions: Actions | None = None) -> tuple[Problem, ...]:
    """All that is wrong with an Orquesta definition."""
    return inspect(read(text), reads=reads, actions=actions)
