"""A secret that goes through an action shows nowhere: no file, no stream, no process list."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.packs import write_pack
from tests.support.small_packs import alias

CANARY = "c4n4ry-S3cr3t-value"

SHELL = """
name: shell
runner_type: local-shell-cmd
parameters:
  token: {type: string, required: true, secret: true}
  cmd: {immutable: true, default: "echo {{ token }}; echo {{ token }} >&2; sleep 1; exit 1"}
"""

PYTHON = """
name: python
runner_type: python-script
entry_point: spill.py
parameters:
  token: {type: string, required: true, secret: true}
"""

SPILL = """
import logging
import time

from st2common.runners.base_action import Action


class Spill(Action):
    def run(self, token):
        print(token)
        self.logger.info("the token is %s", token)
        logging.getLogger("x").warning(token)
        time.sleep(1)
        raise ValueError("bad token " + token)
"""

RESULT = """
ack: {format: "starting with {{ execution.parameters.token }}"}
result: {format: "{{ execution.parameters.token }} {{ execution.result }}"}
"""


@pytest.fixture
def packs(isolated: Path) -> Path:
    """A pack whose actions spill their secret wherever they can."""
    write_pack(
        isolated / "packs",
        "leaky",
        {
            "actions/shell.yaml": SHELL,
            "actions/python.yaml": PYTHON,
            "actions/spill.py": SPILL,
            "aliases/shell.yaml": alias("shell", "leaky.shell", "spill {{ token }}", more=RESULT),
            "aliases/python.yaml": alias("py", "leaky.python", "pyspill {{ token }}", more=RESULT),
        },
    )
    return isolated / "packs"


def command_lines() -> str:
    """The arguments of all processes but the one that was given the secret by the test."""
    lines = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                lines.append((folder / "cmdline").read_bytes().decode(errors="replace"))
            except OSError:
                continue
    return "\n".join(lines)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
@pytest.mark.parametrize("words", ["spill", "pyspill"])
@pytest.mark.parametrize("flags", [[], ["--json"], ["--stream"]])
def test_the_canary_shows_nowhere(
    packs: Path, isolated: Path, words: str, flags: list[str]
) -> None:
    """The message comes by standard input; then nothing that chatops writes holds the secret."""
    temporary = isolated / "tmp"
    temporary.mkdir()
    environment = {**os.environ, "CHATOPS_PACKS": str(packs), "TMPDIR": str(temporary)}
    process = subprocess.Popen(
        [sys.executable, "-m", "chatops_cli", "run", *flags, "-"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(f"{words} {CANARY}")
    process.stdin.close()
    process.stdin = None
    seen = []
    while process.poll() is None:
        seen.append(command_lines())
        time.sleep(0.05)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1, err
    assert CANARY not in out + err
    assert "********" in out
    assert not any(CANARY in lines for lines in seen)
    assert len(seen) >= 5, "the process list was looked at while the action ran"
    for file in (isolated.parent / "home").rglob("*"):
        assert file.stat().st_mode & 0o077 == 0, f"others may look into {file}"
    for file in isolated.parent.rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes(), file
