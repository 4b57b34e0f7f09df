"""Points in time as people type them: ``2h`` ago, a date, or a date and time."""

import re
from datetime import UTC, datetime, timedelta

from chatops_cli.errors import ChatOpsError

HELP = "as 30m, 2h, 7d or 4w ago, or as a date or date and time in UTC"

_AGO = re.compile(r"(\d{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_moment(text: str) -> datetime:
    """The point in time that the text means, aware UTC.

    Raises:
        ChatOpsError: It means none.
    """
    ago = _AGO.fullmatch(text.strip())
    try:
        if ago is not None:
            from chatops_cli.room.opening import now

            return now() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        moment = datetime.fromisoformat(text.strip())
        zoned = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ChatOpsError(
            f"'{text}' is no point in time", hint="write 2h, 7d, 2026-01-31 or 2026-01-31T08:15"
        ) from error
