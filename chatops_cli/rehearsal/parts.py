"""The lines of an attachment in a transcript: what each may begin with."""

import re

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Severity
from chatops_cli.reading.value import did_you_mean
from chatops_cli.rehearsal.shown import NEW

FIELD = "field NAME"
PARTS = (
    "color",
    "pretext",
    "author",
    "author_link",
    "title",
    "title_link",
    FIELD,
    "image",
    "thumb",
    "footer",
)
"""The named parts of an attachment, as `shown.said_by` writes them."""
COLORS = ("good", "warning", "danger")
"""Colours that have names; all others are written ``#rrggbb``."""
_PART = re.compile(r"([^:<]*)(:?)[ \t]*(.*)", re.DOTALL)
_HEX = re.compile(r"#?(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})")


@frozen
class Flaw:
    """What is wrong with a line; `offset` is how many characters stand before it."""

    message: str
    offset: int
    hint: str
    severity: Severity = Severity.ERROR


def mistake_in_part(line: str) -> Flaw | None:
    """What is wrong with a line that begins with a bar; None where it may stand in a reply.

    A part that no reply has is an error: it could never be fulfilled. A colour that no network
    knows is a warning, for an alias may be as wrong.
    """
    text = line[1:]
    if not text or text[0] in " \t<" or text == NEW:
        return None
    found = _PART.match(text)
    assert found is not None
    name, colon, value = found[1].strip(), found[2], found[3]
    if "<" in text.partition(":")[0]:
        return None  # a wildcard may stand for the name
    kind = FIELD if name.startswith("field ") else name
    if not colon or kind not in PARTS:
        word = name.partition(" ")[0]
        hint = did_you_mean(word, (*PARTS, "field")) if colon and word else None
        listed = f"write '| ' before text; parts are {', '.join(PARTS)}"
        return Flaw(message=f"no attachment has a part {name!r}", offset=1, hint=hint or listed)
    if kind == "color" and not (value in COLORS or _HEX.fullmatch(value) or "<" in value):
        return Flaw(
            message=f"{value!r} is no colour that a network shows",
            offset=len(line) - len(value),
            hint=did_you_mean(value, COLORS) or f"there is {', '.join(COLORS)}, and #rrggbb",
            severity=Severity.WARNING,
        )
    return None
