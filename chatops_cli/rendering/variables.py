"""``env`` in site configurations and routes: variables of this program's environment."""

from collections.abc import Callable, Collection, Mapping

from chatops_cli.errors import ChatOpsError, ExitCode

ENVIRONMENT = "env"
SETTING = "config_environment"
"""The key of the settings that lists what may be read."""


class VariableError(ChatOpsError):
    """A configuration reads a variable that isn't set, or that the settings don't permit."""

    exit_code = ExitCode.FAILED


class PermittedVariables:
    """``env`` itself: ``env.NAME``. What isn't listed can't be read, whether it is set or not.

    Args:
        values: The environment.
        permitted: The names that may be read; None for all.
        learn: Told each value that is read: it may be a secret.
    """

    __slots__ = ("_learn", "_permitted", "_values")

    def __init__(
        self,
        values: Mapping[str, str],
        permitted: Collection[str] | None,
        learn: Callable[[str], None],
    ) -> None:
        self._values = values
        self._permitted = permitted
        self._learn = learn

    def __getitem__(self, name: str) -> str:
        if self._permitted is not None and name not in self._permitted:
            raise VariableError(
                f"the settings do not let a configuration read the environment variable '{name}'",
                hint=f"if it may, list it in '{SETTING}' of the settings file",
            )
        value = self._values.get(name)
        if value is None:
            raise VariableError(f"the environment variable '{name}' is not set")
        self._learn(value)
        return value

    def __str__(self) -> str:
        raise VariableError("a configuration reads one variable of env: {{ env.NAME }}")
