"""The library that SSH needs, which not every installation has."""

from importlib.util import find_spec

from chatops_cli.errors import RunnerError

COMMAND = "pip install 'chatops-cli[ssh]'"


def require_ssh(runner: str) -> None:
    """Returns where SSH can be spoken.

    Raises:
        RunnerError: The library is not installed; the hint says how to.
    """
    if find_spec("asyncssh") is None:
        raise RunnerError(
            f"the runner {runner} needs the package asyncssh, which is not installed", hint=COMMAND
        )
