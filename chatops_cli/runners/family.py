"""All processes that came from one: found through /proc, stopped, then ended.

A process belongs to the family if it is in the session that was made for the first one, if its
parent belongs, or if its environment holds the family's mark. The mark finds what made a session
of its own and lost its parent (``setsid``, a double fork); only a process that did both and also
wiped its environment before the family is ended stays unseen. Where there is no /proc, or no
pidfd, the process group is all that is reached.
"""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.model.frozen import frozen

if TYPE_CHECKING:
    import asyncio

PROC = Path("/proc")
ROUNDS = 50
"""How often new members are looked for: each round finds what was forked during the last one."""

PAGE = 1 << 16
"""Bytes that are read of /proc at a time."""

QUIET_ROUNDS = 2
"""How many rounds in a row have to find nobody."""


@frozen
class Process:
    """What /proc says of a process. `start` tells two apart that had the same id in turn."""

    pid: int
    parent: int
    session: int
    start: int


class Family:
    """The members found so far, each held by a pidfd so that no later process is mistaken for it.

    Args:
        first: Id of the process that all others came from: leader of a session made for it.
        mark: ``NAME=value`` that stands in the environment of members, and of nobody else.
    """

    __slots__ = ("_first", "_holds", "_mark", "_others")

    def __init__(self, first: int, mark: bytes) -> None:
        self._first = first
        self._mark = mark
        self._holds: dict[int, int] = {}
        # By id and start: to read all environments in each round would take seconds where many
        # families are ended at once. Nobody gets this mark later who hasn't it now.
        self._others: set[tuple[int, int]] = set()

    def stop(self) -> None:
        """Every member is found, and stopped so that it can't fork while the others are looked for.

        Stopped parents stay parents: the chain to their children can't break meanwhile.
        """
        if not _can_hold():
            return
        self.send(signal.SIGSTOP)  # those that were let go on could fork as well
        quiet = 0
        for _ in range(ROUNDS):
            taken = [self._take(process) for process in self._strangers()]
            # Twice: a process that had not stopped yet may have forked behind the search's back.
            quiet = 0 if any(taken) else quiet + 1
            if quiet == QUIET_ROUNDS:
                return

    def send(self, number: signal.Signals) -> None:
        """`number` is sent to every member that lives and that may be sent to."""
        if not _can_hold():
            _send_group(self._first, number)
        for hold in self._holds.values():
            _send(hold, number)

    def kill(self) -> None:
        """Every member gets SIGKILL, those that appeared meanwhile too."""
        self.stop()
        self.send(signal.SIGKILL)

    async def wait(self, longest: float, first: "asyncio.Future[None] | None") -> tuple[int, ...]:
        """Waits `longest` seconds at most until all members have ended; gives those that live.

        `first` is done when the first process has ended: it is waited for where nothing is held.
        None where nobody tells.
        """
        import asyncio

        loop = asyncio.get_running_loop()
        ends = {pid: loop.create_future() for pid in self._holds}
        if first is not None:
            ends.pop(self._first, None)
        for pid, end in ends.items():
            loop.add_reader(self._holds[pid], _settle, end)
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
            _send_group(self._first, signal.SIGKILL)
            return False
        now = _read(process.pid)
        if now is None or now.start != process.start:
            os.close(hold)
            return False
        self._holds[process.pid] = hold
        _send(hold, signal.SIGSTOP)
        return True

    def _strangers(self) -> Iterator[Process]:
        """Members that are not held yet."""
        own = os.getpid()
        processes = {p.pid: p for p in _all_processes() if p.pid != own}
        members = {p.pid for p in processes.values() if self._is_marked(p)}
        grown = True
        while grown:
            children = {p.pid for p in processes.values() if p.parent in members} - members
            members |= children
            grown = bool(children)
        return (processes[pid] for pid in members if pid not in self._holds)

    def _is_marked(self, process: Process) -> bool:
        if process.pid in self._holds or self._first in (process.pid, process.session):
            return True
        known = (process.pid, process.start)
        if known in self._others:
            return False
        if self._mark in _environment(process.pid):
            return True
        self._others.add(known)
        return False


def _can_hold() -> bool:
    return hasattr(os, "pidfd_open") and PROC.joinpath("self", "stat").exists()


def _all_processes() -> Iterator[Process]:
    for entry in os.scandir(PROC):
        if entry.name.isdecimal():
            process = _read(int(entry.name))
            if process is not None:
                yield process


def _read(pid: int) -> Process | None:
    """The process, None where it has ended (a zombie too).

    Source: Linux, proc(5), ``/proc/[pid]/stat``: the name in brackets may hold anything.
    """
    try:
        fields = _content(f"{PROC}/{pid}/stat", is_short=True).rpartition(b")")[2].split(None, 20)
    except OSError:
        return None
    if fields[0] in (b"Z", b"X"):
        return None
    return Process(pid=pid, parent=int(fields[1]), session=int(fields[3]), start=int(fields[19]))


def _environment(pid: int) -> tuple[bytes, ...]:
    """The entries of a process' environment; nothing of another user's process."""
    try:
        return tuple(_content(f"{PROC}/{pid}/environ").split(b"\0"))
    except OSError:
        return ()


def _content(path: str, *, is_short: bool = False) -> bytes:
    """What a file of /proc holds; it is read for each process, again and again, so by hand.

    Of what `is_short` one read gives all.
    """
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        content = os.read(file, PAGE)
        while not is_short and (more := os.read(file, PAGE)):
            content += more
    finally:
        os.close(file)
    return content


def _send(hold: int, number: signal.Signals) -> None:
    try:
        signal.pidfd_send_signal(hold, number)
    except (ProcessLookupError, PermissionError):
        return  # it has ended, or is another user's: `wait` tells which


def _send_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def _settle(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
