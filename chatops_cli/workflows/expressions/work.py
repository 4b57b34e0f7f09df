"""How much one YAQL expression may do, so that it neither hangs nor fills the memory."""

import time
from collections.abc import Iterator, Sized

from chatops_cli.rendering.limits import (
    STEP_LIMIT,
    TIME_LIMIT,
    VALUE_LIMIT,
    Budget,
    TemplateLimitError,
)
from chatops_cli.workflows.evaluation import Scope

ENGINE_OPTIONS = {
    "yaql.limitIterators": STEP_LIMIT,
    "yaql.memoryQuota": 2 * VALUE_LIMIT,
    # What it gives is made plain data in `results`, within limits that hold for all of it.
    "yaql.convertOutputData": False,
}
"""The engine's own limits: items of one list, bytes of one value."""
_LARGE = 4096


class Work:
    """One evaluation: what its functions look at, and what it has used so far."""

    __slots__ = ("_budget", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._budget = Budget()

    def step(self) -> None:
        """One more call of a function or an operator: they take long enough to look at the time."""
        self._budget.step()
        if time.monotonic() > self._budget.deadline:
            raise TemplateLimitError(f"it takes more than {TIME_LIMIT:g} seconds")

    def made(self, value: object) -> object:
        """What a function gave: large values are counted, iterators bounded (many have no end)."""
        if isinstance(value, Iterator):
            return BoundedIterator(value, self._budget)
        if isinstance(value, Sized) and len(value) > _LARGE:
            self._budget.charge(len(value))
        return value


class BoundedIterator(Iterator[object]):
    """An iterator that counts what it gives."""

    __slots__ = ("_budget", "_values")

    def __init__(self, values: Iterator[object], budget: Budget) -> None:
        self._values = values
        self._budget = budget

    def __iter__(self) -> "BoundedIterator":
        values = iter(self._values)
        # YAQL has iterators that begin anew, each time that somebody asks.
        return self if values is self._values else BoundedIterator(values, self._budget)

    def __next__(self) -> object:
        self._budget.step()
        return next(self._values)
