"""The time limit of a call."""

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.runners.contract import Call


def make_timeout_parameter(default: int) -> Parameter:
    """The ``timeout`` parameter that process runners share; seconds."""
    return Parameter(
        name="timeout",
        schema={"type": "integer"},
        description="Seconds after which the action and all that it started are ended.",
        default=default,
        has_default=True,
    )


def read_timeout(call: Call, parameter: Parameter) -> float:
    """The limit in seconds, the default where none is given.

    Raises:
        RunnerError: It is not a positive number.
    """
    value = call.runner_parameters.get("timeout")
    if value is None:
        value = parameter.default
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise RunnerError(
            f"{call.action.ref}: timeout must be a number of seconds above 0, got {value!r}"
        )
    return float(value)


def explain_timeout(seconds: float, left: tuple[int, ...]) -> str:
    """What happened at the limit, for the result's ``error``."""
    message = f"timed out after {seconds:g} s"
    if not left:
        return f"{message}; all its processes have been ended"
    listed = ", ".join(map(str, left))
    return f"{message}; these processes could not be ended, and still run: {listed}"
