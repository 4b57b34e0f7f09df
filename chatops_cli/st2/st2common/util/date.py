"""Times with a time zone. Source: StackStorm, `st2common.util.date`."""

from datetime import datetime, timedelta, timezone

from _chatops_missing import names_of

__getattr__ = names_of(__name__)

UTC = timezone.utc


def get_datetime_utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  # packs' code asks for the time


def append_milliseconds_to_time(date: datetime, millis: float) -> datetime:
    """That many milliseconds later, in UTC."""
    return convert_to_utc(date + timedelta(milliseconds=millis))


def add_utc_tz(dt: datetime) -> datetime:
    """The same time, said to be UTC.

    Raises:
        ValueError: It says already that it is not.
    """
    if dt.utcoffset():
        raise ValueError(f"{dt.isoformat()} is not in UTC")
    return dt.replace(tzinfo=UTC)


def convert_to_utc(dt: datetime) -> datetime:
    """The same moment in UTC, which a time without a zone is thought to be in."""
    return add_utc_tz(dt) if dt.tzinfo is None else dt.astimezone(UTC)


def parse(value: object, preserve_original_tz: bool = False) -> datetime:
    """The moment that an ISO 8601 text names, in UTC unless its own zone is to be kept.

    **Ours**: other ways to write a date need `dateutil`, which StackStorm brings along.

    Raises:
        ValueError: It can't be read.
    """
    text = str(value)
    dt = _parse_iso(text)
    if dt is None:
        try:
            from dateutil import parser
        except ImportError:
            raise ValueError(
                f"'{text}' is no ISO 8601 date; python-dateutil, which reads others, isn't "
                "installed: add it to the pack's requirements.txt"
            ) from None
        dt = parser.parse(text)
        assert isinstance(dt, datetime)
    if dt.tzinfo is None:
        dt = add_utc_tz(dt)
    return dt if preserve_original_tz else convert_to_utc(dt)


def _parse_iso(text: str) -> "datetime | None":
    """Before Python 3.11 `fromisoformat` knew a few forms only."""
    import re

    found = re.fullmatch(
        r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)?"
        r"\s*(?:([Zz])|([+-]\d\d)(?::?(\d\d))?)?",
        text.strip(),
        re.ASCII,
    )
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(found[n] or 0) for n in range(1, 7))
    zone = None
    if found[8]:
        zone = UTC
    elif found[9]:
        minutes = int(found[10] or 0)
        offset = timedelta(hours=int(found[9]), minutes=-minutes if found[9][0] == "-" else minutes)
        zone = timezone(offset)
    micros = int((found[7] or "0")[:6].ljust(6, "0"))
    return datetime(year, month, day, hour, minute, second, micros, zone)
