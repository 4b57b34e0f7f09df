"""Workers: which actions get one, that nothing is shared, and what happens when one dies."""

import asyncio
import hashlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import python_script, worker
from chatops_cli.runners.contract import Call
from chatops_cli.runners.workers import PythonWorkers
from tests.support.calls import make_action, make_call, write_pack
from tests.support.process_list import is_listed, wait_until

HEAD = "import os, sys, time\nfrom st2common.runners.base_action import Action\n"
PARENT = "return os.getppid()"
LOADED = "loaded = {name!r} in sys.modules\nimport {name}\nreturn loaded"


@pytest.fixture
async def workers() -> AsyncIterator[PythonWorkers]:
    workers = PythonWorkers(after=0)
    yield workers
    await workers.close()


@pytest.fixture
def call(tmp_path: Path, workers: PythonWorkers) -> Callable[..., Call]:
    def make(body: str = PARENT, *, head: str = "", **given: Json) -> Call:
        lines = "".join(f"        {line}\n" for line in body.splitlines())
        text = f"{HEAD}{head}\nclass Act(Action):\n    def run(self, **parameters):\n{lines}"
        pack = write_pack(tmp_path, {"act.py": text})
        action = make_action("python-script", pack=pack, entry_point="act.py")
        return replace(make_call(action, **given), workers=workers)

    return make


async def result(call: Call) -> Json:
    """What the action returned."""
    outcome = await python_script.run(call)
    assert isinstance(outcome.result, dict)
    assert (outcome.status, outcome.result["stderr"]) == (Status.SUCCEEDED, "")
    return outcome.result["result"]


def is_worker(pid: Json) -> bool:
    return "_chatops_worker.py" in Path(f"/proc/{pid}/cmdline").read_text()


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def is_zombie(pid: Json) -> bool:
    """Whether it has ended for good: only then can its parent know."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def descriptors(pid: Json = "self") -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


async def test_the_second_action_of_a_pack_is_forked_and_so_are_all_that_follow(
    call: Callable[..., Call],
) -> None:
    workers = PythonWorkers()
    one = replace(call(), workers=workers)
    parents = [await result(one) for _ in range(3)]
    assert parents[0] == os.getpid()
    assert parents[1] == parents[2] != os.getpid()
    assert is_worker(parents[1])
    await workers.close()


async def test_each_pack_and_each_interpreter_has_its_own(
    call: Callable[..., Call], tmp_path: Path
) -> None:
    demo = call()
    other = replace(demo, action=replace(demo.action, pack="other"))
    python = tmp_path / "venvs" / "demo" / "bin" / "python"
    python.parent.mkdir(parents=True)
    home = Path(sys.base_prefix, "bin")
    (python.parent.parent / "pyvenv.cfg").write_text(f"home = {home}\n")
    python.symlink_to(home / "python3")
    packages = python.parent.parent / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    third = replace(demo, virtualenvs=str(tmp_path / "venvs"))
    parents = [await result(c) for c in (demo, other, third, demo, other, third)]
    assert len(set(parents)) == 3
    assert parents[:3] == parents[3:]
    (packages / "new.py").touch()
    assert await result(third) != parents[2], "something was installed"


async def test_packs_can_be_left_out(call: Callable[..., Call]) -> None:
    workers = PythonWorkers(cold={"demo"}, after=0)
    one = replace(call(), workers=workers)
    assert [await result(one) for _ in range(2)] == [os.getpid()] * 2


async def test_of_many_only_the_latest_are_kept(call: Callable[..., Call]) -> None:
    workers = PythonWorkers(after=0, most=1)
    demo = replace(call(), workers=workers)
    other = replace(demo, action=replace(demo.action, pack="other"))
    first = await result(demo)
    await result(other)
    await wait_until(lambda: is_zombie(first))
    assert await result(demo) != first
    await workers.close()


async def test_at_once_they_run_at_once(call: Callable[..., Call]) -> None:
    one = call("time.sleep(0.4)\nreturn os.getppid()")
    start = asyncio.get_running_loop().time()
    parents = await asyncio.gather(*(result(one) for _ in range(4)))
    assert len(set(parents)) == 1
    assert asyncio.get_running_loop().time() - start < 1.5


async def test_nothing_of_one_action_is_seen_by_the_next(call: Callable[..., Call]) -> None:
    """Modules, variables, folder, mask, signals, limits: each starts as the first did."""
    body = """
