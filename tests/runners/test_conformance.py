"""What holds for every runner that starts a process: one suite over all of them."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import local_shell_cmd, local_shell_script, process, python_script
from chatops_cli.runners.contract import Call, Outcome, Runner
from chatops_cli.runners.workers import PythonWorkers
from tests.support.calls import make_action, make_call, shell_call, write_pack
from tests.support.process_list import command_lines, is_listed, wait_until

Make = Callable[..., Call]

PYTHON = """
import os
from st2common.runners.base_action import Action
class Act(Action):
    def run(self, **parameters):
        code = os.waitstatus_to_exitcode(os.system({line!r}))
        raise SystemExit(code)
"""


RUNNERS: dict[str, Runner] = {
    "local-shell-cmd": local_shell_cmd,
    "local-shell-script": local_shell_script,
    "python-script": python_script,
    "python-script, forked": python_script,
}


@pytest.fixture(params=RUNNERS)
def runner_type(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def runner(runner_type: str) -> Runner:
    return RUNNERS[runner_type]


@pytest.fixture
def make(runner_type: str, tmp_path: Path, python_workers: PythonWorkers) -> Make:
    """A call of that runner which runs a shell line, each in its own way."""

    def make_for(line: str, **runner_parameters: Json) -> Call:
        if runner_type == "local-shell-cmd":
            return shell_call(line, **runner_parameters)
        if runner_type == "local-shell-script":
            pack = write_pack(tmp_path, {"act.sh": f"#!/bin/sh\n{line}\n"})
            action = make_action(runner_type, pack=pack, entry_point="act.sh")
            return make_call(action, **runner_parameters)
        pack = write_pack(tmp_path, {"act.py": PYTHON.format(line=line)})
        action = make_action("python-script", pack=pack, entry_point="act.py")
        workers = python_workers if runner_type.endswith("forked") else None
        return replace(make_call(action, **runner_parameters), workers=workers)

    return make_for


def result_of(outcome: Outcome) -> dict[str, Json]:
    assert isinstance(outcome.result, dict)
    return outcome.result


async def test_success_and_failure_follow_the_exit_code(runner: Runner, make: Make) -> None:
    assert (await runner.run(make("exit 0"))).status is Status.SUCCEEDED
    assert (await runner.run(make("exit 33"))).status is Status.FAILED


async def test_both_streams_are_in_the_result(runner: Runner, make: Make) -> None:
    result = result_of(await runner.run(make("echo Grüße; echo Ärger >&2")))
    assert str(result["stdout"]).strip() == "Grüße"
    assert str(result["stderr"]).strip() == "Ärger"


async def test_bytes_that_are_no_text_are_replaced(runner: Runner, make: Make) -> None:
    result = result_of(await runner.run(make(r"printf 'a\377b'")))
    assert result["stdout"] == "a\ufffdb"


async def test_output_is_streamed_and_bounded(runner: Runner, make: Make) -> None:
    seen: dict[str, int] = {}

    def count(stream: str, chunk: bytes) -> None:
        seen[stream] = seen.get(stream, 0) + len(chunk)

    call = replace(make("head -c 3000000 /dev/zero"), output_limit=1000, on_output=count)
    result = result_of(await runner.run(call))
    assert seen == {"stdout": 3_000_000}
    assert "2998000 bytes dropped here" in str(result["stdout"])
    assert len(str(result["stdout"])) < 2100


async def test_endless_output_ends_at_the_time_limit(runner: Runner, make: Make) -> None:
    outcome = await runner.run(replace(make("yes", timeout=1), output_limit=1000))
    assert outcome.status is Status.TIMEOUT
    assert len(str(result_of(outcome)["stdout"])) < 2100


LOST = "setsid sh -c 'sleep {n} & exit' & (sleep {n} &) ; trap '' TERM; sleep {n}; sleep {n}"


async def test_the_time_limit_ends_children_that_got_lost_and_says_so(
    runner: Runner, make: Make, monkeypatch: pytest.MonkeyPatch, runner_type: str
) -> None:
    monkeypatch.setattr(process, "GRACE", 0.3)
    number = f"4700.{os.getpid()}{len(runner_type)}"
    outcome = await runner.run(make(LOST.replace("{n}", number), timeout=1))
    assert outcome.status is Status.TIMEOUT
    result = result_of(outcome)
    assert result["error"] == "timed out after 1 s; all its processes have been ended"
    assert result.get("return_code", result.get("exit_code")) == -9
    assert not is_listed(f"sleep {number}")


async def test_cancellation_ends_children_that_got_lost(
    runner: Runner, make: Make, monkeypatch: pytest.MonkeyPatch, runner_type: str
) -> None:
    monkeypatch.setattr(process, "GRACE", 0.3)
    number = f"4800.{os.getpid()}{len(runner_type)}"
    lines = [f"sleep {number}"]
    running = asyncio.create_task(runner.run(make(LOST.replace("{n}", number))))
    await wait_until(lambda: is_listed(lines[0]))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not is_listed(lines[0])


async def test_the_environment_holds_the_actions_and_none_of_the_bots(
    runner: Runner, make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SLACK_TOKEN", "xoxb-canary")
    monkeypatch.setenv("CHATOPS_HOME", "/canary")
    monkeypatch.setenv("PYTHONPATH", "/canary")
    monkeypatch.setenv("LC_TIME", "C.UTF-8")
    environment = tmp_path / "environment"
    call = make(
        f"env -0 > {environment}",
        env={"GREETING": "a b\nc", "NUMBER": 3, "ST2_ACTION_PACK_NAME": "mine", "NONE": None},
    )
    await runner.run(call)
    entries = environment.read_text().rstrip("\0").split("\0")
    seen = dict(entry.split("=", 1) for entry in entries)
    assert seen["GREETING"] == "a b\nc"
    assert seen["NUMBER"] == "3"
    assert seen["ST2_ACTION_PACK_NAME"] == "demo"
    assert seen["ST2_ACTION_EXECUTION_ID"] == call.execution_id
    assert seen["ST2_ACTION_METADATA_FILE"] == call.action.place.file
    assert seen["PATH"] == os.environ["PATH"]
    assert seen["LC_TIME"] == "C.UTF-8"
    assert not {"SLACK_TOKEN", "CHATOPS_HOME", "CHATOPS_ANSWER_FD", "NONE"} & set(seen)
    assert "canary" not in " ".join(entries)


async def test_standard_input_is_empty_and_no_pipe_of_ours_is_inherited(
    runner: Runner, make: Make
) -> None:
    result = result_of(await runner.run(make("cat; ls -l /proc/self/fd")))
    assert str(result["stdout"]).count("pipe:") == 2


async def test_a_secret_is_in_no_command_line_while_it_runs(
    runner: Runner, make: Make, runner_type: str
) -> None:
    canary = f"canary-{os.getpid()}"
    if runner_type == "local-shell-cmd":
        call = make(f": {canary}; sleep 0.3")
    else:
        call = replace(
            make("sleep 0.3"),
            parameters={"password": canary},
            secrets=frozenset({"password"}),
            config={"token": canary},
        )
    running = asyncio.create_task(runner.run(call))
    seen: set[str] = set()
    while not running.done():
        seen.update(command_lines())
        await asyncio.sleep(0.02)
    await running
    assert any("sleep 0.3" in line for line in seen)
    assert not [line for line in seen if canary in line]


@pytest.mark.parametrize("limit", [0, -1, "soon", True], ids=repr)
async def test_a_time_limit_that_is_none_is_refused(
    runner: Runner, make: Make, limit: Json
) -> None:
    with pytest.raises(Exception, match="timeout must be a number of seconds above 0"):
        await runner.run(make("true", timeout=limit))


@pytest.mark.parametrize("name", ["", "A=B", "A\0B"], ids=["empty", "equals sign", "NUL"])
async def test_a_variable_that_can_not_be_is_refused(runner: Runner, make: Make, name: str) -> None:
    with pytest.raises(Exception, match="names a variable that can't exist"):
        await runner.run(make("true", env={name: "x"}))


async def test_every_runner_documents_its_parameters(runner: Runner) -> None:
    assert runner.PARAMETERS["timeout"].default in {60, 600}
    for name, parameter in runner.PARAMETERS.items():
        assert (parameter.name, bool(parameter.description)) == (name, True)
