"""One connection to a network, kept up: connected again after ever longer pauses."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Protocol, TypeAlias

from chatops_cli.bridge.contract import Adapter, LineError, RefusedError, Take
from chatops_cli.errors import ChatOpsError

FIRST, FACTOR, LONGEST = 1.0, 1.75, 600.0
"""Seconds of the first pause, what the next is longer by, and the longest."""
REFUSED = 60.0
"""Seconds of the shortest pause where the network said no."""
PROVEN = 30.0
"""Seconds that a connection must have held for the pauses to begin anew."""

Sleep: TypeAlias = Callable[[float], Awaitable[None]]

_log = logging.getLogger(__name__)


class LineState(StrEnum):
    """How a connection stands."""

    STANDBY = "standby"
    """Another bridge has it; this one takes it over when that one is gone."""
    CONNECTING = "connecting"
    UP = "up"
    DOWN = "down"
    REFUSED = "refused"
    OVER = "over"
    """Nothing will be heard any more; posts are taken."""
    CLOSED = "closed"


class Turn(Protocol):
    """Whether this bridge is the one that is connected, of those that share a database."""

    async def has_come(self) -> None:
        """Waits for it."""
        ...

    async def is_over(self) -> None:
        """Waits until another bridge may be connected."""
        ...


class Line:
    """A connection by the name that the settings give it.

    Args:
        name: That name.
        adapter: What speaks with the network.
        sleep: Waits for seconds.
        chance: Gives numbers from 0 to 1: not all bridges come back at one instant.
        loop_time: Seconds of a clock that only goes on.
        turn: When it is this bridge's turn to be connected; None where it always is.
    """

    def __init__(
        self,
        name: str,
        adapter: Adapter,
        *,
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        loop_time: Callable[[], float] | None = None,
        turn: Turn | None = None,
    ) -> None:
        self._turn = turn
        self.name = name
        self.adapter = adapter
        self.state = LineState.CONNECTING
        self.error: ChatOpsError | None = None
        self.connected = 0
        self._sleep = sleep
        self._chance = chance
        self._time = loop_time or asyncio.get_running_loop().time
        self._up = asyncio.Event()
        self._alone = asyncio.Lock()
        self._broken: asyncio.Future[None] | None = None

    async def run(self, take: Take, adapter: Adapter | None = None) -> None:
        """Hears until it is cancelled, or nothing will be heard any more; what breaks is mended.

        `adapter` speaks with the network from now on, in place of the one before. A run that was
        cancelled is over before this one begins.
        """
        async with self._alone:
            if adapter is not None:
                self._up.clear()
                await self._close()
                self.adapter = adapter
            await self._run(take)

    async def _run(self, take: Take) -> None:
        pause = FIRST
        while True:
            if self._turn is not None:
                self.state, self.error = LineState.STANDBY, None
                await self._turn.has_come()
            began = self._time()
            try:
                await self._hold(take)
            except ChatOpsError as told:
                error = told
            except Exception as bug:  # noqa: BLE001  # an adapter or its library may raise anything
                _log.exception("adapter-failed line=%s", self.name)
                error = LineError(f"the adapter failed: {type(bug).__name__}: {bug}")
            else:
                self.state = LineState.OVER
                return
            self._up.clear()
            self._broke(error)
            await self._close()
            if self._time() - began >= PROVEN:
                pause = FIRST
            least = REFUSED if isinstance(error, RefusedError) else 0.0
            await self._sleep(max(pause, least) * (1 + self._chance() / 2))
            pause = min(pause * FACTOR, LONGEST)

    async def up(self) -> None:
        """Waits until it is connected."""
        await self._up.wait()

    def lost(self, error: LineError) -> None:
        """Whoever posts has seen it broken: it is connected anew."""
        if self._broken is not None and not self._broken.done():
            self._up.clear()
            self._broken.set_exception(error)

    async def close(self) -> None:
        """It is down; whoever cancelled `run` calls it after that."""
        async with self._alone:
            self._up.clear()
            self.state = LineState.CLOSED
            await self._close()

    async def _hold(self, take: Take) -> None:
        """Connected, and hearing until it breaks."""
        self.state = LineState.CONNECTING
        await self.adapter.connect()
        self.state, self.error = LineState.UP, None
        self.connected += 1
        _log.info("line-up line=%s", self.name)
        loop = asyncio.get_running_loop()
        hearing = loop.create_task(self.adapter.hear(take))
        broken = self._broken = loop.create_future()
        others = {loop.create_task(self._over())} if self._turn is not None else set()
        self._up.set()
        try:
            await asyncio.wait({hearing, broken, *others}, return_when=asyncio.FIRST_COMPLETED)
            for each in (hearing, broken, *others):
                if each.done():
                    each.result()
                    break
        finally:
            broken.cancel()
            for task in (hearing, *others):
                task.cancel()
            await asyncio.gather(hearing, *others, return_exceptions=True)

    async def _over(self) -> None:
        assert self._turn is not None  # nobody asks otherwise
        await self._turn.is_over()
        raise LineError("another bridge may have taken this line")

    async def _close(self) -> None:
        try:
            await self.adapter.close()
        except Exception:  # noqa: BLE001  # it is thrown away, whatever its library says
            _log.exception("adapter-close-failed line=%s", self.name)

    def _broke(self, error: ChatOpsError) -> None:
        is_refused = isinstance(error, RefusedError)
        state = LineState.REFUSED if is_refused else LineState.DOWN
        if self.error is None or self.error.message != error.message or state is not self.state:
            _log.warning("line-%s line=%s error=%s", state, self.name, error.in_full)
        self.state, self.error = state, error
