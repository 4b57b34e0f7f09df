"""Slack's text and what people typed: each is turned into the other.

Source: docs.slack.dev, "Formatting text for app surfaces".
"""

import re
from collections.abc import Mapping

_PART = re.compile(r"<([^<>\s|][^<>\n]*)>|&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_ENTITY = re.compile(r"&(amp|lt|gt);")
_USER = re.compile(r"<@([UWB][A-Z0-9]+)(?:\|[^<>]*)?>")
_KEPT = re.compile(
    r"<(?:(?:https?://|mailto:)[^<>|\s]+(?:\|[^<>\n]+)?"
    r"|@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|!date\^[^<>\n]+)>"
)
"""What is left to Slack of what packs write: links, one person, a channel, a date.

Whoever a text is from, it calls no whole channel (``<!channel>``, ``<!subteam^…>``).
"""


def mentioned(text: str) -> frozenset[str]:
    """The ids of people who are named in a text."""
    return frozenset(_USER.findall(text))


def typed(text: str, names: Mapping[str, str]) -> str:
    """What somebody typed, of the text that Slack makes of it.

    Args:
        text: Slack's.
        names: Ids of people with the names that stand behind ``@``; others stay ids.

    A link is the text that is seen; nothing is run that isn't read.
    """
    return _PART.sub(lambda found: _of(found, names), text)


def written(text: str) -> str:
    """A text as Slack wants it, so that it shows what stands there."""
    out, start = [], 0
    for found in _KEPT.finditer(text):
        out += [_escaped(text[start : found.start()]), found[0]]
        start = found.end()
    return "".join([*out, _escaped(text[start:])])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)


def _of(found: "re.Match[str]", names: Mapping[str, str]) -> str:
    if found[2] is not None:
        return _ENTITIES[found[2]]
    target, _, label = found[1].partition("|")
    sign, rest = target[0], target[1:]
    if sign == "@":
        return f"@{names.get(rest) or _unescaped(label) or rest}"
    if sign == "#":
        return f"#{_unescaped(label) or rest}"
    if sign == "!":
        return _unescaped(label) or f"@{rest.partition('^')[0]}"
    return _unescaped(label or target.removeprefix("mailto:").removeprefix("tel:"))
