"""How the tests of one pack ended."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from chatops_cli.model.frozen import frozen


class Ending(StrEnum):
    """How a run of tests ended."""

    PASSED = "passed"
    FAILED = "failed"
    """A test failed, or a file of tests could not be imported."""
    EMPTY = "empty"
    """The pack has no tests, or none that was asked for."""
    TIMEOUT = "timeout"
    BROKEN = "broken"
    """pytest could not be started, or ended without saying how it went."""


@frozen
class Verdict:
    """What came of it. `why` says it in one line where no test does; `hint` what to do.

    `counts` has the number of tests by pytest's words (passed, failed, error, skipped, xfailed,
    xpassed), `bad` their ids, `missing` the modules that could not be imported. `seconds` is how
    long it took. `is_misused` where pytest can't read the expression that selects tests.
    """

    ref: str
    ending: Ending
    counts: Mapping[str, int] = field(default_factory=dict)
    bad: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    why: str = ""
    hint: str | None = None
    seconds: float = 0.0
    is_misused: bool = False

    @property
    def is_bad(self) -> bool:
        """Whether it is no reason to go on."""
        return self.ending not in {Ending.PASSED, Ending.EMPTY}
