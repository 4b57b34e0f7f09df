"""What was left undone, by the bridge before this one or by another, is gone on with here."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from chatops_cli.bridge.claims import Claims, Taken, key_of
from chatops_cli.bridge.delivery import Delivery
from chatops_cli.bridge.hall import Hall
from chatops_cli.bridge.lines import Lines
from chatops_cli.bridge.outbox import Outbox
from chatops_cli.bridge.recovery import Recovery
from chatops_cli.errors import RecordError
from chatops_cli.execution.recorder import Records
from chatops_cli.room.house import House

PAUSE = 1.0
"""Seconds between two tries to write what could not be written."""
LOOK = 5.0
"""Seconds between two looks for messages that were taken, and whose taker wasn't told so."""

_log = logging.getLogger(__name__)


class Succession:
    """Takes up messages and letters.

    Args:
        claims: The messages.
        outbox: The letters.
        hall: Where messages are worked on.
        delivery: Posts letters.
        house: The rooms.
        lines: The connections.
        records: Where ends are recorded.
        home: The state folder.
        now: The time, aware UTC.
        has: Whether this bridge may speak for a line.
    """

    def __init__(
        self,
        *,
        claims: Claims,
        outbox: Outbox,
        hall: Hall,
        delivery: Delivery,
        house: House,
        lines: Lines,
        records: Records,
        home: Path,
        now: Callable[[], datetime],
        has: Callable[[str], bool],
    ) -> None:
        self._claims = claims
        self._outbox = outbox
        self._hall = hall
        self._delivery = delivery
        self._house = house
        self._lines = lines
        self._records = records
        self._home = home
        self._now = now
        self._has = has
        self._looked = 0.0

    async def recover(self) -> None:
        """What this bridge itself left when it ended is gone on with.

        Raises:
            RecordError: It can't be read.
        """
        letters = self._delivery.resume()
        messages = await self._work(self._claims.undone())
        if letters or messages:
            _log.info("recovered messages=%d letters=%d", messages, letters)

    def owners(self) -> frozenset[str]:
        """The bridges that have left something undone, or work on it.

        Raises:
            RecordError: It can't be read.
        """
        return self._claims.owners() | self._outbox.owners()

    async def take_over(self, owner: str) -> None:
        """What a bridge that is gone has left for lines of this one is gone on with.

        Raises:
            RecordError: It can't be had.
        """
        if self._hall.is_closing:
            return
        lines = {name for name in self._lines.by_name if self._has(name)}
        letters = self._delivery.take(self._outbox.adopt(owner, lines))
        messages = await self._work(self._claims.adopt(owner, lines))
        if letters or messages:
            _log.warning("taken-over from=%s messages=%d letters=%d", owner, messages, letters)

    async def catch_up(self) -> None:
        """What could not be written is written; what was taken and is not worked on, is.

        A server that is lost while it takes a message may have it all the same.

        Raises:
            RecordError: It can't be.
        """
        self.write_late()
        if time.monotonic() - self._looked < LOOK or self._hall.is_closing:
            return
        self._looked = time.monotonic()
        working = {key_of(message) for message in self._hall.working}
        left = [
            taken
            for taken in self._claims.undone()
            if taken.line in self._lines.by_name and key_of(taken.message) not in working
        ]
        if left:
            messages = await self._work(left)
            _log.warning("gone-on-with messages=%d", messages)

    async def keep_up(self) -> None:
        """As `catch_up`, for a bridge without others, until it is cancelled."""
        while True:
            try:
                await self.catch_up()
            except RecordError as error:
                _log.debug("not-caught-up error=%s", error.message)
            await asyncio.sleep(PAUSE)

    def write_late(self) -> None:
        """What could not be written when it happened is written.

        Raises:
            RecordError: It can't be.
        """
        self._claims.late.catch_up()
        self._outbox.late.catch_up()

    async def _work(self, left: Iterable[Taken]) -> int:
        left = tuple(left)
        if not left:
            return 0
        from chatops_cli.records.history import open_history
        from chatops_cli.records.results import FOLDER, ResultStore

        history = open_history(self._home, note=_log.warning)
        recovery = Recovery(
            claims=self._claims,
            history=history,
            results=ResultStore(self._home / FOLDER),
            records=self._records,
            now=self._now,
        )
        try:
            return await recovery.recover(
                left, self._hall, self._delivery, self._house.room, self._lines.by_name
            )
        finally:
            history.close()
