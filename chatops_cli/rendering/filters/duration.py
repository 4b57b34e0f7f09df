"""Lengths of time as people write them."""

from datetime import UTC, datetime, timedelta

_UNITS = (("y", 365 * 86400), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def to_human_time_from_seconds(seconds: float) -> str:
    """``3h25m45s`` for 12345; less than a second keeps its digits, marked as StackStorm marks it.

    From a month on the answer is StackStorm's, which leaves the months out: 40 days are ``9d…``.

    Source: StackStorm, `st2common.expressions.functions.time`, and its tests.
    """
    if not isinstance(seconds, int | float):
        raise TypeError(f"to_human_time_from_seconds takes a number of seconds, not {seconds!r}")
    if seconds == 0:
        return "0s"
    if seconds < 1:
        return f"{seconds}\u03bcs"
    date = datetime(1, 1, 1, tzinfo=UTC) + timedelta(seconds=round(seconds))
    counts = (date.year - 1, date.day - 1, date.hour, date.minute, date.second)
    return _from_first(counts)


def clock_time(seconds: int) -> str:
    """Whole seconds from the largest unit that fits (a year has 365 days) down to seconds."""
    counts = []
    for _, size in _UNITS:
        count, seconds = divmod(seconds, size)
        counts.append(count)
    return _from_first(tuple(counts))


def _from_first(counts: tuple[int, ...]) -> str:
    first = next((i for i, count in enumerate(counts) if count), len(counts) - 1)
    pairs = zip(counts[first:], _UNITS[first:], strict=True)
    return "".join(f"{count}{unit}" for count, (unit, _) in pairs)
