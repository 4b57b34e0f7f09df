"""Bold, italics, code and the like, as Slack (mrkdwn) and Markdown write them, in runs of text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from chatops_cli.rendering.networks import Markup

_FENCE = re.compile(r"^[ \t]*```[\w+-]*[ \t]*\n|\n[ \t]*```[ \t]*$|```", re.MULTILINE | re.ASCII)
# A mark touches what it encloses, and no word outside of it: a_b_c and 2*3*4 have none.
_INLINE = re.compile(
    r"""
      `(?P<code>[^`\n]+)`
    | \[(?P<label>[^\]\n]+)\]\((?P<address>(?:https?://|mailto:)[^\s)]+)\)
    | (?<![\w*])\*\*(?=\S)(?P<stars>[^\n]*?\S)\*\*(?![\w*])
    | (?<![\w*])\*(?=[^\s*])(?P<star>[^*\n]*[^\s*])\*(?![\w*])
    | (?<![\w_])_(?=[^\s_])(?P<italic>[^\n]*?[^\s_])_(?![\w_])
    | (?<![\w~])~~(?=\S)(?P<tildes>[^\n]*?\S)~~(?![\w~])
    | (?<![\w~])~(?=[^\s~])(?P<tilde>[^~\n]*[^\s~])~(?![\w~])
    """,
    re.VERBOSE,
)
_BOLD, _ITALIC, _STRIKE, _CODE = "1", "3", "9", "36"


class Run(NamedTuple):
    """Text in one style; `style` has the parameters of a terminal's sequence, empty for none."""

    text: str
    style: str = ""


def runs(text: str, markup: Markup | None = None, *, style: str = "") -> Iterator[Run]:
    """The text without its marks, in runs.

    Args:
        text: One or more lines, without code blocks.
        markup: Whose marks; None for both: then ``*bold*`` is Slack's.
        style: The style around it.
    """
    start = 0
    if markup is Markup.PLAIN:
        yield Run(text, style)
        return
    for found in _INLINE.finditer(text):
        kind = found.lastgroup or ""
        inner = _style(kind, markup)
        if inner is None:
            continue
        if found.start() > start:
            yield Run(text[start : found.start()], style)
        both = ";".join(filter(None, (style, inner)))
        if kind == "code":
            yield Run(found["code"], both)
        elif kind == "address":
            yield from runs(found["label"], markup, style=both)
            yield Run(f" ({found['address']})", style)
        else:
            yield from runs(found[kind], markup, style=both)
        start = found.end()
    if start < len(text):
        yield Run(text[start:], style)


def _style(kind: str, markup: Markup | None) -> str | None:  # noqa: PLR0911  # one for each
    """The style of what stands between two marks; None where they are none in this markup."""
    is_slack = markup is not Markup.MARKDOWN
    match kind:
        case "code":
            return _CODE
        case "address":
            return None if markup is Markup.MRKDWN else ""
        case "stars":
            return None if markup is Markup.MRKDWN else _BOLD
        case "star":
            return _BOLD if is_slack else _ITALIC
        case "italic":
            return _ITALIC
        case "tildes":
            return None if markup is Markup.MRKDWN else _STRIKE
        case _:
            return _STRIKE if is_slack else None


def without_markup(text: str) -> str:
    """The text for a network that has no markup: marks and the fences of code are left out."""
    unfenced = _FENCE.sub("", text)
    return "".join(run.text for run in runs(unfenced))
