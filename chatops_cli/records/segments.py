"""The files of an audit log: the one in use, and those that were rotated away before it.

``audit.jsonl`` is written to; ``audit-<first seq>-<time>.jsonl`` is whole and never changes;
``audit-<seq>-<time>.torn`` holds bytes that a repair took off the end.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "audit"
"""The folder of the log in the state folder."""

CURRENT = "audit.jsonl"
LOCK = "audit.lock"
HEAD = "audit.head"

_ROTATED = re.compile(r"audit-(\d{12,18})-\d{8}T\d{12}Z\.jsonl")


def rotated(folder: Path, *, after: int = 0) -> tuple[Path, ...]:
    """The rotated files in order, without those that hold no record beyond number `after`."""
    found = sorted(
        (int(match[1]), name)
        for name in _names(folder)
        if (match := _ROTATED.fullmatch(name)) is not None
    )
    ends = [first - 1 for first, _ in found[1:]]
    old = sum(end <= after for end in ends)
    return tuple(folder / name for _, name in found[old:])


def rotated_name(first: int, time: datetime) -> str:
    """The name for a file whose first record has number `first`."""
    return f"audit-{first:012d}-{_stamp(time)}.jsonl"


def torn_name(seq: int, time: datetime) -> str:
    """The name for bytes found after record `seq`."""
    return f"audit-{seq:012d}-{_stamp(time)}.torn"


def _stamp(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
