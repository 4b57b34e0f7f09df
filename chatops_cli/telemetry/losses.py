"""What the collector didn't get: told when it begins, and counted when it is over."""

import logging
from threading import Lock

_log = logging.getLogger(__name__)


class Losses:
    """Counts spans that are dropped, and tells of it in two lines, however many they are.

    Methods may be called in any thread.

    Args:
        collector: Host and port of the collector, for the log.
        limit: How many spans may wait; beyond that the oldest are dropped.
    """

    def __init__(self, collector: str, limit: int) -> None:
        self._collector = collector
        self._limit = limit
        self._lock = Lock()
        self._is_away = False
        self.waiting = 0
        self.dropped = 0

    def came(self) -> None:
        """A span waits."""
        with self._lock:
            if self.waiting < self._limit:
                self.waiting += 1
                return
            self.dropped += 1
            self._begin("more come than it takes")

    def left(self, count: int) -> None:
        """So many wait no more: they are on their way."""
        with self._lock:
            self.waiting = max(self.waiting - count, 0)

    def took(self) -> None:
        """The collector has taken some."""
        with self._lock:
            self._end()

    def refused(self, count: int, why: str) -> None:
        """The collector hasn't taken so many, and won't."""
        with self._lock:
            self.dropped += count
            self._begin(why)

    def close(self) -> None:
        """What still waits is lost, too."""
        with self._lock:
            self.dropped += self.waiting
            self.waiting = 0
            self._end()

    def _begin(self, why: str) -> None:
        if not self._is_away:
            _log.warning("traces-not-taken collector=%s reason=%s", self._collector, why)
        self._is_away = True

    def _end(self) -> None:
        if self.dropped:
            _log.warning("traces-dropped collector=%s spans=%d", self._collector, self.dropped)
        self.dropped = 0
        self._is_away = False
