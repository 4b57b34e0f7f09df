"""``announcement``: tells something to whoever listens on a route.

What is told are the action's own parameters, those without a value as null. The result is the same
object, and once more below ``output``. It succeeds whether anybody listens or not: who does is not
the action's business.

Source: StackStorm, ``contrib/runners/announcement_runner``.
"""

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter, by_name
from chatops_cli.model.announcement import Announcement
from chatops_cli.model.execution import Status
from chatops_cli.runners.contract import Call, Outcome

DEFAULT_ROUTE = "general"

PARAMETERS = by_name(
    Parameter(
        name="experimental",
        schema={"type": "boolean"},
        description="Has to be true: StackStorm calls this runner an experiment.",
        required=True,
        default=False,
        has_default=True,
    ),
    Parameter(
        name="route",
        schema={"type": "string", "minLength": 1, "maxLength": 255},
        description="Where it is told: a word, or several with dots between them.",
        default=DEFAULT_ROUTE,
        has_default=True,
    ),
)


async def run(call: Call) -> Outcome:
    """Tells it. See the module for the result.

    Raises:
        RunnerError: The action doesn't say that the experiment is wanted.
    """
    if call.runner_parameters.get("experimental") is not True:
        raise RunnerError(
            f"{call.action.ref}: its runner announcement runs only with experimental: true",
            hint=f"give `experimental` the default true in {call.action.place.file}",
        )
    payload = dict(call.parameters)
    if call.announce is not None:
        route = call.runner_parameters.get("route")
        call.announce(
            Announcement(
                route=route if isinstance(route, str) else DEFAULT_ROUTE,
                payload=payload,
                execution_id=call.execution_id,
            )
        )
    return Outcome(status=Status.SUCCEEDED, result={"output": payload, **payload})
