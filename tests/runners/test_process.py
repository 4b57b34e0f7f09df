"""One way to run a child process: real ones here."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.runners import process
from chatops_cli.runners.process import MARK, Command, Finished, run_process
from tests.support.process_list import is_listed, wait_until


def make_command(*arguments: str, **options: object) -> Command:
    given = {"environment": {"PATH": os.environ["PATH"]}} | options
    return Command(arguments=arguments, **given)  # type: ignore[arg-type]  # a table of options


def sh(script: str, **options: object) -> Command:
    return make_command("/bin/sh", "-c", script, **options)


async def test_what_it_writes_and_how_it_ends_is_told() -> None:
    finished = await run_process(sh("echo out; echo err >&2; exit 3"))
    assert finished.return_code == 3
    assert finished.stdout.content == b"out\n"
    assert finished.stderr.content == b"err\n"
    assert not finished.timed_out


async def test_a_signal_is_a_negative_return_code() -> None:
    assert (await run_process(sh("kill -SEGV $$"))).return_code == -signal.SIGSEGV


async def test_the_environment_is_the_one_given_and_a_mark() -> None:
    command = Command(arguments=("/usr/bin/env",), environment={"A": "1", "B": "ü"})
    first, second = [await run_process(command) for _ in range(2)]
    assert first.stdout.text().startswith(f"A=1\nB=ü\n{MARK}=")
    assert first.stdout.text().count("\n") == 3
    assert first.stdout.text() != second.stdout.text()


async def test_the_working_folder_is_the_one_given(tmp_path: Path) -> None:
    finished = await run_process(make_command("pwd", cwd=str(tmp_path)))
    assert finished.stdout.text() == f"{tmp_path}\n"


async def test_arguments_reach_it_as_they_are() -> None:
    words = ("$(id)", "; rm -rf /", "two words", "", "'\"", "-n", "ünï\ncode")
    script = "import json,sys; print(json.dumps(sys.argv[1:]))"
    finished = await run_process(make_command(sys.executable, "-c", script, *words))
    assert tuple(json.loads(finished.stdout.content)) == words


async def test_it_leads_a_session_of_its_own() -> None:
    script = "import os; print(os.getsid(0) == os.getpid())"
    finished = await run_process(make_command(sys.executable, "-c", script))
    assert finished.stdout.text() == "True\n"


async def test_without_input_it_finds_the_end_at_once() -> None:
    assert (await run_process(make_command("cat"))).stdout.content == b""


async def test_large_input_and_output_flow_at_the_same_time() -> None:
    text = bytes(range(256)) * 20_000
    finished = await run_process(make_command("cat", stdin=text, output_limit=len(text)))
    assert finished.stdout.content == text


async def test_input_that_nobody_reads_is_no_error() -> None:
    finished = await run_process(make_command("true", stdin=b"x" * 1_000_000))
    assert finished.return_code == 0


async def test_chunks_are_told_as_they_arrive() -> None:
    seen: list[tuple[str, bytes]] = []
    gate = asyncio.Event()

    def note(stream: str, chunk: bytes) -> None:
        seen.append((stream, chunk))
        gate.set()

    running = asyncio.create_task(run_process(sh("echo one; sleep 30; echo two"), on_output=note))
    await asyncio.wait_for(gate.wait(), 10)
    assert seen == [("stdout", b"one\n")]
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_endless_output_is_drained_and_bounded() -> None:
    finished = await run_process(make_command("yes", timeout=0.5, output_limit=1000))
    assert finished.timed_out
    assert finished.stdout.total > 1_000_000
    assert len(finished.stdout.text()) < 2100
    assert finished.stdout.text().startswith("y\ny\n")


async def test_what_the_listener_raises_ends_the_process_and_is_raised() -> None:
    def refuse(_stream: str, _chunk: bytes) -> None:
        raise OSError("the listener is gone")

    with pytest.raises(OSError, match="the listener is gone"):
        await run_process(sh("echo one; exec sleep 4321.1"), on_output=refuse)
    assert not is_listed("sleep 4321.1")
    with pytest.raises(OSError, match="the listener is gone"):
        await run_process(sh("echo one"), on_output=refuse)


TREES = [
    pytest.param("exec sleep 4400.{n}", id="the process itself"),
    pytest.param("sleep 4400.{n}; true", id="a child"),
    pytest.param("(sleep 4400.{n} & sleep 4400.{n}) & wait", id="a grandchild in the background"),
    pytest.param("setsid sleep 4400.{n} & wait", id="a session of its own"),
    pytest.param("setsid sh -c 'sleep 4400.{n} & exit' & wait; sleep 4400.{n}", id="orphaned"),
    pytest.param("setsid env -i sleep 4400.{n} & wait", id="without its environment"),
    pytest.param("trap '' TERM; sleep 4400.{n}; sleep 4400.{n}", id="deaf to SIGTERM"),
    pytest.param("kill -STOP $$; sleep 4400.{n}", id="stopped"),
]


@pytest.mark.parametrize("tree", TREES)
async def test_the_time_limit_ends_the_whole_family(
    tree: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(process, "GRACE", 0.3)
    number = f"{os.getpid()}{abs(hash(request.node.name))}"
    finished = await run_process(sh(tree.replace("{n}", number), timeout=0.5))
    assert finished.timed_out
    assert finished.left == ()
    assert finished.return_code < 0
    assert not is_listed(f"sleep 4400.{number}")


@pytest.mark.parametrize("tree", TREES[1:7])
async def test_cancellation_ends_the_whole_family(
    tree: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(process, "GRACE", 0.3)
    number = f"{os.getpid()}{abs(hash(request.node.name))}"
    sleeper = f"sleep 4400.{number}"
    running = asyncio.create_task(run_process(sh(tree.replace("{n}", number))))
    await wait_until(lambda: is_listed(sleeper))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not is_listed(sleeper)


@pytest.mark.slow
async def test_a_family_that_keeps_forking_is_ended_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed in the wrong order, a shell starts its next command before its own end."""
    monkeypatch.setattr(process, "GRACE", 0.05)
    sleeper = f"sleep 4550.{os.getpid()}"
    lost = f"setsid sh -c '{sleeper} & exit' & ({sleeper} &); trap '' TERM"
    for _ in range(30):
        running = asyncio.create_task(run_process(sh(lost + f"; {sleeper}" * 9)))
        await wait_until(lambda: is_listed(sleeper))
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not is_listed(sleeper)


