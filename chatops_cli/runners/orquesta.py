"""``orquesta``: a workflow. The result is ``{output}``, and ``errors`` too where it went wrong.

Source: StackStorm, ``contrib/runners/orquesta_runner``.
"""

from chatops_cli.model.action import Parameter, by_name
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.refusal import without_workflows

PARAMETERS = by_name(
    Parameter(
        name="notify",
        schema={"type": "array"},
        description="The tasks whose end is notified as the workflow's own.",
        default=[],
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
