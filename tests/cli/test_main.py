"""The one way out of the program: what ends a command, and how that is told."""

import json
import os
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


CLOSINGS = ["<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"]


@pytest.mark.parametrize("closing", CLOSINGS)
@pytest.mark.parametrize("words", ["pack list", "run help", "audit stats", "--version"])
def test_closed_streams(words: str, closing: str) -> None:
    """A command works with any of its standard streams closed, and no file takes their numbers."""
    line = f"{sys.executable} -m chatops_cli {words} {closing}"
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=False, text=True)
    assert done.returncode == ExitCode.OK
    assert "bug" not in done.stderr
    if words == "run help":
        verify = [sys.executable, "-m", "chatops_cli", "audit", "verify"]
        assert subprocess.run(verify, stdout=subprocess.DEVNULL, check=False).returncode == 0


def test_a_message_from_closed_stdin() -> None:
    """`run -` says that there is nothing to read from."""
    line = f"{sys.executable} -m chatops_cli run - <&-"
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (
        ExitCode.USAGE,
        "error: standard input is closed\nhint: pipe the message in\n",
    )


def test_a_message_from_stdin_is_utf8_in_any_locale() -> None:
    """LANG=C changes nothing in what was typed."""
    done = subprocess.run(
        [sys.executable, "-m", "chatops_cli", "run", "--json", "-"],
        input="größe".encode(),
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == ExitCode.NO_MATCH
    assert "größe" in json.loads(done.stdout)["text"]


@pytest.mark.parametrize("words", ["run help", "pack list", "audit tail"])
def test_a_working_folder_that_is_gone(tmp_path: Path, words: str) -> None:
    """It is said in two lines: it is no bug."""
    gone = tmp_path / "gone"
    gone.mkdir()
    line = f"cd {gone} && rmdir {gone} && {sys.executable} -P -m chatops_cli {words}"
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr.splitlines()) == (
        ExitCode.USAGE,
        [
            "error: the working folder can't be used: No such file or directory",
            "hint: change to another folder",
        ],
    )
