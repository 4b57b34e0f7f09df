"""A secret that goes through an action shows nowhere: no file, no stream, no process list."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.cli import invoke
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


STORED = """
name: stored
runner_type: python-script
entry_point: stored.py
parameters:
  region: {type: string, default: "{{ st2kv('system.other', decrypt=true) }}"}
"""

ASKING = """
from st2client.client import Client
from st2common.runners.base_action import Action


class Stored(Action):
    def run(self, region):
        token = self.action_service.get_value("token", local=False, decrypt=True)
        print(token, region, self.config["mine"], flush=True)
        self.action_service.set_value("new", token[::-1], encrypt=True)
        self.logger.info("reversed it is %s", token[::-1])
        (again,) = Client().keys.query(prefix="tok", decrypt=True)
        raise ValueError(again.value)
"""

ECHO = """
name: echo
runner_type: local-shell-cmd
parameters:
  cmd: {immutable: true, default: "echo {{ st2kv.system.token | decrypt_kv }}; sleep 1; exit 1"}
"""

BROKEN = """
name: broken
runner_type: local-shell-cmd
parameters:
  number: {type: integer, default: "{{ st2kv.system.token | decrypt_kv }}"}
  cmd: {immutable: true, default: "true"}
"""


@pytest.fixture
def stored(isolated: Path) -> Path:
    """A pack whose actions read secrets of the datastore, and spill them."""
    write_pack(
        isolated / "packs",
        "leaky",
        {
            "actions/stored.yaml": STORED,
            "actions/stored.py": ASKING,
            "actions/echo.yaml": ECHO,
            "actions/broken.yaml": BROKEN,
            "aliases/stored.yaml": alias("stored", "leaky.stored", "spill stored"),
            "aliases/echo.yaml": alias("echo", "leaky.echo", "spill echo"),
            "aliases/broken.yaml": alias("broken", "leaky.broken", "spill broken"),
        },
    )
    (isolated / "configs").mkdir()
    config = "mine: \"{{ st2kv('user.mine', decrypt=true) }}\"\n"
    (isolated / "configs" / "leaky.yaml").write_text(config)
    (isolated / "chatops.yaml").write_text("packs: [packs]\nconfigs: configs\n")
    assert invoke("key", "generate").exit_code == 0
    for name, more in (("token", ()), ("other", ()), ("mine", ("--scope", "user"))):
        done = invoke("key", "set", "--encrypt", *more, name, stdin=f"{CANARY}-{name}")
        assert done.exit_code == 0, done.stderr
    return isolated


@pytest.mark.parametrize("words", ["spill stored", "spill echo", "spill broken"])
@pytest.mark.parametrize("flags", [[], ["--json"], ["--stream"], ["--dry-run"]])
def test_what_comes_out_of_the_datastore_shows_nowhere(
    stored: Path, words: str, flags: list[str]
) -> None:
    """Neither what templates decrypt nor what an action decrypts or keeps while it runs."""
    process = subprocess.run(
        [sys.executable, "-m", "chatops_cli", "run", *flags, words],
        capture_output=True,
        text=True,
        check=False,
    )
    shown = process.stdout + process.stderr
    assert "********" in shown or flags == ["--dry-run"], shown
    files = [file for file in stored.parent.rglob("*") if file.is_file()]
    assert any(file.name == "datastore.json" for file in files)
    for secret in (CANARY, f"{CANARY}-token"[::-1]):
        assert secret not in shown
        for file in files:
            assert secret.encode() not in file.read_bytes(), file
    if words == "spill stored" and not flags:
        assert process.returncode == 1
        assert "ValueError: ********" in shown
