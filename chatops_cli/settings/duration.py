"""Lengths of time in the settings: seconds, or ``30s``, ``15m``, ``2h``, ``1d``."""

import re

from chatops_cli.reading.reader import Reader

LONGEST = 30 * 86400.0
"""Seconds."""

WRITTEN = re.compile(r"([0-9]{1,7})\s*([smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def read_duration(reader: Reader, key: str, default: float) -> float:
    """Seconds, more than none and up to 30 days; what is none of it is reported."""
    value = reader.value(key)
    if value is None:
        return default
    found = value.json()
    written = WRITTEN.fullmatch(found) if isinstance(found, str) else None
    if isinstance(found, int | float) and not isinstance(found, bool):
        seconds = float(found)
    elif written is not None:
        seconds = float(int(written[1]) * _SECONDS[written[2]])
    else:
        value.wrong("seconds, or a time such as 30s, 15m, 2h or 1d")
        return default
    if 0 < seconds <= LONGEST:
        return seconds
    value.report("out-of-range", f"{value.name} must be more than 0 s and at most 30 days")
    return default