import resource, signal, beside
seen = [os.environ.get("LEFT"), os.getcwd(), os.umask(0o777), list(beside.values), len(sys.path),
        signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL,
        signal.getsignal(signal.SIGCHLD) is signal.SIG_DFL,
        resource.getrlimit(resource.RLIMIT_CORE), sys.argv, Action.description]
os.environ["LEFT"] = "behind"
os.chdir("/")
beside.values.append(parameters)
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
sys.path.append("/left")
Action.description = "left"
return seen
"""
    forked = call(body.strip())
    write_pack(Path(forked.action.pack_path).parent, {"beside.py": "values = []"})
    first = await result(replace(forked, parameters={"password": "geheim"}))
    assert await result(forked) == first
    assert await result(replace(forked, workers=None)) == first


async def test_modules_of_python_that_one_imports_the_next_find_loaded(
    call: Callable[..., Call],
) -> None:
    one = call(LOADED.format(name="calendar"))
    assert await result(one) is False
    # The worker may be asked for the second before it has heard of the first.
    assert True in [await result(one) for _ in range(5)]


async def test_a_module_of_the_pack_goes_before_one_that_is_loaded(
    call: Callable[..., Call], tmp_path: Path
) -> None:
    one = call("import calendar\nreturn calendar.__file__")
    for _ in range(3):
        assert str(tmp_path) not in str(await result(one))
    own = tmp_path / "demo" / "lib" / "calendar.py"
    own.parent.mkdir()
    own.write_text("")
    found = await result(call("import calendar\nreturn calendar.__file__"))
    assert found == str(own)


async def test_where_a_module_of_the_pack_was_imported_nothing_stays_loaded(
    call: Callable[..., Call], tmp_path: Path
) -> None:
    own = tmp_path / "demo" / "lib" / "helper.py"
    own.parent.mkdir(parents=True)
    own.write_text("import calendar")
    names = '("helper", "calendar")'
    one = call(f"loaded = [n for n in {names} if n in sys.modules]\nimport helper\nreturn loaded")
    assert [await result(one) for _ in range(4)] == [[]] * 4


async def test_of_what_a_worker_hears_it_believes_names_of_known_modules(
    call: Callable[..., Call],
) -> None:
    heard = r'"antigravity\ncalendar\nnothing\n"'
    one = call(
        "import _chatops_learning\n"
        "heard, teach = os.pipe()\n"
        f"os.write(teach, {heard}.encode())\n"
        "_chatops_learning.learn(heard)\n"
        "return [n for n in ('antigravity', 'calendar', 'nothing') if n in sys.modules]"
    )
    assert await result(one) == ["calendar"]


async def test_what_was_edited_counts(call: Callable[..., Call]) -> None:
    one = call("import beside\nreturn [1, beside.X, os.getppid()]")
    folder = Path(one.action.pack_path).parent
    write_pack(folder, {"beside.py": "X = 'old'"})
    first = await result(one)
    write_pack(folder, {"beside.py": "X = 'new one'"})
    two = call("import beside, late\nreturn [2, beside.X + late.Y, os.getppid()]")
    write_pack(folder, {"late.py": "Y = '!'"})
    second = await result(two)
    assert isinstance(first, list)
    assert second == [2, "new one!", first[2]]


async def test_a_worker_knows_neither_what_is_given_nor_who_asks(
    call: Callable[..., Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its memory is searched; that of the process it forks is, too, or this would prove little."""
    body = """
def holds(pid, text):
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
        for line in maps:
            span, mode = line.split()[:2]
            start, end = (int(part, 16) for part in span.split("-"))
            if mode.startswith("rw"):
                memory.seek(start)
                try:
                    if text in memory.read(end - start):
                        return True
                except OSError:
                    continue
    return False
return [holds(pid, parameters["n"].encode() + b"-" + b"canary") for pid in ("self", os.getppid())]
"""
    monkeypatch.setenv("SITE_TOKEN", "4-canary")
    one = replace(
        call(body.strip(), env={"TOKEN": "3-canary"}),
        config={"token": "2-canary"},
        context={"user": "5-canary"},
        inherited=frozenset({"SITE_TOKEN"}),
    )
    for n in "12345":
        parameters: dict[str, Json] = {"n": n, "password": "1-canary"}
        try:
            assert await result(replace(one, parameters=parameters)) == [True, False], n
        except PermissionError:
            pytest.skip("this system lets no process look at its parent")


