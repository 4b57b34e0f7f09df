"""A rule: what its code means, and where there is more to say, its documentation."""

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.model.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chatops_cli.model.problem import Problem
    from chatops_cli.validation.content import Content
    from chatops_cli.validation.fixing.document import Document
    from chatops_cli.validation.fixing.fix import Fix

Fixer: TypeAlias = "Callable[[Problem, Document], Fix | None]"
Check: TypeAlias = "Callable[[Content], Iterator[Problem]]"

FAMILIES = MappingProxyType(
    {
        "YAM": "files and YAML",
        "PCK": "packs",
        "ACT": "actions",
        "PAR": "parameters",
        "ALI": "aliases",
        "TPL": "templates",
        "WFL": "workflows",
        "RUL": "rules and policies",
        "CFG": "configurations of packs",
        "SET": "settings",
        "SEC": "security",
        "STY": "style",
        "CHK": "the check itself",
    }
)
"""The letters that a code begins with, and what its family is about."""


@frozen
class Rule:
    """One thing that can be wrong.

    `code` is three letters of the family and three digits; `name` is what `Problem.rule` says.
    Both are stable. `documentation` is Markdown, with samples of what fails and what passes; rules
    under which other parts of the program report have none. `fix` answers what `--fix` does about a
    problem, None where it can't be mended safely; rules without it have none.
    """

    code: str
    name: str
    summary: str
    why: str
    mend: str
    documentation: str = ""
    fix: "Fixer | None" = None

    @property
    def family(self) -> str:
        """What the rule is about."""
        return FAMILIES[self.code[:3]]
