"""Discord's text: what people typed, colours, and signs.

Source: docs.discord.com/developers, "Message Formatting".
"""

import re
from collections.abc import Mapping

_PART = re.compile(r"<(?:@!?(?P<user>\d+)|@&(?P<role>\d+)|a?:(?P<sign>\w+):\d+)>")
_COLORS = {"good": 0x2EB886, "warning": 0xDAA038, "danger": 0xA30200}
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_SIGNS = {
    "eyes": "👀",
    "white_check_mark": "✅",
    "heavy_check_mark": "✔️",
    "x": "❌",
    "warning": "⚠️",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "no_entry": "⛔",
    "question": "❓",
    "thumbsup": "👍",
    "+1": "👍",
    "thumbsdown": "👎",
    "-1": "👎",
    "rocket": "🚀",
    "tada": "🎉",
}


def typed(text: str, names: Mapping[str, str], roles: frozenset[str], bot: str) -> str:
    """What somebody typed, of the text that Discord makes of it.

    Args:
        text: Discord's.
        names: Ids of people with the names that stand behind ``@``; others stay ids.
        roles: Ids of the bot's own roles: whoever types ``@`` is offered those as well.
        bot: The bot's name.
    """

    def shown(found: "re.Match[str]") -> str:
        if user := found["user"]:
            return f"@{names.get(user) or user}"
        if sign := found["sign"]:
            return f":{sign}:"
        return f"@{bot}" if found["role"] in roles else f"@{found['role']}"

    return _PART.sub(shown, text)


def painted(color: str) -> int | None:
    """A colour by its number; None where it is none."""
    if color in _COLORS:
        return _COLORS[color]
    found = _HEX.fullmatch(color)
    if found is None:
        return None
    digits = found[1] if len(found[1]) > 3 else "".join(each * 2 for each in found[1])  # noqa: PLR2004  # of the short form
    return int(digits, 16)


def sign_of(name: str) -> str | None:
    """The sign of a short name; a sign is itself, and so is ``name:id``, one of the server's."""
    name = name.strip(":")
    if name in _SIGNS:
        return _SIGNS[name]
    is_own = re.fullmatch(r"\w+:\d+", name) is not None
    return name if is_own or (name and not name.isascii()) else None
