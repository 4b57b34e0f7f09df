"""All processes that came from one: found through /proc, stopped, then ended.

A process belongs to the family if it is in the session that was made for the first one, if its
parent belongs, or if its environment holds the family's mark. The mark finds what made a session
of its own and lost its parent (``setsid``, a double fork); only a process that did both and also
wiped its environment before the family is ended stays unseen. Where there is no /proc, or no
pidfd, the process group is all that is reached. Who looks for them: see `search`.
"""

import os
import signal
import time
from typing import TYPE_CHECKING

from chatops_cli.runners.launch import MARK
from chatops_cli.runners.process_table import PROC, Identity, Process, Table, read_process

if TYPE_CHECKING:
    import asyncio


class Family:
    """The members found so far, each held by a pidfd so that no later process is mistaken for it.

    Args:
        first: Id of the process that all others came from: leader of a session made for it. It runs
            already.
        mark: The value of `MARK` in the environment of members, and of nobody else.
    """

    __slots__ = ("_first", "_holds", "_mark", "since")

    def __init__(self, first: int, mark: str) -> None:
        self._first = first
        self._mark = f"{MARK}={mark}".encode()
        self._holds: dict[Identity, int] = {}
        self.since = time.monotonic()
        """When the first process ran already, by the monotonic clock."""

    def take(self, table: Table) -> bool:
        """Members that are not held yet are, and are stopped; whether there was one."""
        members = table.family(self._first, self._mark, self._holds)
        strangers = [process for process in members if process.identity not in self._holds]
        taken = [self._take(process) for process in strangers]
        return any(taken)

    def send(self, number: signal.Signals) -> None:
        """`number` is sent to every member that lives and that may be sent to."""
        if not can_hold():
            self.send_group(number)
        for hold in self._holds.values():
            _send(hold, number)

    def send_group(self, number: signal.Signals) -> None:
        """`number` is sent to the first process and to what stayed in its group."""
        try:
            os.killpg(self._first, number)
        except (ProcessLookupError, PermissionError):
            return

    async def wait(self, longest: float, first: "asyncio.Future[None] | None") -> tuple[int, ...]:
        """Waits `longest` seconds at most until all members have ended; gives those that live.

        `first` is done when the first process has ended: it is waited for where nothing is held.
        None where nobody tells.
        """
        import asyncio

        loop = asyncio.get_running_loop()
        ends: dict[int, asyncio.Future[None]] = {}
        for (pid, _), hold in self._holds.items():
            if first is None or pid != self._first:
                ends[pid] = loop.create_future()
                loop.add_reader(hold, _settle, ends[pid])
        if first is not None:
            ends[self._first] = first
        if not ends:
            return ()
        try:
            await asyncio.wait(ends.values(), timeout=longest)
        finally:
            for hold in self._holds.values():
                loop.remove_reader(hold)
        return tuple(pid for pid, end in ends.items() if not end.done())

    def release(self) -> None:
        """The members are let go: nothing is known about them from here on."""
        for hold in self._holds.values():
            os.close(hold)
        self._holds.clear()

    def _take(self, process: Process) -> bool:
        try:
            hold = os.pidfd_open(process.pid)
        except ProcessLookupError:
            return False
        except OSError:  # no descriptor is left to hold it by: its group is still reached
            self.send_group(signal.SIGKILL)
            return False
        try:
            now = read_process(process.pid)
        except OSError:
            os.close(hold)
            self.send_group(signal.SIGKILL)
            return False
        if now is None or now.start != process.start:
            os.close(hold)
            return False
        self._holds[process.identity] = hold
        _send(hold, signal.SIGSTOP)
        return True


def can_hold() -> bool:
    """Whether processes can be found, and held, on this machine."""
    return hasattr(os, "pidfd_open") and PROC.joinpath("self", "stat").exists()


def _send(hold: int, number: signal.Signals) -> None:
    try:
        signal.pidfd_send_signal(hold, number)
    except (ProcessLookupError, PermissionError):
        return  # it has ended, or is another user's: `wait` tells which


def _settle(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
