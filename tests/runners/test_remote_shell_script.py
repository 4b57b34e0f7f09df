"""A script on other machines: copied, run with its arguments, and removed whatever happens."""

import asyncio
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import remote_shell_script
from chatops_cli.runners.contract import Call
from chatops_cli.runners.remote import family
from tests.support.calls import make_action, make_call, write_pack
from tests.support.process_list import command_lines, is_listed, wait_until
from tests.support.sshd import Server, Servers, needs_sshd

pytestmark = [needs_sshd, pytest.mark.server]

Make = Callable[..., Call]


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The folder into which scripts are copied; nothing else is in it."""
    folder = tmp_path / "the re"
    folder.mkdir()
    return folder


@pytest.fixture
def make(servers: Servers, home: Path, there: Path, tmp_path: Path) -> Make:
    """A call that runs this text on some servers."""

    def make_for(text: str, *hosts: Server, **given: Json) -> Call:
        known = "".join(host.known for host in hosts)
        (home / ".ssh" / "known_hosts").write_text(known)
        pack = write_pack(tmp_path, {"act 1": text})
        parameters = [Parameter(name="second", position=1), Parameter(name="first", position=0)]
        return make_call(
            make_action(
                "remote-shell-script", pack=pack, entry_point="act 1", parameters=parameters
            ),
            hosts=",".join(host.host for host in hosts),
            private_key=str(servers.key),
            **{"dir": str(there), **given},
        )

    return make_for


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family, "GRACE", 0.2)


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def run(call: Call) -> tuple[Status, dict[str, Json]]:
    """The status, and the result of the first host."""
    outcome = await remote_shell_script.run(call)
    assert isinstance(outcome.result, dict)
    result = next(iter(outcome.result.values()))
    assert isinstance(result, dict)
    return outcome.status, result


SHELL = "#!/bin/bash\nprintf '<%s>' \"$@\"; echo; cat; exit 4\n"
PYTHON = "#!{python}\nimport sys\nprint(''.join(f'<{{a}}>' for a in sys.argv[1:]))\nsys.exit(4)\n"


@pytest.mark.parametrize("secrets", [frozenset(), frozenset({"key"})], ids=["plain", "secret"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SHELL, id="bash"),
        pytest.param(PYTHON.format(python=sys.executable), id="python"),
        pytest.param(SHELL.partition("\n")[2], id="no first line"),
    ],
)
async def test_a_script_gets_its_arguments(
    text: str, secrets: frozenset[str], make: Make, single: Server, there: Path
) -> None:
    parameters: dict[str, Json] = {
        "key": "a 'b' \"$c\"\nend-of-arguments\nä", "flag": True, "off": False,
        "first": [1, 2], "second": "",
    }  # fmt: skip
    status, result = await run(
        replace(make(text, single, kwarg_op="-"), parameters=parameters, secrets=secrets)
    )
    assert result["stdout"] == ("<-key=a 'b' \"$c\"\nend-of-arguments\nä><-flag><1,2><>")
    assert (status, result["return_code"], result["stderr"]) == (Status.FAILED, 4, "")
    assert left(there) == []


async def test_what_is_copied_is_for_the_account_only(
    make: Make, first: Server, there: Path, tmp_path: Path
) -> None:
    """The script, the folder `lib` beside it; the folder is where the script says it is."""
    text = 'here=$(dirname "$0")\nstat -c "%a %n" "$here" "$here"/* "$here"/lib/*/*; pwd'
    call = make(text, first, cwd=str(tmp_path))
    write_pack(tmp_path, {"lib/inner/module.py": "x = 1\n"})
    _, result = await run(call)
    *listed, folder = str(result["stdout"]).splitlines()
    assert folder == str(tmp_path)
    modes = [line.split(" ", 1) for line in listed]
    base = modes[0][1]
    assert base.startswith(f"{there}/{call.execution_id}-")
    assert [(mode, name.removeprefix(base)) for mode, name in modes] == [
        ("700", ""), ("700", "/act 1"), (modes[2][0], "/lib"),
        (modes[3][0], "/lib/inner/module.py"),
    ]  # fmt: skip
    assert left(there) == []


async def test_two_names_of_one_machine_do_not_meet(
    make: Make, first: Server, second: Server, there: Path
) -> None:
    call = make("echo $0", first, second, parallel=True)
    outcome = await remote_shell_script.run(call)
    assert outcome.status is Status.SUCCEEDED
    assert isinstance(outcome.result, dict)
    assert len({str(result) for result in outcome.result.values()}) == 2
    assert left(there) == []


SLEEPERS = ("#!/bin/sh\nsleep 0.3", f"#!{sys.executable}\nimport time\ntime.sleep(0.3)")


@pytest.mark.parametrize("text", SLEEPERS, ids=["sh", "python"])
async def test_a_secret_shows_in_no_process_list(text: str, make: Make, first: Server) -> None:
    canary = f"canary-{os.getpid()}"
    call = replace(
        make(text, first), parameters={"key": canary}, secrets=frozenset({"key", "password"})
    )
    running = asyncio.create_task(run(call))
    seen: set[str] = set()
    while not running.done():
        seen.update(command_lines())
        await asyncio.sleep(0.02)
    assert (await running)[0] is Status.SUCCEEDED
    assert any("act 1" in line for line in seen)
    assert not [line for line in seen if canary in line]


@pytest.mark.parametrize("kind", ["first", "single"])
async def test_the_time_limit_ends_and_removes_it(
    kind: str, make: Make, there: Path, request: pytest.FixtureRequest
) -> None:
    number = f"6100.{os.getpid()}"
    text = f"trap '' TERM; (setsid sleep {number} &); sleep {number}; sleep {number}"
    status, result = await run(make(text, request.getfixturevalue(kind), timeout=0.8))
    assert (status, result["return_code"]) == (Status.TIMEOUT, -9)
    assert result["error"] == "timed out after 0.8 s; all its processes have been ended"
    assert not is_listed(f"sleep {number}")
    assert left(there) == []


async def test_cancellation_ends_and_removes_it(make: Make, first: Server, there: Path) -> None:
    number = f"6200.{os.getpid()}"
    running = asyncio.create_task(run(make(f"sleep {number}; true", first)))
    await wait_until(lambda: is_listed(f"sleep {number}"))
    assert len(left(there)) == 1
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not is_listed(f"sleep {number}")
    assert left(there) == []


async def test_it_is_removed_by_another_connection_if_the_first_is_lost(
    make: Make, first: Server, there: Path
) -> None:
    status, result = await run(make("kill -9 $(ps -o ppid= -p $PPID)", first))
    assert status is Status.FAILED
    assert result["error"] == "the connection was lost before the command had ended"
    assert left(there) == []


async def test_a_folder_that_is_not_there(make: Make, first: Server) -> None:
    status, result = await run(make("true", first, dir="/no/such"))
    assert (status, result["return_code"]) == (Status.FAILED, 255)
    assert str(result["error"]).startswith("the script can't be copied to /no/such/6543")
    assert str(result["error"]).endswith(": No such file")
    assert result["hint"] == "set `dir` to a folder that the account may write to"


async def test_a_host_without_sftp(make: Make, servers: Servers, there: Path) -> None:
    server = servers.start(sftp=False)
    _, result = await run(make("true", server))
    assert str(result["error"]).startswith("the script can't be copied: the host offers no SFTP")
    assert result["hint"] == "its sshd needs a line such as: Subsystem sftp internal-sftp"
    assert left(there) == []


async def test_a_script_that_is_not_there_is_refused(make: Make, first: Server) -> None:
    call = make("true", first)
    (Path(call.action.pack_path) / "actions" / "act 1").unlink()
    with pytest.raises(RunnerError, match=r"its entry_point .* is no file"):
        await remote_shell_script.run(call)


async def test_the_mode_of_the_script_here_does_not_matter(make: Make, first: Server) -> None:
    call = make("echo in", first)
    file = Path(call.action.pack_path) / "actions" / "act 1"
    assert not stat.S_IMODE(file.stat().st_mode) & 0o100
    assert (await run(call))[1]["stdout"] == "in"