async def test_a_second_cancellation_kills_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE", 30.0)
    sleeper = f"sleep 4500.{os.getpid()}"
    running = asyncio.create_task(run_process(sh(f"trap '' TERM; {sleeper}; {sleeper}")))
    await wait_until(lambda: is_listed(sleeper))
    start = time.monotonic()
    running.cancel()
    await asyncio.sleep(0.2)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert time.monotonic() - start < 5
    await wait_until(lambda: not is_listed(sleeper))


async def test_sigterm_gives_time_to_tidy_up() -> None:
    finished = await run_process(sh("trap 'echo tidy; exit 5' TERM; sleep 30 & wait", timeout=0.5))
    assert finished.stdout.text() == "tidy\n"
    assert finished.return_code == 5
    assert finished.timed_out


async def test_a_child_that_keeps_the_pipe_open_is_not_waited_for_and_lives_on() -> None:
    sleeper = f"sleep 30.{os.getpid()}"
    start = time.monotonic()
    finished = await run_process(sh(f"{sleeper} & echo $!"))
    assert time.monotonic() - start < 5
    assert is_listed(sleeper)
    os.kill(int(finished.stdout.text()), signal.SIGKILL)


async def test_output_of_a_child_just_after_the_end_is_still_read() -> None:
    finished = await run_process(sh("(sleep 0.1; echo late) & echo early"))
    assert finished.stdout.text() == "early\nlate\n"


