"""The one way out of the program: what ends a command, and how that is told."""

import subprocess
import sys
from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("words", [["pack", "list"], ["run", "ping"]], ids=" ".join)
def test_a_full_disk_below_stdout(words: list[str]) -> None:
    """It is told in two lines: it is no bug."""
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "chatops_cli", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )
    assert (done.returncode, done.stderr) == (
        ExitCode.FAILED,
        "error: nothing more can be written: the disk is full\nhint: free some space\n",
    )
