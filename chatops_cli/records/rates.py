"""How often something was done lately: times in small files, for all processes."""

import json
from collections.abc import Iterable
from pathlib import Path

from chatops_cli.errors import RecordError
from chatops_cli.model.frozen import frozen
from chatops_cli.records.atomic import make_folder, sweep, unwritable, write_file
from chatops_cli.records.canonical import digest, encode
from chatops_cli.records.lock import locked

FOLDER = "rates"
"""The folder in the state folder."""
MANY = 1000
"""Files from which on those that nobody asks for any more are removed."""
LONGEST = 30 * 86400.0
"""Seconds that any of it counts."""


@frozen
class Window:
    """At most `count` within `within` seconds for one key, which may be any text."""

    key: str
    count: int
    within: float


@frozen
class Full:
    """Which window is full, and in how many seconds there is room in it."""

    window: Window
    wait: float


class Rates:
    """The times in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, windows: Iterable[Window], now: float) -> Full | None:
        """It is done now, in all windows; or in none, as one is full: the one that is so longest.

        Args:
            windows: Where it counts.
            now: The time, in seconds since 1970.

        Raises:
            RecordError: The files can't be used: then it can't be said that it may be done.
        """
        try:
            make_folder(self._folder)
            with locked(self._folder / "lock"):
                found = [(window, self._times(window, now)) for window in windows]
                full = [
                    Full(window=window, wait=times[-window.count] + window.within - now)
                    for window, times in found
                    if len(times) >= window.count
                ]
                if full:
                    return max(full, key=lambda each: each.wait)
                for window, times in found:
                    self._write(window, [*times, now])
                self._tidy(now)
        except OSError as error:
            raise unwritable("the folder", self._folder, error, hint="free some space") from error
        return None

    def _times(self, window: Window, now: float) -> list[float]:
        """When it was done within the window; what a clock that was set back has left counts."""
        path = self._path(window)
        try:
            times = [float(each) for each in json.loads(path.read_bytes())]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError, RecursionError) as error:
            raise RecordError(
                f"the file {path} is damaged", hint="remove it: what it counts begins anew"
            ) from error
        return sorted(each for each in times if abs(now - each) < window.within)

    def _write(self, window: Window, times: list[float]) -> None:
        path = self._path(window)
        sweep(path)
        write_file(path, encode(times[-window.count :]))

    def _path(self, window: Window) -> Path:
        name = digest(encode([window.key, window.within]))[:40]
        return self._folder / f"{name}.json"

    def _tidy(self, now: float) -> None:
        files = list(self._folder.glob("*.json"))
        if len(files) > MANY:
            for path in files:
                if now - path.stat().st_mtime > LONGEST:
                    path.unlink(missing_ok=True)
