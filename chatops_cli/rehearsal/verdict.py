"""How a rehearsal went."""

from enum import StrEnum

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Problem
from chatops_cli.rehearsal.judge import Judged, Mismatch
from chatops_cli.rehearsal.kept import KeptResult
from chatops_cli.rehearsal.player import Turn


class Ending(StrEnum):
    """How a rehearsal ended."""

    PASSED = "passed"
    FAILED = "failed"
    """Something was not as expected."""
    BROKEN = "broken"
    """It could not be played: the file, the settings or a pack is wrong."""


@frozen
class Played:
    """One exchange with its judgement."""

    turn: Turn
    judged: Judged


@frozen
class Verdict:
    """One transcript's rehearsal. `why` says in one line why it could not be played.

    `refused` are actions that were to run and had no stub, `messages` how many people sent.
    `ran` are actions that really ran. `kept` are results to be kept, None where none are to be.
    `warnings` are what the room told whoever runs it, `troubles` what a rough network has done, by
    its seed. `seconds` is how long it took.
    """

    file: str
    ending: Ending
    mismatches: tuple[Mismatch, ...] = ()
    problems: tuple[Problem, ...] = ()
    why: str = ""
    hint: str | None = None
    refused: tuple[str, ...] = ()
    ran: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    played: tuple[Played, ...] = ()
    kept: tuple[KeptResult, ...] | None = None
    messages: int = 0
    seconds: float = 0.0
    seed: int | None = None
    troubles: tuple[str, ...] = ()

    @property
    def is_bad(self) -> bool:
        """Whether it is no reason to go on."""
        return self.ending is not Ending.PASSED
