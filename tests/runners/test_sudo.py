"""What sudo is given. A program of that name stands in for it: the real one needs an account.

`test_real_sudo` makes some, where it may. The stand-in reads a password as sudo does, byte by byte
and at most three times, and closes what sudo closes.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import local_shell_cmd, local_shell_script, process, shell
from chatops_cli.runners.contract import Call
from tests.support.calls import make_action, make_call, shell_call, write_pack
from tests.support.process_list import is_listed

SUDO = """#!{python}
import os, sys
words, wants = sys.argv[1:], {wants!r}
with open({log!r}, "a") as log:
    log.write(" ".join(words) + "\\n")
options = words[: words.index("--")]
assert options in (["-n", "-E"], ["-S", "-p", "", "-E"]), options
if wants is not None:
    if "-n" in options:
        sys.exit("sudo: a password is required")
    for _ in range(3):
        line = b""
        while not line.endswith(b"\\n"):
            byte = os.read(0, 1)
            if not byte:
                sys.exit("sudo: no password was provided")
            line += byte
        if line.decode().rstrip("\\n") == wants:
            break
    else:
        sys.exit("sudo: 3 incorrect password attempts")
os.closerange(3, 256)
os.environ["AS_ROOT"] = "yes"
command = words[words.index("--") + 1 :]
os.execvp(command[0], command)
"""

Install = Callable[[str | None], Path]


@pytest.fixture
def install_sudo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts the stand-in in the path; it wants that password, or none. Gives what it logs to."""

    def install(wants: str | None) -> Path:
        log = tmp_path / "log"
        program = tmp_path / "bin" / "sudo"
        program.parent.mkdir()
        program.write_text(SUDO.format(python=sys.executable, wants=wants, log=str(log)))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        return log

    return install


async def run(call: Call) -> tuple[Status, dict[str, Json]]:
    runner = local_shell_script if call.action.entry_point else local_shell_cmd
    outcome = await runner.run(call)
    assert isinstance(outcome.result, dict)
    return outcome.status, outcome.result


LINE = "echo $AS_ROOT $0; cat; true canary"


@pytest.mark.parametrize("password", [None, "pa ss\\wörd"], ids=["no password", "password"])
@pytest.mark.parametrize("asks", [True, False], ids=["asks", "does not ask"])
async def test_a_line_runs_under_bash_with_empty_input(
    password: str | None, asks: bool, install_sudo: Install
) -> None:
    log = install_sudo(password if asks else None)
    status, result = await run(shell_call(LINE, sudo=True, sudo_password=password))
    assert (status, result["stdout"], result["stderr"]) == (Status.SUCCEEDED, "yes bash", "")
    for secret in ("canary", "pa ss"):
        assert secret not in log.read_text()


@pytest.mark.parametrize("given", ["wrong", "a\nright"], ids=["wrong", "two lines"])
async def test_a_wrong_password_says_so_and_tries_nothing_else(
    given: str, install_sudo: Install
) -> None:
    install_sudo("true canary" if given == "wrong" else "none of these")
    status, result = await run(shell_call("true canary", sudo=True, sudo_password=given))
    assert (status, result["return_code"]) == (Status.FAILED, 1)
    assert result["error"] == "sudo refused: the password is wrong, or this user may not use sudo"


async def test_it_never_asks_at_a_terminal(install_sudo: Install) -> None:
    install_sudo("secret")
    status, result = await run(shell_call("id", sudo=True))
    assert (status, result["stderr"]) == (Status.FAILED, "sudo: a password is required")


@pytest.mark.parametrize("password", [None, "right"], ids=["no password", "password"])
@pytest.mark.parametrize("secrets", [frozenset(), frozenset({"p"})], ids=["plain", "secret"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param('#!/bin/bash\necho "$AS_ROOT $1"; cat', id="bash"),
        pytest.param(
            "#!/usr/bin/env python3\nimport os, sys\n"
            "print(os.environ['AS_ROOT'], sys.argv[1] + sys.stdin.read())",
            id="python",
        ),
    ],
)
async def test_a_script_runs_with_its_arguments_and_empty_input(
    text: str,
    secrets: frozenset[str],
    password: str | None,
    install_sudo: Install,
    tmp_path: Path,
) -> None:
    log = install_sudo(password)
    action = make_action(
        "local-shell-script",
        pack=write_pack(tmp_path, {"act": text}),
        entry_point="act",
        parameters=[Parameter(name="p", position=0)],
    )
    call = make_call(action, sudo=True, sudo_password=password)
    status, result = await run(replace(call, parameters={"p": "canary"}, secrets=secrets))
    assert (status, result["stdout"], result["stderr"]) == (Status.SUCCEEDED, "yes canary", "")
    assert ("canary" in log.read_text()) is not bool(secrets)


async def test_without_sudo_it_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RunnerError, match="'sudo' can't be started: no such program"):
        await run(shell_call("true", sudo=True))


async def test_what_only_root_may_end_is_ended_by_sudo(
    install_sudo: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No signal of ours has an effect here, as if the process were another user's."""
    log = install_sudo(None)
    monkeypatch.setattr(process, "GRACE", 0.5)
    monkeypatch.setattr("chatops_cli.runners.family._send", lambda *_: None)
    sleeper = f"sleep 5100.{os.getpid()}"
    status, result = await run(shell_call(f"{sleeper}; true", sudo=True, timeout=1))
    assert status is Status.TIMEOUT
    assert result["error"] == "timed out after 1 s; all its processes have been ended"
    assert not is_listed(sleeper)
    assert "-- kill -KILL" in log.read_text().splitlines()[-1]


async def test_what_nobody_may_end_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE", 0.1)
    monkeypatch.setattr("chatops_cli.runners.family._send", lambda *_: None)
    status, result = await run(shell_call("exec sleep 3", timeout=1))
    assert status is Status.TIMEOUT
    assert result["return_code"] == shell.LIMIT_CODE
    error = str(result["error"])
    assert error.startswith("timed out after 1 s; these processes could not be ended, and still ")
