"""``linux.time``: the time in a zone. The file is not ``time.py``, which would hide the library."""

import zoneinfo
from datetime import UTC, datetime

from st2common.runners.base_action import Action


class TimeAction(Action):
    def run(self, zone="local"):
        now = datetime.now(UTC)
        if zone.lower() == "local":
            there = now.astimezone()
            name = there.tzname()
        else:
            name = _name(zone)
            if name is None:
                return False, f"no time zone or city is named {zone}"
            there = now.astimezone(zoneinfo.ZoneInfo(name))
        return {
            "zone": name,
            "time": there.strftime("%H:%M:%S"),
            "date": there.strftime("%A, %d %B %Y"),
            "offset": there.strftime("UTC%z"),
            "iso": there.isoformat(timespec="seconds"),
        }


def _name(zone):
    """The full name of a zone given in full or by its last part, in any case; None if unknown."""
    wanted = "_".join(zone.lower().split())
    names = sorted(zoneinfo.available_timezones())
    for name in names:
        if name.lower() == wanted:
            return name
    return next((name for name in names if name.lower().endswith(f"/{wanted}")), None)
