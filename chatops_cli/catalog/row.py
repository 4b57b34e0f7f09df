"""What one file of a pack came to, as text that is kept: the form that all reading goes through."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from chatops_cli.catalog.reference import Reference, ReferenceKind
from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place, Problem, Severity

ACTION, ALIAS, CONFIG = "action", "alias", "config"
POLICY, RULE = "policy", "rule"
PLACES: Mapping[str, str] = MappingProxyType(
    {"actions": ACTION, "aliases": ALIAS, "policies": POLICY, "rules": RULE}
)
"""The folder of a pack to the kind of its files."""


@frozen
class Row:
    """One file. `key` is the name of what it holds, `record` the model as JSON or empty.

    `problems` and `links` (references to actions and runners) are JSON, `entry_point` is line,
    column and path with spaces between them; each is empty for none.
    """

    name: str
    kind: str
    key: str = ""
    record: str = ""
    problems: str = ""
    links: str = ""
    entry_point: str = ""


def pack_problems(problems: Sequence[Problem]) -> str:
    """Problems as text, empty for none."""
    if not problems:
        return ""
    return json.dumps(
        [[*_place(p.place), p.rule, p.message, p.hint, p.severity, p.replacement] for p in problems]
    )


def unpack_problems(text: str) -> list[Problem]:
    """Problems out of their text."""
    if not text:
        return []
    return [
        Problem(
            place=Place(file=file, line=line, column=column),
            rule=rule,
            message=message,
            hint=hint,
            severity=Severity(severity),
            replacement=replacement,
        )
        for file, line, column, rule, message, hint, severity, replacement in json.loads(text)
    ]


def pack_references(references: Sequence[Reference]) -> str:
    """References as text, empty for none."""
    if not references:
        return ""
    return json.dumps([[*_place(r.place), r.kind, r.name] for r in references])


def unpack_references(text: str) -> list[Reference]:
    """References out of their text."""
    if not text:
        return []
    return [
        Reference(
            kind=ReferenceKind(kind), name=name, place=Place(file=file, line=line, column=column)
        )
        for file, line, column, kind, name in json.loads(text)
    ]


def _place(place: Place) -> tuple[str, int, int]:
    return place.file, place.line, place.column
