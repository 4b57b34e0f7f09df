"""The engine with the runners that are built in: real processes, real ends."""

import asyncio
import itertools
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.execution.configuration import Site
from chatops_cli.execution.engine import Request
from chatops_cli.execution.inline import InlineEngine
from chatops_cli.execution.parameters import Binder
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import JsonObject
from chatops_cli.rendering.templates import Templates
from chatops_cli.runners.registry import find_runner
from tests.support.clock import FakeClock
from tests.support.parameters import make_action, make_parameters

SPILL = """
from st2common.runners.base_action import Action


class Spill(Action):
    def run(self, count, token, absent):
        print("token", token)
        return count > 2, {"count": count, "absent": absent, token: self.config["key"]}
"""


def make_engine() -> InlineEngine:
    ids = (f"i-{n}" for n in itertools.count())
    return InlineEngine(
        find_runner=find_runner,
        binder=Binder(Templates()),
        clock=FakeClock(),
        new_id=lambda: next(ids),
    )


def shell(
    parameters: dict[str, JsonObject], given: JsonObject | None = None, **more: float
) -> Request:
    return Request(
        id="6543210fedcba9876543210f",
        action=make_action(parameters, runner_type="local-shell-cmd"),
        given=given or {},
        timeout=more.get("timeout"),
    )


def has_ended(pid: int) -> bool:
    """Whether the process is gone, or a zombie that nobody here can reap."""
    try:
        status = Path("/proc", str(pid), "stat").read_bytes()
    except OSError:
        return True
    return status.rpartition(b")")[2].split()[0] == b"Z"


async def run(request: Request) -> Execution:
    engine = make_engine()
    return await engine.run(engine.prepare(request))


async def test_shell_line_of_a_default_is_rendered_and_quoted() -> None:
    """A person's text is data, if the pack's template quotes it."""
    request = shell(
        {"host": {"type": "string"}, "cmd": {"default": "printf %s {{ host | shell_quote }}"}},
        {"host": "a; echo $HOME {{ 1 }}"},
    )
    execution = await run(request)
    assert execution.status is Status.SUCCEEDED
    assert isinstance(execution.result, dict)
    assert execution.result["stdout"] == "a; echo $HOME {{ 1 }}"


async def test_secret_streams_masked_in_pieces() -> None:
    engine = make_engine()
    line = "printf 'pw is hun'; sleep 0.05; printf 'ter22 ok'; exit 3"
    request = shell({"pw": {"secret": True}, "cmd": {"default": line}}, {"pw": "hunter22"})
    prepared = engine.prepare(request)
    stream = prepared.masker.stream()
    shown: list[bytes] = []
    execution = await engine.run(
        prepared, on_output=lambda _name, chunk: shown.append(stream.feed(chunk))
    )
    shown.append(stream.close())
    assert b"".join(shown) == b"pw is ******** ok"
    assert execution.status is Status.FAILED
    masked = prepared.masker.json(execution.result)
    assert isinstance(masked, dict)
    assert masked["stdout"] == "pw is ******** ok"


async def test_timeout_of_the_person_ends_the_action() -> None:
    execution = await run(shell({"cmd": {"default": "sleep 60 & sleep 60"}}, timeout=0.2))
    assert execution.status is Status.TIMEOUT
    assert execution.parameters["timeout"] == 0.2


@pytest.mark.parametrize("by", ["handle", "task"])
async def test_cancelling_ends_all_processes_and_gives_the_execution(
    tmp_path: Path, by: str
) -> None:
    told = tmp_path / "pid"
    line = f"sleep 60 & echo $! > {told}.part; mv {told}.part {told}; wait"
    engine = make_engine()
    prepared = engine.prepare(shell({"cmd": {"default": line}}))
    task = asyncio.create_task(engine.run(prepared))
    async with asyncio.timeout(10):
        while not told.exists():  # noqa: ASYNC110  # a process writes it, no event can tell
            await asyncio.sleep(0.01)
    if by == "handle":
        assert engine.cancel(prepared.execution.id)
    else:
        task.cancel()
    execution = await task
    assert execution.status is Status.CANCELED
    assert has_ended(int(told.read_text()))


async def test_python_action_gets_null_for_what_is_not_given(tmp_path: Path) -> None:
    actions = tmp_path / "demo" / "actions"
    actions.mkdir(parents=True)
    (actions / "spill.py").write_text(SPILL)
    action = make_action(
        {
            "count": {"type": "integer", "required": True},
            "token": {"type": "string", "secret": True},
            "absent": {"type": "string"},
        },
        runner_type="python-script",
    )
    engine = make_engine()
    prepared = engine.prepare(
        Request(
            id="6543210fedcba9876543210f",
            action=replace(action, entry_point="spill.py", pack_path=str(tmp_path / "demo")),
            given={"count": "3", "token": "hunter22"},
            site=Site(
                values={"key": "c0nf1g-key"}, schema=make_parameters({"key": {"secret": True}})
            ),
        )
    )
    execution = await engine.run(prepared)
    assert execution.status is Status.SUCCEEDED
    masked = prepared.masker.json(execution.result)
    assert isinstance(masked, dict)
    assert masked["result"] == {"count": 3, "absent": None, "********": "********"}
    assert masked["stdout"] == "token ********\n"


async def test_refusal_of_the_runner_is_told() -> None:
    execution = await run(shell({"cmd": {"default": "id"}, "cwd": {"default": "/no/such"}}))
    assert execution.status is Status.FAILED
    assert isinstance(execution.result, dict)
    assert "/no/such" in str(execution.result["error"])


def test_interrupt_from_the_keyboard_still_gives_the_execution() -> None:
    """Ctrl-C cancels the main task; what it awaited comes back, and can be recorded."""

    async def main() -> Execution:
        engine = make_engine()
        prepared = engine.prepare(shell({"cmd": {"default": f"kill -INT {os.getpid()}; sleep 60"}}))
        return await engine.run(prepared)

    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    execution = asyncio.run(main())
    assert execution.status is Status.CANCELED
