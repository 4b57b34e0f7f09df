"""What a killed program has left of its actions is found by the execution's id, and ended."""

import os
import subprocess
import sys

import pytest

from chatops_cli.runners.leftovers import NAME, end_leftovers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")


def start(execution_id: str, script: str = "sleep 600") -> "subprocess.Popen[bytes]":
    """A process that says when it runs, in a session of its own."""
    process = subprocess.Popen(
        ["sh", "-c", f"echo up; {script}; true"],
        env={**os.environ, NAME: execution_id},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    return process


def test_only_processes_of_these_executions_are_ended() -> None:
    """With all that they have started, wherever that is."""
    first = start("leftover-1", "setsid sleep 600 & sleep 600")
    other = start("leftover-10")
    try:
        assert end_leftovers(["leftover-1", "leftover-2"]) >= 2
        assert first.wait(20) == -9
        assert end_leftovers(["leftover-1"]) == 0
        assert other.poll() is None
    finally:
        end_leftovers(["leftover-1", "leftover-10"])
        for process in (first, other):
            process.communicate(timeout=20)


def test_of_no_execution_nothing_is_looked_for() -> None:
    assert end_leftovers([]) == 0
