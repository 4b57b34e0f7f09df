"""Python code run in processes of its own, on small disks where that is permitted."""

import os
import subprocess
import sys
import tempfile
import textwrap
from functools import cache
from pathlib import Path

import pytest

MOUNT = 'mount -t tmpfs -o size="$1" none "$2" && shift 2 && exec "$@"'


def run_python(code: str, *arguments: str, before: tuple[str, ...] = ()) -> list[str]:
    """The lines that the code prints; `before` goes before the interpreter on the command line."""
    done = subprocess.run(
        [*before, sys.executable, "-c", textwrap.dedent(code), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def run_on_small_disk(code: str, folder: Path, *, size: str) -> list[str]:
    """The same, with `folder` for its argument: a disk of this size, gone afterwards.

    Skips the test where that isn't permitted.
    """
    if not can_mount():
        pytest.skip("mounting a small disk needs root and a mount namespace of one's own")
    return run_python(code, str(folder), before=_mounted(folder, size))


@cache
def can_mount() -> bool:
    """Whether a small disk can be mounted here, seen by one process only."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [*_mounted(Path(folder), "64k"), "true"], capture_output=True, check=False
            )
        except FileNotFoundError:
            return False
    return done.returncode == 0


def _mounted(folder: Path, size: str) -> tuple[str, ...]:
    return "unshare", "-m", "sh", "-c", MOUNT, "sh", size, str(folder)
