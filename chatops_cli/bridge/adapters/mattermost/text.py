"""Mattermost's text: what people typed, and what the bot writes."""

import re

FENCE = "```"
_CALL = re.compile(r"(?<![\w`])@(channel|all|here)(?![\w-])", re.IGNORECASE)
_GAP = "\u200b"
_COLORS = {"good": "#00c100", "warning": "#dede01", "danger": "#e40303"}
_HEX = re.compile(r"(?:[0-9a-fA-F]{3}){1,2}")


def typed(text: str, username: str, bot: str) -> str:
    """A text in which the bot is called by the name that it has here."""
    if not username:
        return text
    return re.sub(
        rf"(?<![\w@])@{re.escape(username)}(?![\w-]|\.\w)", f"@{bot}", text, flags=re.IGNORECASE
    )


def written(text: str) -> str:
    """A text that calls no whole channel, whoever it is from; code blocks stay as they are."""
    parts = text.split(FENCE)
    parts[::2] = [_CALL.sub(lambda found: f"@{_GAP}{found[1]}", part) for part in parts[::2]]
    return FENCE.join(parts)


def painted(color: str) -> str:
    """A colour by its number: names are Slack's."""
    return _COLORS.get(color, f"#{color}" if _HEX.fullmatch(color) else color)
