"""Texts as Matrix has them: Markdown as HTML, what people typed without what clients add."""

import re
from html import escape

_FENCE = re.compile(r"```([\w.+-]*)\n(.*?)(?:\n?```|\Z)", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_BOLD = re.compile(r"\*\*(\S(?:[^*\n]*\S)?)\*\*")
_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s)]+)\)")


def html_of(text: str) -> str:
    """The Markdown of a reply as HTML; empty where it is plain. All signs of HTML are escaped."""
    parts, at = [], 0
    for found in _FENCE.finditer(text):
        parts.append(_lines(text[at : found.start()].removesuffix("\n")))
        language = f' class="language-{escape(found[1])}"' if found[1] else ""
        parts.append(f"<pre><code{language}>{escape(found[2])}\n</code></pre>")
        at = found.end() + text[found.end() :].startswith("\n")
    parts.append(_lines(text[at:]))
    made = "".join(parts)
    return made if "<" in made.replace("<br>", "") else ""


def typed(body: str, *, is_reply: bool) -> str:
    """What was typed: without the quote that older clients put before a reply.

    Source: "Fallbacks for rich replies".
    """
    if not is_reply or not body.startswith("> "):
        return body
    lines = body.split("\n")
    while lines and lines[0].startswith(">"):
        lines.pop(0)
    return "\n".join(lines[1:] if lines and not lines[0] else lines)


def mentioned(text: str, names: tuple[str, ...], bot: str, *, is_meant: bool) -> str:
    """``name: text`` as ``@bot text``; and ``name text``, if the bot is meant by it."""
    for name in sorted(names, key=len, reverse=True):
        rest = text[len(name) :]
        if not name or text[: len(name)].casefold() != name.casefold():
            continue
        if rest[:1] in {":", ","} or (is_meant and (not rest or rest[0].isspace())):
            return f"@{bot} {rest.lstrip(':,').strip()}"
    return text


def _lines(text: str) -> str:
    made, at = [], 0
    for found in _CODE.finditer(text):
        made += [_words(text[at : found.start()]), f"<code>{escape(found[1])}</code>"]
        at = found.end()
    return "".join([*made, _words(text[at:])])


def _words(text: str) -> str:
    safe = escape(text, quote=False)
    safe = _BOLD.sub(r"<strong>\1</strong>", safe)
    safe = _LINK.sub(_anchor, safe)
    return safe.replace("\n", "<br>")


def _anchor(found: re.Match[str]) -> str:
    address = found[2].replace('"', "&quot;")
    return f'<a href="{address}">{found[1]}</a>'
