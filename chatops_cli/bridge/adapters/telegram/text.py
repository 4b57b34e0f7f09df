"""Telegram's text: what people typed, what the bot writes, and signs.

Source: core.telegram.org/bots/api, "HTML style", "ReactionTypeEmoji".
"""

import re

_CODE = re.compile(
    r"```(?:(?P<lang>[\w+-]*)\n)?(?P<block>.*?)\n?```|`(?P<code>[^`\n]+)`|\*\*(?P<bold>[^*\n]+)\*\*",
    re.DOTALL,
)
_SIGNS = {
    "eyes": "👀",
    "white_check_mark": "👍",
    "heavy_check_mark": "👍",
    "thumbsup": "👍",
    "+1": "👍",
    "x": "👎",
    "no_entry": "👎",
    "thumbsdown": "👎",
    "-1": "👎",
    "hourglass": "🤔",
    "hourglass_flowing_sand": "🤔",
    "question": "🤔",
    "tada": "🎉",
    "rocket": "🎉",
}
"""Short names to what stands for them here: bots may choose from a short list of signs only."""


def typed(text: str, username: str, bot: str) -> str:
    """A text in which the bot is called by the name that it has here.

    ``/deploy@its_name x`` is a command to it as well: in groups, bots mostly hear no other.
    """
    if not username:
        return text
    own = rf"@{re.escape(username)}(?!\w)"
    command = re.match(rf"/(\w+){own}", text, flags=re.IGNORECASE)
    if command is not None:
        return f"@{bot} {command[1]}{text[command.end() :]}"
    return re.sub(rf"(?<![\w@/]){own}", f"@{bot}", text, flags=re.IGNORECASE)


def written(text: str) -> str:
    """A text as Telegram's HTML: code and bold parts are marked, all else is what stands there."""
    out, start = [], 0
    for found in _CODE.finditer(text):
        out += [_escaped(text[start : found.start()]), _marked(found)]
        start = found.end()
    return "".join([*out, _escaped(text[start:])])


def sign_of(name: str) -> str | None:
    """The sign of a short name; None where bots have none."""
    name = name.strip(":")
    return _SIGNS.get(name) or (name if name and not name.isascii() else None)


def _marked(found: "re.Match[str]") -> str:
    if found["code"] is not None:
        return f"<code>{_escaped(found['code'])}</code>"
    if found["bold"] is not None:
        return f"<b>{_escaped(found['bold'])}</b>"
    block = _escaped(found["block"])
    if found["lang"]:
        return f'<pre><code class="language-{found["lang"]}">{block}</code></pre>'
    return f"<pre>{block}</pre>" if block.strip() else _escaped(found[0])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
