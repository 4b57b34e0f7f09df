"""Runner parameters that only StackStorm's own deployment gives a meaning to."""

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.runners.contract import Call

DEBUG = Parameter(
    name="debug",
    schema={"type": "boolean"},
    description="Passed on to the action as ST2_ACTION_DEBUG.",
    default=False,
    has_default=True,
)

CONTENT_VERSION = Parameter(
    name="content_version",
    schema={"type": "string"},
    description="The git revision of the pack to run from: not supported, the pack runs as it is.",
)


def refuse_content_version(call: Call) -> None:
    """An action that asks for another revision than the one on disk does not run that one.

    Raises:
        RunnerError: A revision is named.
    """
    version = call.runner_parameters.get("content_version")
    if version:
        raise RunnerError(
            f"{call.action.ref}: content_version {version!r} is not supported",
            hint="check that revision of the pack out, and leave content_version empty",
        )