async def test_an_answer_goes_through_a_pipe_of_its_own() -> None:
    script = 'echo noise; eval "echo answer >&$CHATOPS_ANSWER_FD"'
    command = make_command("bash", "-c", script, answer_limit=100)
    finished = await run_process(command)
    assert (finished.stdout.text(), finished.answer.text()) == ("noise\n", "answer\n")


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def children() -> set[str]:
    """The children of this process that are alive or not reaped."""
    lists = Path("/proc/self/task").glob("*/children")
    return {pid for found in lists for pid in found.read_text().split()}


async def test_no_descriptor_and_no_zombie_is_left() -> None:
    await run_process(make_command("true"))
    before, others = open_descriptors(), children()
    await run_process(sh("echo x; cat", stdin=b"y" * 200_000, answer_limit=5))
    await run_process(sh("sleep 60", timeout=0.05))
    with pytest.raises(RunnerError):
        await run_process(make_command("/no/such/program", stdin=b"y"))
    assert open_descriptors() == before
    assert children() <= others


async def test_where_there_is_no_pidfd_a_thread_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    monkeypatch.setattr(process, "GRACE", 0.3)
    assert (await run_process(sh("echo x; exit 4"))).return_code == 4
    sleeper = f"sleep 4600.{os.getpid()}"
    finished: Finished = await run_process(sh(f"trap '' TERM; {sleeper}; {sleeper}", timeout=0.3))
    assert (finished.timed_out, finished.return_code) == (True, -signal.SIGKILL)
    await wait_until(lambda: not is_listed(sleeper))  # only the first process is waited for


REFUSED = [
    pytest.param("no-such-program", {}, "no such program", id="no such program"),
    pytest.param("{tmp}/plain", {}, "no permission to execute it", id="no permission"),
    pytest.param("{tmp}", {}, "no permission to execute it", id="a folder"),
    pytest.param("{tmp}/shebang", {}, "its interpreter '/no/such' is missing", id="interpreter"),
    pytest.param("{tmp}/crlf", {}, "its first line ends in CR LF", id="CR LF"),
    pytest.param("{tmp}/noise", {}, "it is no program for this machine", id="no program"),
    pytest.param("true", {"cwd": "{tmp}/none"}, "No such file or directory", id="no folder"),
    pytest.param("true", {"cwd": "{tmp}/plain"}, "Not a directory", id="folder is a file"),
]


@pytest.mark.parametrize(("program", "options", "expected"), REFUSED)
async def test_what_can_not_be_started_is_refused_with_the_reason(
    program: str, options: dict[str, str], expected: str, tmp_path: Path
) -> None:
    (tmp_path / "plain").write_text("echo hi\n")
    for name, content in {
        "shebang": b"#!/no/such\n",
        "crlf": b"#!/bin/sh\r\necho hi\r\n",
        "noise": b"\x01\x02\x00",
    }.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o755)
    filled = {key: value.replace("{tmp}", str(tmp_path)) for key, value in options.items()}
    with pytest.raises(RunnerError) as caught:
        await run_process(make_command(program.replace("{tmp}", str(tmp_path)), **filled))
    assert expected in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(("true", "a\0b"), "NUL byte", id="NUL"),
        pytest.param(("true", "a" * 3_000_000), "too long for the system", id="too long"),
        pytest.param(("true", "\ud800"), "can't be started", id="half a pair"),
    ],
)
async def test_arguments_that_no_process_can_have_are_refused(
    arguments: tuple[str, ...], expected: str
) -> None:
    with pytest.raises(RunnerError, match=expected):
        await run_process(make_command(*arguments))


async def test_no_descriptor_left_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> tuple[int, int]:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(os, "pipe", refuse)
    with pytest.raises(RunnerError, match="'true' can't be started: Too many open files"):
        await run_process(make_command("true"))
