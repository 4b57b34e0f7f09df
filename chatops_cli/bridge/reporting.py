"""How a bridge tells others how it stands: a file, systemd, and a server for probes and metrics."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.bridge.database import NAME
from chatops_cli.bridge.standing import FILE, WORKING, Standing, write_standing
from chatops_cli.bridge.systemd import Systemd
from chatops_cli.errors import SettingsError

if TYPE_CHECKING:
    from chatops_cli.bridge.web.hooks import Hooks
    from chatops_cli.bridge.web.metrics import Metrics
    from chatops_cli.bridge.web.server import Web
    from chatops_cli.settings.listener import Listener

EVERY = 5.0
"""Seconds between two writings of the file."""
PATIENCE = 0.2
"""Seconds that a probe waits for the database."""

_log = logging.getLogger(__name__)


class Reporting:
    """For one bridge, in its event loop.

    Args:
        home: Its state folder.
        standing: How it stands.
        environment: Where systemd says how it is told.
        metrics: What is counted; None where that can't be told.
        hooks: What other programs may ask for.
    """

    def __init__(
        self,
        home: Path,
        *,
        standing: Callable[[], Standing],
        environment: Mapping[str, str],
        metrics: "Metrics | None" = None,
        hooks: "Hooks | None" = None,
    ) -> None:
        self._home = home
        self._standing = standing
        self._metrics = metrics
        self._hooks = hooks
        self._web: Web | None = None
        self._listening = asyncio.Lock()
        self._refused: str = ""
        self.systemd = Systemd(environment)

    async def run(self) -> None:
        """The file and systemd are told until this is cancelled."""
        pause = min(EVERY, self.systemd.watchdog / 2) if self.systemd.watchdog else EVERY
        while True:
            self.tell()
            await asyncio.sleep(pause)

    def tell(self) -> None:
        """How it stands now is in the file, and systemd knows that it lives."""
        standing = self._standing()
        self.systemd.alive(in_words(standing))
        try:
            write_standing(self._home, standing)
        except OSError as error:
            if self._refused != str(error):
                _log.error("standing-not-written error=%s", error)
            self._refused = str(error)
        else:
            self._refused = ""

    @property
    def port(self) -> int:
        """The port that it listens on; 0 where it doesn't."""
        return self._web.port if self._web is not None else 0

    async def listen(self, listener: "Listener | None") -> None:
        """It listens there, and nowhere else.

        Raises:
            SettingsError: It can't; where it listened before, it does so on.
        """
        async with self._listening:
            before = self._web
            if (before.listener if before is not None else None) == listener:
                return
            if listener is not None:
                from chatops_cli.bridge.web.server import Web

                web = Web(
                    listener,
                    standing=self._standing,
                    writable=lambda: is_writable(self._home / NAME),
                    metrics=self._metrics,
                    hooks=self._hooks,
                )
                await web.start()
                self._web = web
            else:
                self._web = None
            if before is not None:
                await before.stop()

    async def relisten(self, listener: "Listener | None") -> None:
        """As `listen`, after a reload: that it can't is told in the log."""
        try:
            await self.listen(listener)
        except SettingsError as error:
            _log.error("not-listening error=%s", error.in_full)

    async def close(self) -> None:
        """Nobody is told any more."""
        with suppress(SettingsError):
            await self.listen(None)
        with suppress(OSError):
            (self._home / FILE).unlink(missing_ok=True)


def is_writable(path: Path) -> bool:
    """Whether the database there can be written; another has it locked only for an instant."""
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
    except sqlite3.Error:
        return False
    return True


def in_words(standing: Standing) -> str:
    """A line for people."""
    up = sum(line.state in WORKING for line in standing.lines)
    return (
        f"{up} of {len(standing.lines)} networks connected, {standing.working} messages worked on, "
        f"{standing.waiting} replies on their way"
    )
