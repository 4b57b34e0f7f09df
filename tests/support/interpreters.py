"""Interpreters that see what packs' code sees, and nothing of this package."""

import os
import subprocess
import sys

from chatops_cli.runners.python_script import FOLDER


def evaluate(code: str, python: str = sys.executable) -> str:
    """What `code` prints with the folder on its path; it must write nothing to standard error."""
    ended = subprocess.run(
        [python, "-W", "error", "-c", code],
        env={"PYTHONPATH": str(FOLDER), "PYTHONDONTWRITEBYTECODE": "1", "HOME": os.environ["HOME"]},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.stderr == ""
    return ended.stdout
