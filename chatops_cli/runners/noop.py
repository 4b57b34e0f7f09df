"""``noop``: does nothing, with success. The result is an empty object."""

from collections.abc import Mapping
from types import MappingProxyType

from chatops_cli.model.action import Parameter
from chatops_cli.model.execution import Status
from chatops_cli.runners.contract import Call, Outcome

PARAMETERS: Mapping[str, Parameter] = MappingProxyType({})


async def run(call: Call) -> Outcome:  # noqa: ARG001  # the shape of every runner
    """Succeeds at once."""
    return Outcome(status=Status.SUCCEEDED, result={})
