"""What a conductor needs of expressions: one port, and what they may look at."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject


class ExpressionError(ChatOpsError):
    """An expression could not be evaluated; the message says which, and why."""


@frozen
class Scope:
    """What an expression may look at.

    `variables` are those of ``ctx()``. `task` is the task at hand, None where there is none, and
    `result` what its action gave. `item` is that of a task with items. `status_of` gives the status
    of a task by its name, ``null`` where it has not run; `task_of` its last run, None where there
    is none. Both see what the task at hand does, or what a route does: one of the branches.
    """

    variables: Mapping[str, Json]
    task: str | None = None
    result: Json = None
    item: Json = None
    has_item: bool = False
    status_of: Callable[[str, int | None], str]
    task_of: Callable[[str, int | None], JsonObject | None]

    def of_item(self, item: Json) -> "Scope":
        """The same, for one item."""
        return replace(self, item=item, has_item=True)


class Expressions(Protocol):
    """Evaluates what a definition says."""

    def evaluate(self, value: Json, scope: Scope) -> Json:
        """The value with all expressions in it evaluated, at any depth of lists and objects.

        A text that is one expression gives a value of any type, one with more around it a text.

        Raises:
            ExpressionError: One of them can't be.
        """
        ...
