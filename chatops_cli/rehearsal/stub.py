"""A stub: what an action answers in place of being run."""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.runners.contract import Outcome
from chatops_cli.runners.registry import current_name
from chatops_cli.runners.shell import parse_output

PYTHON = "python-script"
ENDINGS: Mapping[str, Status] = MappingProxyType(
    {
        str(status): status
        for status in (
            Status.SUCCEEDED,
            Status.FAILED,
            Status.TIMEOUT,
            Status.CANCELED,
            Status.ABANDONED,
            Status.PENDING,
        )
    }
)
"""The statuses that a stub may end with, by their words."""


@frozen
class Stub:
    """One answer of the action `action` (a pattern with ``*`` and ``?``).

    It serves where each of `parameters` has that value, at most `times` times (None: always).
    `result` is the whole result where `has_result`; else it is put together, in the shape of the
    action's runner, from what is there: `returned` is what a Python action returns. `delay` is in
    seconds.
    """

    action: str
    line: int = 0
    parameters: JsonObject = field(default_factory=dict)
    times: int | None = None
    status: Status = Status.SUCCEEDED
    has_result: bool = False
    result: Json = None
    returned: Json = None
    stdout: Json = ""
    stderr: str = ""
    exit_code: int | None = None
    delay: float = 0.0

    def fits(self, parameters: JsonObject) -> bool:
        """Whether it is for a call with these parameters."""
        return all(
            name in parameters and _same(parameters[name], value)
            for name, value in self.parameters.items()
        )

    def outcome(self, runner: str) -> Outcome:
        """The outcome in the shape of that runner type's results."""
        if self.has_result:
            return Outcome(status=self.status, result=self.result)
        succeeded = self.status is Status.SUCCEEDED
        code = self.exit_code if self.exit_code is not None else int(not succeeded)
        if current_name(runner) == PYTHON:
            made: dict[str, Json] = {
                "result": self.returned,
                "exit_code": code,
                "stdout": self.stdout,
                "stderr": self.stderr,
            }
        else:
            read = parse_output(self.stdout) if isinstance(self.stdout, str) else self.stdout
            made = {
                "failed": not succeeded,
                "succeeded": succeeded,
                "return_code": code,
                "stdout": read,
                "stderr": self.stderr,
            }
        return Outcome(status=self.status, result=made)


def _same(actual: Json, wanted: Json) -> bool:
    """Whether values are the same; a value and the text that spells it are."""
    if isinstance(actual, bool) or isinstance(wanted, bool):
        return actual is wanted or str(actual).lower() == str(wanted).lower()
    return actual == wanted or (
        isinstance(actual, str | int | float)
        and isinstance(wanted, str | int | float)
        and str(actual) == str(wanted)
    )
