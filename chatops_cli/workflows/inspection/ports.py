"""What an inspection asks of others: expressions read, and actions with their parameters."""

from collections.abc import Collection, Mapping
from typing import Protocol

from chatops_cli.model.action import Action, Parameter
from chatops_cli.workflows.expressions.inspection import FoundExpression


class Reads(Protocol):
    """Reads the expressions in a text, which are of one language, and never raises."""

    def __call__(self, text: str) -> tuple[FoundExpression, ...]: ...


class Actions(Protocol):
    """The actions that there are, and what their runners take."""

    def action(self, ref: str) -> Action | None:
        """The action of this ref, None where there is none."""
        ...

    def refs(self) -> Collection[str]:
        """The refs of all of them."""
        ...

    def runner_parameters(self, runner_type: str) -> Mapping[str, Parameter] | None:
        """The parameters of a runner, None where it isn't known."""
        ...
