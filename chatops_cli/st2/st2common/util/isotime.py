"""Times as ISO 8601 text. Source: StackStorm, `st2common.util.isotime`."""

from datetime import datetime

from _chatops_missing import names_of

from . import date as date_utils

__getattr__ = names_of(__name__)

ISO8601_FORMAT = "%Y-%m-%dT%H:%M:%S"
ISO8601_FORMAT_MICROSECOND = "%Y-%m-%dT%H:%M:%S.%f"


def format(  # noqa: A001  # its name there
    dt: "datetime | str | int", usec: bool = True, offset: bool = True
) -> str:
    """The time as text, with microseconds, and its offset as ``+00:00`` or ``Z``.

    Args:
        dt: A time, a text that names one, or seconds since 1970.
        usec: Whether microseconds are written.
        offset: Whether UTC is written as an offset.
    """
    if isinstance(dt, str):
        dt = parse(dt)
    elif isinstance(dt, int):
        dt = datetime.fromtimestamp(dt, date_utils.UTC)
    text = dt.strftime(ISO8601_FORMAT_MICROSECOND if usec else ISO8601_FORMAT)
    if offset:
        zone = dt.strftime("%z")
        return text + (zone[:3] + ":" + zone[3:] if zone else "+00:00")
    name = dt.tzname() or "UTC"
    return text + ("Z" if name == "UTC" else name)


def validate(value: object, raise_exception: bool = True) -> bool:
    """Whether it is a time, or the text of one in UTC.

    Raises:
        ValueError: It isn't, and that was asked for.
    """
    import re

    pattern = r"\d{4}-\d{2}-\d{2}[\sT]\d{2}:\d{2}:\d{2}(\.\d{3,6})?(Z|\+00(:?00)?)"
    if isinstance(value, datetime) or (
        isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII)
    ):
        return True
    if raise_exception:
        raise ValueError(f"'{value}' is no time in UTC such as 2026-01-31T12:00:00Z")
    return False


def parse(
    value: object, preserve_original_tz: bool = False, validate_value: bool = True
) -> datetime:
    """The moment that the text names; it has to be in UTC unless `validate_value` is false."""
    if validate_value:
        validate(value)
    return date_utils.parse(value, preserve_original_tz=preserve_original_tz)
