"""How fast a room is written to."""

from collections.abc import Callable

from chatops_cli.bridge.line import Sleep


class Pace:
    """A bucket of `burst` tokens that gets one in `seconds`; each post takes one.

    Args:
        burst: Posts that may follow one another at once.
        seconds: Between two posts after that.
        time: Seconds of a clock that only goes on.
        sleep: Waits for seconds.
    """

    def __init__(
        self, burst: int, seconds: float, *, time: Callable[[], float], sleep: Sleep
    ) -> None:
        self._burst = burst
        self._seconds = seconds
        self._time = time
        self._sleep = sleep
        self._tokens = float(burst)
        self._seen = time()

    async def turn(self) -> None:
        """Waits for a token, and takes it."""
        self._fill()
        while self._tokens < 1:
            await self._sleep((1 - self._tokens) * self._seconds)
            self._fill()
        self._tokens -= 1

    def _fill(self) -> None:
        now = self._time()
        if self._seconds > 0:
            self._tokens = min(self._burst, self._tokens + (now - self._seen) / self._seconds)
        else:
            self._tokens = self._burst
        self._seen = now
