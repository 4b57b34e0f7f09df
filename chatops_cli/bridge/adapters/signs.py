"""Signs by their short names, such as ``eyes``, as the characters that some networks want."""

from collections.abc import Mapping
from types import MappingProxyType
from unicodedata import lookup

_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "+1": "👍",
        "-1": "👎",
        "thumbsup": "👍",
        "thumbsdown": "👎",
        "white_check_mark": "✅",
        "heavy_check_mark": "✔️",
        "x": "❌",
        "warning": "⚠️",
        "hourglass": "⌛",
        "hourglass_flowing_sand": "⏳",
        "stop_sign": "🛑",
        "no_entry": "⛔",
        "tada": "🎉",
        "robot_face": "🤖",
        "lock": "🔒",
    }
)


def character_of(sign: str) -> str:
    """The character of a short name; what is none, a character itself perhaps, stays as it is."""
    name = sign.strip(":")
    if name in _SIGNS:
        return _SIGNS[name]
    if not name.isascii():
        return name
    try:
        return lookup(name.replace("_", " ").upper())
    except KeyError:
        return name
