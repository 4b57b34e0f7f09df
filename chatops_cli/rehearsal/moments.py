"""Lengths of time as people write them: ``90s``, ``10m``, ``1h30m``."""

import re

_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)", re.ASCII)
_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
LONGEST = 100 * 365 * 86400.0
"""Seconds; a clock goes no further."""


def seconds_of(text: str) -> float | None:
    """The seconds that `text` says, None where it says none, or too many; to the millisecond."""
    if not text or _PART.sub("", text):
        return None
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
    return round(seconds, 3) if seconds <= LONGEST else None


def spelled(seconds: float) -> str:
    """The length of time that `seconds_of` reads as these seconds, to the millisecond."""
    left = round(seconds * 1000)
    parts = []
    for unit, size in _SECONDS.items():
        number, left = divmod(left, round(size * 1000))
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts) or "0s"
