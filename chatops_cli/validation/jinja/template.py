"""One template of a pack: its text, where it stands, and what it may name."""

from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.validation.jinja.marking import Path, place_at
from chatops_cli.validation.jinja.tokens import plain_breaks

if TYPE_CHECKING:
    from chatops_cli.model.action import Action
    from chatops_cli.model.alias import Alias
    from chatops_cli.rendering.sandbox import Sandbox
    from chatops_cli.validation.jinja.analysis import Analysis


class Kind(StrEnum):
    """What a template is for, which says what it may name."""

    ACK = "ack"
    RESULT = "result"
    DEFAULT = "default"
    FIXED = "fixed"
    NOTICE = "notice"
    RULE = "rule"
    CONFIGURATION = "configuration"

    @property
    def is_answer(self) -> bool:
        """Whether it is told in chat, with undefined names writing nothing."""
        return self in (Kind.ACK, Kind.RESULT)


class PackTemplate:
    """A text with Jinja in it.

    `path` are the keys to it in `file`. `names` are those that it may use, None where that isn't
    known. `alias` is the one whose answer it is, or that fixes it; `action` the one that runs.
    """

    def __init__(
        self,
        *,
        kind: Kind,
        file: str,
        path: Path,
        text: str,
        sandbox: "Sandbox",
        names: frozenset[str] | None = None,
        alias: "Alias | None" = None,
        action: "Action | None" = None,
    ) -> None:
        self.kind = kind
        self.file = file
        self.path = path
        self.text = text
        self.sandbox = sandbox
        self.names = names
        self.alias = alias
        self.action = action

    @property
    def name(self) -> str:
        """What it is called in messages: ``result.format``."""
        return ".".join(map(str, self.path))

    @cached_property
    def analysis(self) -> "Analysis":
        """What is in it; parsed when it is first asked for."""
        from chatops_cli.validation.jinja.analysis import analyze

        return analyze(self.text, self.sandbox)

    def place(self, offset: int) -> Place:
        """Where the sign at an offset stands in the file, which is read for it."""
        before = sum(not sign.isspace() for sign in plain_breaks(self.text)[:offset])
        return place_at(self.file, self.path, self.text, before)

    def problem(
        self, rule: str, offset: int, message: str, hint: str | None = None, *, is_error: bool
    ) -> Problem:
        """A problem at an offset of the text."""
        severity = Severity.ERROR if is_error else Severity.WARNING
        return Problem(
            place=self.place(offset), rule=rule, message=message, hint=hint, severity=severity
        )
