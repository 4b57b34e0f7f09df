"""An event loop whose clock nobody waits for: when all wait, it is at once as late as they want."""

import asyncio
import selectors
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from selectors import SelectorKey


class _Selector(selectors.BaseSelector):
    """Looks for what has come without waiting for it, and tells the clock how long it should."""

    def __init__(self) -> None:
        self._inner = selectors.DefaultSelector()
        self.passed = 0.0
        self.idle: asyncio.Future[None] | None = None

    def register(self, fileobj: object, events: int, data: object = None) -> "SelectorKey":
        return self._inner.register(fileobj, events, data)  # type: ignore[arg-type]  # as it came

    def unregister(self, fileobj: object) -> "SelectorKey":
        return self._inner.unregister(fileobj)  # type: ignore[arg-type]  # as it came

    def select(self, timeout: float | None = None) -> "list[tuple[SelectorKey, int]]":
        if timeout is None and self.idle is not None:
            if not self.idle.done():
                self.idle.set_result(None)
            return self._inner.select(0)
        if timeout is not None and timeout > 0:
            self.passed += timeout
            timeout = 0
        return self._inner.select(timeout)

    def close(self) -> None:
        self._inner.close()

    def get_map(self) -> "Mapping[object, SelectorKey]":  # type: ignore[override]  # typeshed's names
        return self._inner.get_map()  # type: ignore[return-value]  # the same


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop in virtual time: `time` begins at 0, and passes only while all wait."""

    def __init__(self) -> None:
        self._own = _Selector()
        super().__init__(self._own)

    def time(self) -> float:
        """Seconds that have passed."""
        passed = self._own.passed
        # The loop runs what is due within this; late times have gaps that are larger.
        self._clock_resolution = max(1e-9, passed * 1e-12)
        return passed

    def idle(self) -> "asyncio.Future[None]":
        """Done when nothing runs, and nothing is to come."""
        self._own.idle = self.create_future()
        return self._own.idle
