"""Time in a rehearsal: nothing is waited for but processes, and the clock goes by what is said.

The event loop's time is moved on whenever nothing can happen before it passes, so that a delay of
an hour takes no time at all. While an action really runs, or a thread works, time is real.
"""

import asyncio
import selectors
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta
from typing import TypeVar, TypeVarTuple

from chatops_cli.errors import ChatOpsError

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


class Timeline:
    """What time it is, from `start` on; each look at it is `step` seconds later than the last."""

    def __init__(self, start: datetime, step: float) -> None:
        self._start = start
        self._step = step
        self._passed = 0.0
        self._count = 0

    def __call__(self) -> datetime:
        """The time, aware UTC."""
        self._passed += self._step
        return self._start + timedelta(seconds=self._passed)

    def new_id(self) -> str:
        """An id of 24 hexadecimal digits that sorts by time; the same in each rehearsal."""
        self._count += 1
        seconds = int((self._start + timedelta(seconds=self._passed)).timestamp())
        return f"{seconds & 0xFFFFFFFF:08x}{self._count:016x}"

    def pass_by(self, seconds: float) -> None:
        """So many seconds are over."""
        self._passed += seconds


MOST_WAITS = 200_000
"""How often one rehearsal may wait: what waits for ever would be busy, as it takes no time."""


class EndlessError(ChatOpsError):
    """Something waits for what never happens."""


class _Selector(selectors.DefaultSelector):
    """Waits for files; where nothing is to come from them, time is moved on instead.

    `pass_by` is told the seconds that are over, `is_real` says whether they have to be waited for.
    """

    def __init__(
        self, pass_by: Callable[[float], None], is_real: Callable[[], bool], most: int
    ) -> None:
        super().__init__()
        self._pass_by = pass_by
        self._is_real = is_real
        self._most = most
        self._waits = 0

    def _check_end(self) -> None:
        self._waits += 1
        if self._waits > self._most:
            self._waits = 0
            raise EndlessError(
                f"it does not come to an end: {self._most:,} times it has waited for something",
                hint="look for executions that wait for one another, as policies may have them do",
            )

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is not None and not self._is_real():
            self._check_end()
            self._pass_by(timeout)
            return []
        begun = time.monotonic()
        ready = super().select(timeout)
        self._pass_by(time.monotonic() - begun)
        return ready


class TimelineLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is that of a `Timeline`: it passes while something is waited for.

    It waits `most` times: see `MOST_WAITS`.
    """

    def __init__(self, timeline: Timeline, *, most: int = MOST_WAITS) -> None:
        self._timeline = timeline
        self._now = 0.0
        self._real = 0
        super().__init__(_Selector(self._pass_by, lambda: self._real > 0, most))

    def __del__(self) -> None:
        """Ctrl-C may come while one is made, which has nothing to close yet."""
        if hasattr(self, "_signal_handlers"):
            super().__del__()

    def time(self) -> float:
        """Seconds since it was made, as they pass in the rehearsal."""
        return self._now

    @contextmanager
    def in_real_time(self) -> Iterator[None]:
        """What happens outside of this process is waited for."""
        self._real += 1
        try:
            yield
        finally:
            self._real -= 1

    def run_in_executor(
        self, executor: Executor | None, func: "Callable[[*_Ts], _T]", *args: *_Ts
    ) -> "asyncio.Future[_T]":
        """The same; a thread's work takes real time."""
        self._real += 1
        future: asyncio.Future[_T] = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._is_back)
        return future

    def _is_back(self, future: "asyncio.Future[_T]") -> None:
        del future
        self._real -= 1

    def _pass_by(self, seconds: float) -> None:
        self._now += seconds
        self._timeline.pass_by(seconds)


def real_time() -> AbstractContextManager[None]:
    """While it lasts, the running loop's time is real."""
    loop = asyncio.get_running_loop()
    return loop.in_real_time() if isinstance(loop, TimelineLoop) else nullcontext()