async def test_the_process_list_names_the_action_and_its_mark(call: Callable[..., Call]) -> None:
    body = """
with open("/proc/self/cmdline") as line, open("/proc/self/environ") as environment:
    return [line.read().strip(chr(0)).split(chr(0))[-1], environment.read().split(chr(0))[0],
            os.environ["CHATOPS_PROCESS"]]
"""
    found = await result(call(body.strip()))
    assert isinstance(found, list)
    ref, entry, mark = found
    assert ref == "demo.act"
    assert entry == f"CHATOPS_PROCESS={mark}"
    assert str(mark).startswith(f"{os.getpid()}-")


async def test_variables_that_python_heeds_when_it_starts_need_a_start(
    call: Callable[..., Call],
) -> None:
    body = "import locale, time\nreturn [os.getppid(), sys.flags.optimize, time.tzname[0]]"
    for env in ({"PYTHONOPTIMIZE": "1"}, {"TZ": "Asia/Tokyo"}):
        found = await result(call(body, env=env))
        assert isinstance(found, list)
        assert found[0] == os.getpid()
        assert found[1:] in ([1, "UTC"], [0, "JST"])
    found = await result(call(body, env={"OTHER": "x"}))
    assert isinstance(found, list)
    assert is_worker(found[0])


@pytest.mark.parametrize("value", ["x" * 70_000, "\udcff", "ü"], ids=["large", "bytes", "text"])
async def test_any_environment_arrives(value: str, call: Callable[..., Call]) -> None:
    one = call(
        "import hashlib\nreturn hashlib.md5(os.environb[b'X']).hexdigest()", env={"X": value}
    )
    assert await result(one) == hashlib.md5(os.fsencode(value)).hexdigest()


