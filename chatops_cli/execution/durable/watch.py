"""The watch over executors: one's own lock is kept, and work of the dead is given out again."""

import logging
import threading
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chatops_cli.errors import RecordError
from chatops_cli.execution.durable.alive import Alive
from chatops_cli.execution.durable.store import LOST, Ledger

if TYPE_CHECKING:
    from chatops_cli.execution.durable.store import Flow

TICK = 1.0
"""Seconds between two looks."""
LOSS = 3.0
"""Seconds without its lock after which an executor ends what it runs.

Less than any grace: when others take its work for that of a dead one, nothing of it runs here.
"""
KEPT = timedelta(days=7)
"""How long executions that have ended are kept in the database; the audit log has them anyway."""
TIDY = 3600.0

_log = logging.getLogger(__name__)


class Watch:
    """A thread that looks once a second, from `start` until `stop`.

    Args:
        alive: The locks.
        ledger: The executions; its calls fail rather than wait while the database is away.
        name: This executor.
        now: The time, aware UTC.
        repeats: Whether an execution may be run again, by its id and its request.
        stuck: Which of its own executions without an end this executor has nothing to do with.
        lost: Told in that thread when the lock has been lost for too long.
        found: Told in that thread when it is held again after that.
    """

    def __init__(
        self,
        *,
        alive: Alive,
        ledger: Ledger,
        name: str,
        now: Callable[[], datetime],
        repeats: Callable[[str, str], bool],
        stuck: Callable[[Collection[str]], list[str]],
        lost: Callable[[], None],
        found: Callable[[], None],
    ) -> None:
        self._alive = alive
        self._ledger = ledger
        self._name = name
        self._now = now
        self._repeats = repeats
        self._stuck = stuck
        self._lost = lost
        self._before: set[str] = set()
        self._found = found
        self._stop = threading.Event()
        self._free: dict[str, float] = {}
        self._held = 0.0
        self._is_lost = False
        self._tidied = 0.0
        self._thread = threading.Thread(target=self._run, name="chatops-watch", daemon=True)

    def start(self) -> None:
        """From now on this executor counts as alive, and looks after the others.

        Raises:
            RecordError: Its lock can't be had.
        """
        self._alive.hold()
        self._held = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """This executor counts as dead."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._alive.close()
        self._ledger.close()

    def _run(self) -> None:
        while True:
            try:
                self._look()
            except RecordError as error:
                self._away(error.message)
            except Exception as error:  # noqa: BLE001  # the library's: whatever it is, nobody is judged
                self._away(type(error).__name__)
            if self._stop.wait(TICK):
                return

    def _away(self, why: str) -> None:
        """Nobody can be judged, and perhaps others judge this one."""
        self._free = {}
        if not self._is_lost and time.monotonic() - self._held > LOSS:
            self._is_lost = True
            _log.error("executor-lost name=%s error=%s", self._name, why)
            self._lost()

    def _look(self) -> None:
        self._alive.hold()
        self._held = time.monotonic()
        if self._is_lost:
            self._is_lost = False
            _log.warning("executor-found name=%s", self._name)
            self._found()
        flows = self._ledger.running()
        self._unstick([flow for flow in flows if flow.executor_id == self._name])
        if not self._alive.is_reaper():
            self._free = {}
            return
        # Read by the one who judges, after it was that: who has been given out again is not in it.
        self._reap(self._ledger.running())
        if time.monotonic() - self._tidied > TIDY or not self._tidied:
            self._tidied = time.monotonic()
            self._alive.tidy()
            while self._ledger.forget((self._now() - KEPT).isoformat()):
                pass

    def _queue_of(self, execution_id: str) -> str:
        """Where it is given out again."""
        flow = self._ledger.find(execution_id)
        if flow is None or flow.input is None or flow.queue_name is None:
            return LOST
        return flow.queue_name if self._repeats(*map(str, flow.input["args"])) else LOST

    def _unstick(self, own: "list[Flow]") -> None:
        """What ran here, and whose end could not be recorded, is recorded now.

        Only what was so at the look before, too: between a run and its record there is a moment.
        """
        stuck = set(self._stuck([flow.workflow_id for flow in own]))
        for flow in own:
            if flow.workflow_id in stuck & self._before:
                self._ledger.again(flow.workflow_id, flow.queue_name or LOST)
                _log.warning("execution-recorded-again execution=%s", flow.workflow_id)
        self._before = stuck

    def _reap(self, flows: "list[Flow]") -> None:
        now = time.monotonic()
        names = {flow.executor_id for flow in flows if flow.executor_id} - {self._name}
        # Asked in this order: who died after the list was made is in the next one.
        free = {name for name in names if not self._alive.lives(name)}
        self._free = {name: self._free.get(name, now) for name in free}
        for flow in flows:
            since = self._free.get(flow.executor_id or "")
            if since is not None and now - since >= self._alive.GRACE:
                self._ledger.again(flow.workflow_id, self._queue_of(flow.workflow_id))
                _log.warning(
                    "execution-of-the-dead execution=%s executor=%s",
                    flow.workflow_id,
                    flow.executor_id,
                )
