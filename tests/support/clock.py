"""Clocks for tests: nothing waits for them."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 31, 8, 15, tzinfo=UTC)


class FakeClock:
    """A clock that moves on by `step` seconds each time that someone looks."""

    def __init__(self, start: datetime = START, *, step: float = 1.0) -> None:
        self.time = start
        self.step = timedelta(seconds=step)

    def __call__(self) -> datetime:
        self.time += self.step
        return self.time
