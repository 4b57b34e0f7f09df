"""What /proc says of all processes at one moment: who came from whom, and whose mark they bear."""

import errno
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from chatops_cli.model.frozen import frozen
from chatops_cli.runners.launch import MARK

PROC = Path("/proc")
PAGE = 1 << 16
"""Bytes that are read of /proc at a time."""


Identity = tuple[int, int]
"""Id and start: the start tells two processes apart that had the same id in turn."""


@frozen
class Process:
    """What /proc says of a process."""

    pid: int
    parent: int
    session: int
    start: int

    @property
    def identity(self) -> Identity:
        return self.pid, self.start


class Table:
    """Processes as they stood at one moment.

    Args:
        processes: All of them.
        marked: By a mark, ``NAME=value``, the ids of those whose environment holds it.
    """

    __slots__ = ("_children", "_marked", "_processes", "_sessions")

    def __init__(
        self, processes: Iterable[Process], marked: Mapping[bytes, Iterable[int]] | None = None
    ) -> None:
        self._processes = {process.pid: process for process in processes}
        self._marked = marked or {}
        self._children: defaultdict[int, list[int]] = defaultdict(list)
        self._sessions: defaultdict[int, list[int]] = defaultdict(list)
        for process in self._processes.values():
            self._children[process.parent].append(process.pid)
            self._sessions[process.session].append(process.pid)

    def family(self, first: int, mark: bytes, held: Iterable[Identity]) -> tuple[Process, ...]:
        """All that is in the session of `first`, bears `mark` or is `held`, or came from that."""
        now = self._processes
        still = (pid for pid, start in held if pid in now and now[pid].start == start)
        roots = (first, *self._sessions.get(first, ()), *self._marked.get(mark, ()), *still)
        members = {pid for pid in roots if pid in now}
        grown = list(members)
        while grown:
            children = {child for pid in grown for child in self._children.get(pid, ())} - members
            members |= children
            grown = list(children)
        return tuple(now[pid] for pid in members)


class Marks:
    """Which marks stand in which environments; one that has been read is remembered.

    To read all environments in each round would take seconds where many families are ended.

    Args:
        read: Gives the environment of a process; empty where nothing can be read.
    """

    __slots__ = ("_read", "_remembered")

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._remembered: dict[Identity, tuple[float, tuple[bytes, ...]]] = {}

    def of(self, processes: Iterable[Process], since: float) -> dict[bytes, list[int]]:
        """The ids of those that bear each mark.

        What was read before `since`, of the monotonic clock, doesn't count: a process that has been
        forked and becomes another program still had its parent's environment then. Nobody gets the
        mark of a family that runs already: who hasn't it after `since` never will.
        """
        found: defaultdict[bytes, list[int]] = defaultdict(list)
        remembered = {}
        for process in processes:
            known = process.identity
            moment, marks = self._remembered.get(known, (since, ()))
            if moment <= since:
                # Before it is read, not after.
                moment = time.monotonic()
                content = self._read(process.pid)
                # It has none, or none yet: one that just becomes another program shows nothing.
                if not content:
                    continue
                marks = _marks_in(content)
            remembered[known] = (moment, marks)
            for mark in marks:
                found[mark].append(process.pid)
        self._remembered = remembered
        return found


def all_processes() -> Iterator[Process]:
    """All that live, zombies and this process left out.

    Raises:
        OSError: No descriptor is left to read them by.
    """
    own = os.getpid()
    for entry in os.scandir(PROC):
        if entry.name.isdecimal() and int(entry.name) != own:
            process = read_process(int(entry.name))
            if process is not None:
                yield process


def read_process(pid: int) -> Process | None:
    """The process, None where it has ended (a zombie too).

    Source: Linux, proc(5), ``/proc/[pid]/stat``: the name in brackets may hold anything.

    Raises:
        OSError: No descriptor is left to read it by.
    """
    content = _content(f"{PROC}/{pid}/stat", is_short=True)
    fields = content.rpartition(b")")[2].split(None, 20)
    if not fields or fields[0] in (b"Z", b"X"):
        return None
    return Process(pid=pid, parent=int(fields[1]), session=int(fields[3]), start=int(fields[19]))


def read_environment(pid: int) -> bytes:
    """The environment of a process; nothing of another user's process.

    Raises:
        OSError: No descriptor is left to read it by.
    """
    return _content(f"{PROC}/{pid}/environ")


def _marks_in(environment: bytes) -> tuple[bytes, ...]:
    name = MARK.encode() + b"="
    if name not in environment:
        return ()
    return tuple(entry for entry in environment.split(b"\0") if entry.startswith(name))


def _content(path: str, *, is_short: bool = False) -> bytes:
    """What a file of /proc holds, nothing where it can't be read; all by hand, for its many calls.

    Of what `is_short` one read gives all.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            content = os.read(file, PAGE)
            while not is_short and (more := os.read(file, PAGE)):
                content += more
        finally:
            os.close(file)
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            raise  # that is no word on the process: it may well live
        return b""
    return content
