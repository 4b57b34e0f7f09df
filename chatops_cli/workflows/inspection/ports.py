"""What an inspection asks of others: expressions read, and actions with their parameters."""

from collections.abc import Mapping
from typing import Protocol

from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.frozen import frozen


@frozen
class Mistake:
    """An expression that can't be read: the part of the text, and why."""

    expression: str
    message: str


@frozen
class Named:
    """What the expressions in a text name: variables, the tasks whose status they ask, functions.

    Names that are computed are not among them.
    """

    variables: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    functions: frozenset[str] = frozenset()
    mistakes: tuple[Mistake, ...] = ()


class Reads(Protocol):
    """Reads the expressions in a text, which are of one language, and never raises."""

    def __call__(self, text: str) -> Named: ...


class Actions(Protocol):
    """The actions that there are, and what their runners take."""

    def action(self, ref: str) -> Action | None:
        """The action of this ref, None where there is none."""
        ...

    def runner_parameters(self, runner_type: str) -> Mapping[str, Parameter] | None:
        """The parameters of a runner, None where it isn't known."""
        ...
