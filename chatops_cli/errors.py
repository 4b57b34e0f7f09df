"""What can go wrong, the exit code it gives, and a hint for the person.

Wrong content of packs is data (`model.problem.Problem`); exceptions are for what stops the program.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command. They are API: a change is a new major version."""

    OK = 0
    FAILED = 1
    """The action ran and did not succeed, or the thing asked for does not exist."""
    USAGE = 2
    """The command line, the settings or the environment is wrong."""
    PROBLEMS = 3
    """Problems were found in packs, an audit log or the installation."""
    DENIED = 4
    """The person may not do this."""
    NO_MATCH = 5
    """No alias means this message, or several do; nothing ran."""
    WAITING = 6
    """It asked people something, and waits for their answer."""
    INTERNAL = 70
    """A bug of this program: please report it."""
    INTERRUPTED = 130
    """Ctrl-C; what was running has been ended."""


class ChatOpsError(Exception):
    """What a user can act on: one line that says what happened, with which value.

    Args:
        message: One line, no full stop at its end.
        hint: What to do about it, if that isn't plain from the message.
    """

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def in_full(self) -> str:
        """The message and, in brackets, the hint: for what has one line for both."""
        return f"{self.message} ({self.hint})" if self.hint else self.message


class SettingsError(ChatOpsError):
    """`chatops.yaml`, an option or a ``CHATOPS_*`` variable is wrong."""


class NotFoundError(ChatOpsError):
    """A pack, action, alias or execution that was named does not exist."""

    exit_code = ExitCode.FAILED


class ParameterError(ChatOpsError):
    """A parameter is unknown, missing, immutable, or not of its schema."""


class RunnerError(ChatOpsError):
    """A runner is not installed, or refuses what it was given before starting anything."""


class InstallError(ChatOpsError):
    """A pack can't be fetched, installed, brought up to date or removed; nothing was changed."""

    exit_code = ExitCode.FAILED


class RecordError(ChatOpsError):
    """A record could not be written or read; what depended on it was not done."""

    exit_code = ExitCode.FAILED


class SetupError(ChatOpsError):
    """A pack's virtual environment can't be built.

    Args:
        message: One line, no full stop at its end.
        hint: What to do about it, if that isn't plain from the message.
        output: The last lines of the program that failed, without passwords.
    """

    exit_code = ExitCode.FAILED

    def __init__(
        self, message: str, *, hint: str | None = None, output: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, hint=hint)
        self.output = output
