"""A line on other machines: what it sees, what comes back, and how it is ended."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import remote_shell_cmd
from chatops_cli.runners.contract import Call
from chatops_cli.runners.remote import family
from tests.support.process_list import command_lines, is_listed, wait_until
from tests.support.sshd import Server, Servers, free_port, needs_sshd

pytestmark = [needs_sshd, pytest.mark.server]

RemoteCall = Callable[..., Call]
HOST = "127.0.0.1"

SUDO = """#!{python}
import os, sys
words = sys.argv[1:]
options = words[: words.index("--")]
if options == ["-n", "-E"]:
    sys.exit("sudo: a password is required")
assert options == ["-S", "-p", "", "-E"], options
for _ in range(3):
    line = b""
    while not line.endswith(b"\\n"):
        line += os.read(0, 1)
    if line == b"right\\n":
        break
else:
    sys.exit("sudo: 3 incorrect password attempts")
os.environ["AS_ROOT"] = "yes"
command = words[words.index("--") + 1 :]
os.execvp(command[0], command)
"""


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family, "GRACE", 0.3)


async def run(call: Call) -> tuple[Status, dict[str, dict[str, Json]]]:
    outcome = await remote_shell_cmd.run(call)
    assert isinstance(outcome.result, dict)
    results = {}
    for host, result in outcome.result.items():
        assert isinstance(result, dict)
        results[host] = result
    return outcome.status, results


@pytest.fixture(scope="session")
def with_sudo(servers: Servers) -> Server:
    """A host where a program stands in for sudo: the real one needs an account."""
    folder = servers.folder / "bin"
    folder.mkdir()
    program = folder / "sudo"
    program.write_text(SUDO.format(python=sys.executable))
    program.chmod(0o755)
    return servers.start(environment=f"PATH={folder}:{os.environ['PATH']}")


async def test_the_result_of_a_line(ssh: RemoteCall, first: Server) -> None:
    assert await run(ssh("echo out; echo err >&2; exit 3", first)) == (
        Status.FAILED,
        {
            HOST: {
                "failed": True,
                "succeeded": False,
                "return_code": 3,
                "stdout": "out",
                "stderr": "err",
            }
        },
    )


async def test_a_stdout_of_json_is_that_value(ssh: RemoteCall, first: Server) -> None:
    status, results = await run(ssh("""echo '{"a": [1]}'""", first))
    assert (status, results[HOST]["stdout"]) == (Status.SUCCEEDED, {"a": [1]})


async def test_what_a_line_sees(ssh: RemoteCall, first: Server, tmp_path: Path) -> None:
    """Its folder and variables, an empty stdin, no arguments, nothing of this process."""
    lines = 'pwd; cat; echo "$ODD" $NUMBER $# $t $ST2_ACTION_PACK_NAME\ntest -z "$CHATOPS_HOME"'
    folder = tmp_path / "a b'c"
    folder.mkdir()
    odd = "$(id) 'x' \"y\"\nä"
    env: dict[str, Json] = {"ODD": odd, "NUMBER": 3, "NONE": None}
    status, results = await run(ssh(lines, first, cwd=str(folder), env=env))
    assert results[HOST]["stdout"] == f"{folder}\n{odd} 3 0 demo"
    assert status is Status.SUCCEEDED


@pytest.mark.skipif(not Path("/bin/bash").exists(), reason="there is no bash")
async def test_the_shell_is_that_of_the_account(ssh: RemoteCall, first: Server) -> None:
    _, results = await run(ssh("echo $0 ${SHELL##*/}", first))
    name, shell = str(results[HOST]["stdout"]).split()
    assert name == (shell if shell in {"bash", "zsh", "dash", "ksh"} else "sh")


async def test_a_folder_that_is_not_there_ends_it(ssh: RemoteCall, first: Server) -> None:
    status, results = await run(ssh("echo one\necho two", first, cwd="/no/such"))
    assert (status, results[HOST]["return_code"], results[HOST]["stdout"]) == (Status.FAILED, 1, "")
    assert "/no/such" in str(results[HOST]["stderr"])


async def test_a_signal_is_a_negative_code_and_no_timeout(ssh: RemoteCall, first: Server) -> None:
    status, results = await run(ssh("kill -9 $$", first))
    assert (status, results[HOST]["return_code"]) == (Status.FAILED, -9)


async def test_what_stays_in_the_background_is_not_waited_for(
    ssh: RemoteCall, first: Server
) -> None:
    status, results = await run(ssh("sleep 3 & echo done", first, timeout=3))
    assert (status, results[HOST]["stdout"]) == (Status.SUCCEEDED, "done")


async def test_output_is_streamed_and_bounded(ssh: RemoteCall, first: Server) -> None:
    seen = bytearray()
    call = ssh("head -c 3000000 /dev/zero; printf '\\377' >&2", first)
    call = replace(call, output_limit=1000, on_output=lambda _, chunk: seen.extend(chunk))
    _, results = await run(call)
    assert len(seen) == 3_000_001
    assert "2998000 bytes dropped here" in str(results[HOST]["stdout"])
    assert results[HOST]["stderr"] == "\ufffd"


async def test_nothing_of_it_shows_in_a_process_list(
    ssh: RemoteCall, with_sudo: Server, first: Server
) -> None:
    """Line, variables and passwords: looked for while it runs, here and there (one machine)."""
    canary = f"canary-{os.getpid()}"
    env: dict[str, Json] = {"TOKEN": canary}
    calls = [
        ssh(f": {canary}; sleep 0.3", first, env=env),
        ssh("sleep 0.3", with_sudo, env=env, sudo=True, sudo_password="right"),
    ]
    running = [asyncio.create_task(run(call)) for call in calls]
    seen: set[str] = set()
    while not all(task.done() for task in running):
        seen.update(command_lines())
        await asyncio.sleep(0.02)
    for task in running:
        assert (await task)[0] is Status.SUCCEEDED
    assert any("sleep 0.3" in line for line in seen)
    assert not [line for line in seen if canary in line or "right" in line.split()]


LOST = (
    "setsid sh -c 'sleep {n} & exit' & (sleep {n} &); env -i sleep {n} & trap '' TERM; sleep {n}; "
    "sleep {n}"
)


@pytest.mark.parametrize("kind", ["first", "single"])
async def test_the_time_limit_ends_all_that_came_from_it(
    kind: str,
    ssh: RemoteCall,
    request: pytest.FixtureRequest,
) -> None:
    server = request.getfixturevalue(kind)
    number = f"5700.{os.getpid()}{server.port}"
    call = ssh(f"echo started; {LOST.replace('{n}', number)}", server, timeout=0.5)
    status, results = await run(call)
    assert (status, results[HOST]["return_code"]) == (Status.TIMEOUT, -9)
    assert results[HOST]["stdout"] == "started"
    assert results[HOST]["error"] == "timed out after 0.5 s; all its processes have been ended"
    assert not is_listed(f"sleep {number}")


async def test_a_host_that_can_not_look_for_them_is_told_of(
    ssh: RemoteCall, servers: Servers
) -> None:
    """Nothing but a few programs is there: no awk, no grep."""
    folder = servers.folder / "few"
    folder.mkdir()
    for name in ("cat", "env", "sleep"):
        (folder / name).symlink_to(str(shutil.which(name)))
    server = servers.start(environment=f"PATH={folder}")
    status, results = await run(ssh("sleep 2", server, timeout=0.3))
    assert status is Status.TIMEOUT
    assert results[HOST]["error"] == (
        "timed out after 0.3 s; its processes were told to end, but the host does not say whether "
        "they have"
    )


async def test_cancellation_ends_all_that_came_from_it(
    ssh: RemoteCall, first: Server, second: Server
) -> None:
    number = f"5800.{os.getpid()}"
    line = f"setsid sh -c 'sleep {number} & exit'; sleep {number}"
    running = asyncio.create_task(run(ssh(line, first, second, parallel=True)))

    def sleeping() -> int:
        return sum(each.startswith(f"sleep {number}") for each in command_lines())

    await wait_until(lambda: sleeping() == 4)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert sleeping() == 0


async def test_an_error_of_who_listens_ends_it_and_comes_out(
    ssh: RemoteCall, first: Server, second: Server
) -> None:
    def refuse(stream: str, _: bytes) -> None:
        raise BrokenPipeError(stream)

    number = f"5900.{os.getpid()}"
    for hosts in ((first,), (first, second)):
        call = replace(ssh(f"echo x; sleep {number}", *hosts), on_output=refuse)
        with pytest.raises(BrokenPipeError, match="stdout"):
            await run(call)
        assert not is_listed(f"sleep {number}")


async def test_a_lost_connection_is_told(ssh: RemoteCall, first: Server) -> None:
    status, results = await run(ssh("echo before; kill -9 $PPID; sleep 1", first))
    assert (status, results[HOST]["return_code"]) == (Status.FAILED, 255)
    assert results[HOST]["error"] == "the connection was lost before the command had ended"


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("right", {"return_code": 0, "stdout": "yes bash", "stderr": ""}),
        ("wrong", {
            "return_code": 1, "stdout": "",
            "error": "sudo refused: the password is wrong, or this user may not use sudo",
        }),
        (None, {"return_code": 1, "stdout": "", "stderr": "sudo: a password is required"}),
    ],
)  # fmt: skip
async def test_sudo(
    password: str | None, expected: dict[str, Json], ssh: RemoteCall, with_sudo: Server
) -> None:
    line = "echo $AS_ROOT $0; cat"
    _, results = await run(ssh(line, with_sudo, sudo=True, sudo_password=password))
    assert {key: results[HOST][key] for key in expected} == expected


async def test_what_sudo_started_is_ended_by_sudo(ssh: RemoteCall, with_sudo: Server) -> None:
    number = f"6000.{os.getpid()}"
    call = ssh(f"sleep {number}; true", with_sudo, sudo=True, sudo_password="right", timeout=0.5)
    status, results = await run(call)
    assert status is Status.TIMEOUT
    assert results[HOST]["error"] == "timed out after 0.5 s; all its processes have been ended"
    assert not is_listed(f"sleep {number}")


# Several hosts


async def test_each_host_has_a_result_whatever_becomes_of_the_others(
    ssh: RemoteCall, first: Server, second: Server
) -> None:
    closed = free_port()
    call = ssh(
        'echo "$SSH_CONNECTION"; echo a >&2',
        *(first, f"127.0.0.1:{closed}", second, "no-such-host.invalid"),
        parallel=True,
    )
    streamed: list[bytes] = []
    call = replace(call, on_output=lambda _, chunk: streamed.append(chunk))
    status, results = await run(call)
    labels = [f"{HOST}:{first.port}", f"{HOST}:{closed}", f"{HOST}:{second.port}"]
    assert (status, list(results)) == (Status.FAILED, [*labels, "no-such-host.invalid"])
    for server, label in ((first, labels[0]), (second, labels[2])):
        assert str(results[label]["stdout"]).endswith(f"127.0.0.1 {server.port}")
        assert f"[{label}] a\n".encode() in streamed
    assert results[labels[1]] == {
        "failed": True,
        "succeeded": False,
        "return_code": 255,
        "stdout": "",
        "stderr": "",
        "error": f"can't connect to [127.0.0.1]:{closed}: nothing answers at that port",
        "hint": "is sshd running there, at that port?",
    }
    assert results["no-such-host.invalid"]["error"] == (
        "can't connect to no-such-host.invalid: its name is not known"
    )


async def test_hosts_in_parallel_run_at_the_same_time(
    ssh: RemoteCall, first: Server, second: Server, tmp_path: Path
) -> None:
    line = "touch $$; while [ $(ls | wc -l) -lt 2 ]; do sleep 0.02; done"
    call = ssh(line, first, second, parallel=True, cwd=str(tmp_path / "home"), timeout=5)
    status, _ = await run(call)
    assert status is Status.SUCCEEDED


async def test_without_parallel_they_run_one_after_another(
    ssh: RemoteCall, first: Server, second: Server, tmp_path: Path
) -> None:
    line = "mkdir busy && sleep 0.1 && rmdir busy"
    status, _ = await run(ssh(line, first, second, cwd=str(tmp_path)))
    assert status is Status.SUCCEEDED


async def test_it_is_a_timeout_only_if_all_hosts_took_too_long(
    ssh: RemoteCall, first: Server, second: Server
) -> None:
    line = f"case $SSH_CONNECTION in *{first.port}) sleep 60;; esac"
    status, results = await run(ssh(line, first, second, parallel=True, timeout=0.5))
    assert status is Status.FAILED
    assert [result["return_code"] for result in results.values()] == [-9, 0]


# What is refused before anything runs


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"cmd": None}, "demo.act has no cmd, and its runner remote-shell-cmd needs one"),
        ({"cmd": "a\0b"}, "demo.act: cmd holds a NUL byte, which no shell line can"),
        ({"timeout": 0}, "demo.act: timeout must be a number of seconds above 0, got 0"),
        ({"hosts": ""}, "demo.act: no hosts are given"),
        ({"cwd": "a\0"}, "demo.act: cwd holds a NUL byte, which no folder can"),
        ({"env": {"A-B": "x"}}, "demo.act: env names a variable that no shell can set: 'A-B'"),
        ({"env": {"A": "\0"}}, "demo.act: the variable A holds a NUL byte"),
    ],
)
async def test_what_is_refused(given: dict[str, Json], expected: str, ssh: RemoteCall) -> None:
    call = ssh("true", "127.0.0.1:1")
    call = replace(call, runner_parameters={**call.runner_parameters, **given})
    with pytest.raises(RunnerError) as caught:
        await remote_shell_cmd.run(call)
    assert caught.value.message == expected


def test_every_parameter_is_described() -> None:
    for name, parameter in remote_shell_cmd.PARAMETERS.items():
        assert (parameter.name, bool(parameter.description)) == (name, True)
    secret = {name for name, each in remote_shell_cmd.PARAMETERS.items() if each.secret}
    assert secret == {"password", "private_key", "passphrase", "sudo_password"}