async def test_from_a_folder_that_has_been_removed_it_is_started(
    call: Callable[..., Call], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert await result(call()) == os.getpid()


# When a worker ends


async def test_one_that_was_ended_is_replaced(call: Callable[..., Call]) -> None:
    one = call()
    first = await result(one)
    assert isinstance(first, int)
    os.kill(first, signal.SIGKILL)
    await wait_until(lambda: is_zombie(first))
    second = await result(one)
    assert second not in {first, os.getpid()}
    assert is_worker(second)


async def test_one_that_dies_while_an_action_runs_ends_it_and_says_so(
    call: Callable[..., Call], tmp_path: Path
) -> None:
    sleeper = f"sleep 4900.{os.getpid()}"
    body = f"print('begun')\nos.system('{sleeper} & echo $PPID > {tmp_path}/pid; {sleeper}')"
    running = asyncio.create_task(python_script.run(call(body)))
    await wait_until(lambda: is_listed(sleeper) and (tmp_path / "pid").exists())
    parent = parent_of(int((tmp_path / "pid").read_text()))
    assert is_worker(parent)
    os.kill(parent, signal.SIGKILL)
    outcome = await running
    assert isinstance(outcome.result, dict)
    assert (outcome.status, outcome.result["exit_code"]) == (Status.FAILED, -9)
    assert outcome.result["stdout"] == "begun\n"
    assert str(outcome.result["stderr"]).endswith(f"{python_script.LOST}\n")
    assert not is_listed(sleeper)


async def test_without_it_the_time_limit_still_ends_everything(
    call: Callable[..., Call],
) -> None:
    """The worker dies when the action's process gets its SIGTERM."""
    sleeper = f"sleep 4910.{os.getpid()}"
    body = f"""
import signal
signal.signal(signal.SIGTERM, lambda *a: os.kill(os.getppid(), signal.SIGKILL))
os.system("{sleeper} & {sleeper}")
os.system("{sleeper}")
"""
    outcome = await python_script.run(call(body.strip(), timeout=1))
    assert outcome.status is Status.TIMEOUT
    assert not is_listed(sleeper)


async def test_one_that_does_not_answer_is_given_up_and_the_action_runs_once(
    call: Callable[..., Call], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "START_LIMIT", 0.2)
    one = call(f"open({str(tmp_path / 'runs')!r}, 'a').write('x')\nreturn os.getppid()")
    stopped = await result(one)
    assert isinstance(stopped, int)
    os.kill(stopped, signal.SIGSTOP)
    assert await result(one) == os.getpid()
    assert (tmp_path / "runs").read_text() == "xx"
    await wait_until(lambda: is_zombie(stopped))


async def test_cancelled_before_it_was_forked_nothing_has_run(
    call: Callable[..., Call], tmp_path: Path
) -> None:
    one = call(f"open({str(tmp_path / 'runs')!r}, 'a').write('x')\nreturn os.getppid()")
    stopped = await result(one)
    assert isinstance(stopped, int)
    os.kill(stopped, signal.SIGSTOP)
    running = asyncio.create_task(python_script.run(one))
    await asyncio.sleep(0.1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    os.kill(stopped, signal.SIGCONT)
    assert await result(one) == stopped
    assert (tmp_path / "runs").read_text() == "xx"


async def test_an_interpreter_that_makes_no_worker_is_asked_once(
    call: Callable[..., Call], tmp_path: Path
) -> None:
    """Whatever is wrong with it, the action is run as if there were no workers."""
    python = tmp_path / "venvs" / "demo" / "bin" / "python"
    python.parent.mkdir(parents=True)
    (tmp_path / "venvs" / "demo" / "pyvenv.cfg").touch()
    log = tmp_path / "log"
    python.write_text(
        f'#!/bin/sh\necho "$2" >> {log}\n'
        f'case "$2" in *_worker.py) exit 3;; esac\nexec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    one = replace(call("return 7"), virtualenvs=str(tmp_path / "venvs"))
    assert [await result(one) for _ in range(3)] == [7, 7, 7]
    names = [Path(line).name for line in log.read_text().splitlines()]
    assert names == ["_chatops_worker.py", *["_chatops_action.py"] * 3]
    python.chmod(0o644)
    with pytest.raises(RunnerError, match="no permission to execute it"):
        await python_script.run(one)


async def test_one_that_nobody_needs_ends(call: Callable[..., Call]) -> None:
    workers = PythonWorkers(after=0, idle=0.05)
    one = replace(call(), workers=workers)
    first = await result(one)
    await wait_until(lambda: is_zombie(first))
    second = await result(one)
    assert second != first
    assert second != os.getpid()
    await workers.close()


async def test_closed_it_ends_and_what_it_forked_runs_on(
    call: Callable[..., Call], tmp_path: Path
) -> None:
    one = call(f"open({str(tmp_path / 'begun')!r}, 'w')\ntime.sleep(0.5)\nreturn os.getppid()")
    assert one.workers is not None
    running = asyncio.create_task(result(one))
    await wait_until((tmp_path / "begun").exists)
    await one.workers.close()
    parent = await running
    await wait_until(lambda: not Path(f"/proc/{parent}").exists())
    assert await result(one) == os.getpid(), "there are no workers any more"


HOST = """
import asyncio, os, signal, sys
from dataclasses import replace
from pathlib import Path
from chatops_cli.runners import python_script
from chatops_cli.runners.workers import PythonWorkers
from tests.support.calls import make_action, make_call

async def main():
    action = make_action("python-script", pack=Path(sys.argv[1]), entry_point="act.py")
    call = replace(make_call(action), workers=PythonWorkers(after=0))
    print((await python_script.run(call)).result["result"], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_it_does_not_outlive_the_program(call: Callable[..., Call]) -> None:
    pack = call().action.pack_path
    host = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOST, pack),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    told, _ = await host.communicate()
    assert host.returncode == -signal.SIGKILL
    await wait_until(lambda: not Path(f"/proc/{int(told)}").exists())


async def test_no_descriptor_and_no_process_is_left(call: Callable[..., Call]) -> None:
    one = call()
    assert one.workers is not None
    await result(one)
    before = descriptors()
    first = await result(one)
    await python_script.run(replace(call("time.sleep(60)", timeout=1), workers=one.workers))
    assert descriptors() == before
    await wait_until(lambda: descriptors(first) == 7)
    await wait_until(lambda: not Path(f"/proc/{first}/task/{first}/children").read_text())
    await one.workers.close()
    assert descriptors() == before - 1
