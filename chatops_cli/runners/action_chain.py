"""``action-chain``: tasks one after the other. The result is ``{tasks, published}``.

Each of ``tasks`` is ``{id, name, state, result, …}``. Where the chain itself went wrong, there is
``error`` too.

Source: StackStorm, ``contrib/runners/action_chain_runner``.
"""

from chatops_cli.model.action import Parameter, by_name
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.refusal import without_workflows

PARAMETERS = by_name(
    Parameter(
        name="skip_notify",
        schema={"type": "array"},
        description="The tasks whose end is not notified.",
        default=[],
        has_default=True,
    ),
    Parameter(
        name="display_published",
        schema={"type": "boolean"},
        description="Whether the result tells what was published.",
        default=True,
        has_default=True,
    ),
)


async def run(call: Call) -> Outcome:
    """Runs the definition that is the action's entry point. See the module for the result.

    Raises:
        RunnerError: Nothing conducts workflows here.
    """
    if call.conduct is None:
        raise without_workflows(call)
    return await call.conduct(call)
