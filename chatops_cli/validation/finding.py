"""A finding: a problem with its rule, as reporters show it."""

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.validation.fixing.fix import Fix
from chatops_cli.validation.rule import Rule


@frozen
class Finding:
    """What is wrong at one place, and what its rule says about it; `fix` is set if asked for."""

    problem: Problem
    rule: Rule
    fix: Fix | None = None

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.problem.place

    @property
    def is_error(self) -> bool:
        """Whether it breaks what it names."""
        return self.problem.severity is Severity.ERROR

    @property
    def mend(self) -> str:
        """What to do about it."""
        return self.problem.hint or self.rule.mend

    def to_json(self) -> JsonObject:
        """The finding with stable keys; `line` and `column` are null for a whole file."""
        return {
            "file": self.place.file,
            "line": self.place.line or None,
            "column": self.place.column or None,
            "code": self.rule.code,
            "rule": self.rule.name,
            "severity": str(self.problem.severity),
            "message": self.problem.message,
            "why": self.rule.why,
            "mend": self.mend,
            "fix": self.fix.to_json() if self.fix is not None else None,
        }


def by_place(finding: Finding) -> tuple[Place, str, str]:
    """The order in which findings are told."""
    return finding.place, finding.rule.code, finding.problem.message
