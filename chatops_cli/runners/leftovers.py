"""Processes that outlive whoever started them: what a killed program has left of its actions."""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress

from chatops_cli.runners.process_table import all_processes, read_environment

NAME = "ST2_ACTION_EXECUTION_ID"
"""The variable in the environment of actions that holds the execution's id."""
ROUNDS = 20
"""How often they are looked for: each round ends what was forked during the last one."""
PAUSE = 0.01
"""Seconds between two rounds."""


def end_leftovers(execution_ids: Iterable[str]) -> int:
    """All processes of these executions on this machine are killed; how many there were.

    Only for executions that nobody runs any more. A process that has cleared its environment, or
    is another user's, isn't known. Where there is no /proc, none is.
    """
    return end_marked(NAME, execution_ids)


def end_marked(variable: str, values: Iterable[str]) -> int:
    """All processes with one of these values in a variable of their environment, as above."""
    wanted = {f"{variable}={each}".encode() for each in values}
    ended: set[tuple[int, int]] = set()
    if not wanted:
        return 0
    with suppress(OSError):  # no descriptor is left, or there is no /proc
        for _ in range(ROUNDS):
            found = {
                process.identity for process in all_processes() if _kill_if(process.pid, wanted)
            }
            if not found:
                break
            ended |= found
            time.sleep(PAUSE)
    return len(ended)


def _kill_if(pid: int, wanted: set[bytes]) -> bool:
    """Killed, if it is one of them: what is read and what is killed is one process."""
    try:
        handle = os.pidfd_open(pid)
    except OSError:  # it has ended
        return False
    try:
        if wanted.isdisjoint(read_environment(pid).split(b"\0")):
            return False
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    except ProcessLookupError:
        return False
    finally:
        os.close(handle)
    return True
