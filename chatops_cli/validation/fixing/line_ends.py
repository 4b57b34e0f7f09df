"""Ends of lines, made the same all over a file."""

import re

from chatops_cli.model.problem import Problem
from chatops_cli.validation.fixing.document import Document
from chatops_cli.validation.fixing.fix import Fix

_NAMES = {"\r\n": "CRLF", "\n": "LF"}
_END = re.compile(r"\r?\n")


def fewer(text: str) -> tuple[str, list[tuple[int, int]]]:
    """What fewer lines end with, and the line and offset of each such end; of a tie, CRLF."""
    found: dict[str, list[tuple[int, int]]] = {"\r\n": [], "\n": []}
    for number, match in enumerate(_END.finditer(text), start=1):
        found[match[0]].append((number, match.start()))
    few = min(found, key=lambda end: len(found[end]))
    return _NAMES[few], found[few]


def even_ends(problem: Problem, document: Document) -> Fix | None:
    """All lines end as most do."""
    del problem
    name, few = fewer(document.text)
    size, end, others = (2, "\n", "LF") if name == "CRLF" else (1, "\r\n", "CRLF")
    edits = tuple(document.edit(start, start + size, end) for _, start in few)
    return Fix(description=f"end all lines with {others}", edits=edits) if edits else None
