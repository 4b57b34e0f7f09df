"""Fixes of whole lines and of comments. Each is named by what it does away with."""

import re
from itertools import pairwise

from chatops_cli.model.problem import Problem
from chatops_cli.reading.events import events_of
from chatops_cli.validation.fixing.document import Document, Node
from chatops_cli.validation.fixing.fix import Edit, Fix, applied

_WIDTHS = (2, 4, 8)
_INDENTATION = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)


def repeated_pair(problem: Problem, document: Document) -> Fix | None:
    """A key that says again what it has said: the line goes. Where it says another thing, none."""
    key = document.key(problem.place)
    if key is None or key.parent is None:
        return None
    others = [other for other in key.parent.children[: key.number : 2] if _same(other, key)]
    if not others or document.meaning(others[-1].value) != document.meaning(key.value):
        return None
    return document.removed(key, f"remove the second {key.event.text}, which says the same")


def other_pack(problem: Problem, document: Document) -> Fix | None:
    """The line that names another pack goes: the folder decides."""
    key = document.key(problem.place)
    if key is None:
        return None
    return document.removed(key, f"remove the line pack: {key.value.event.text}")


def useless_remark(problem: Problem, document: Document) -> Fix | None:
    """A code that a comment names in vain goes, and with the last one the comment."""
    start = document.offset(problem.place)
    if start is None or problem.replacement is None or document.text[start : start + 1] != "#":
        return None
    line, following = document.line_start(start), document.line_end(start)
    end = start + len(document.text[start:following].rstrip("\r\n"))
    if problem.replacement:
        edit = document.edit(start, end, problem.replacement)
        return Fix(description="remove the code from the comment", edits=(edit,))
    before = document.text[line:start]
    is_alone = not before.strip()
    edit = (
        document.edit(line, following)
        if is_alone
        else document.edit(line + len(before.rstrip()), end)
    )
    return Fix(description="remove the comment", edits=(edit,))


def tabs(problem: Problem, document: Document) -> Fix | None:
    """Spaces in place of tabs at the start of lines, if any width of them gives the same file."""
    if document.events is not None or problem.rule != "tab-indent":
        return None
    found = [match.span() for match in _INDENTATION.finditer(document.text)]
    meanings: list[tuple[object, ...]] = []
    edits: tuple[Edit, ...] = ()
    for width in reversed(_WIDTHS):
        candidate = tuple(_spaced(document, start, end, width) for start, end in found)
        events = events_of(applied(document.text, candidate))
        if events is not None:
            meanings.append(tuple(event.meaning for event in events))
            edits = candidate
    if not meanings or any(one != other for one, other in pairwise(meanings)):
        return None
    return Fix(description="indent with spaces", edits=edits)


def _same(other: Node, key: Node) -> bool:
    return other.event.kind == "scalar" and other.event.text == key.event.text


def _spaced(document: Document, start: int, end: int, width: int) -> Edit:
    return document.edit(start, end, document.text[start:end].expandtabs(width))
