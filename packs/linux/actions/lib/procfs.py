"""Processes as /proc shows them. What ended meanwhile, or may not be read, is left out."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process. `ticks` is its processor time so far, `memory` its resident set in bytes.

    `program` is the base name of the program file or script interpreter as it was started. The
    other words of the command line are not read: they hold passwords too often.
    """

    pid: int
    name: str
    program: str
    state: str
    user: int
    ticks: int
    memory: int
    started: int


def processes() -> Iterator[Process]:
    """Every process that can be read, in the order of their ids."""
    for pid in sorted(int(name) for name in os.listdir(PROC) if name.isdecimal()):
        found = process(pid)
        if found is not None:
            yield found


def process(pid: int) -> Process | None:
    """The process with this id, None where there is none any more."""
    folder = PROC / str(pid)
    try:
        stat = (folder / "stat").read_text(errors="replace")
        words = (folder / "cmdline").read_bytes().split(b"\0")
        user = folder.stat().st_uid
    except OSError:
        return None
    # The name stands in brackets and may hold spaces and brackets itself.
    name = stat[stat.index("(") + 1 : stat.rindex(")")]
    numbers = stat[stat.rindex(")") + 2 :].split()
    return Process(
        pid=pid,
        name=name,
        program=_program(words[0].decode(errors="replace")) or name,
        state=numbers[0],
        user=user,
        ticks=int(numbers[11]) + int(numbers[12]),
        memory=int(numbers[21]) * PAGE,
        started=int(numbers[19]),
    )


def user_name(number: int) -> str:
    """The name of a user, or the number where it has none."""
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def uptime() -> float:
    """Seconds since the machine started."""
    return float((PROC / "uptime").read_text().split()[0])


def age(found: Process) -> int:
    """Seconds since the process started."""
    return max(0, int(uptime() - found.started / TICKS))


def _program(word: str) -> str:
    # Daemons write a title over it: "nginx: master process".
    return os.path.basename(word.split(":", 1)[0].split(" ", 1)[0]).lstrip("-")
