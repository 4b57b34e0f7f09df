"""What starting an action's process costs, beside the least that does it: ratios of one run.

Lower quartiles of interleaved rounds, wall time (what else the machine does spoils the upper half):
`/bin/true` beside `os.posix_spawn` and a wait, a shell line beside a bare `sh -c`, a Python action
in an interpreter of its own beside `python -I`, and forked from a worker. Then several at a time,
and the memory of a worker.

The aims for `/bin/true` are those of a command of the process runner, `run_process`: a session of
its own, output captured, a time limit. `local-shell-cmd` starts a shell besides, which itself costs
twice a bare posix_spawn: its aim is set beside a bare `sh -c`, alone and several at a time.
"""

import argparse
import asyncio
import itertools
import os
import sys
import tempfile
import time
import venv
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import quantiles

from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.problem import Place
from chatops_cli.runners import local_shell_cmd, python_script
from chatops_cli.runners.contract import Call
from chatops_cli.runners.process import Command, run_process
from chatops_cli.runners.workers import PythonWorkers

ENVIRONMENT = {"PATH": os.environ["PATH"]}
AIMS = {
    "run_process /bin/true": 2.2,
    "local-shell-cmd, beside sh -c": 1.4,
    "python-script": 1.1,
    "python-script, forked": 6,
}
TRUE = ("/bin/true",)
SHELL = ("/bin/sh", "-c", "/bin/true")
MANY = 8
"""At a time, for which there is an aim."""
ACTION = """from st2common.runners.base_action import Action
class Act(Action):
    def run(self):
        return 1
"""


def spawn(*arguments: str) -> None:
    os.waitpid(os.posix_spawn(arguments[0], arguments, ENVIRONMENT), 0)


def make_call(runner: str, pack: str, **runner_parameters: str) -> Call:
    action = Action(
        ref=ActionRef("demo.act"),
        pack="demo",
        name="act",
        runner_type=runner,
        pack_path=pack,
        place=Place(file=f"{pack}/actions/act.yaml"),
        entry_point="act.py" if runner == "python-script" else "",
    )
    return Call(execution_id="0" * 24, action=action, runner_parameters=runner_parameters)


Cases = Mapping[str, tuple[str, Callable[[], Awaitable[object]]]]


def make_cases(pack: str, workers: PythonWorkers) -> Cases:
    """Name to the name of what it is compared with, and what to run."""

    async def bare(*arguments: str) -> None:
        spawn(*arguments)

    true = Command(arguments=("/bin/true",), environment=ENVIRONMENT, timeout=60)
    shell = make_call("local-shell-cmd", pack, cmd="/bin/true")
    environments = str(Path(pack, "environments"))
    interpreter = str(Path(environments, "demo", "bin", "python"))
    python = replace(make_call("python-script", pack), virtualenvs=environments)
    forked = replace(python, workers=workers)
    return {
        # Whatever stands first pays for what ran before it: it is no base.
        "the same, caches cold": ("posix_spawn /bin/true", lambda: bare("/bin/true")),
        "posix_spawn /bin/true": ("", lambda: bare("/bin/true")),
        "run_process /bin/true": ("posix_spawn /bin/true", lambda: run_process(true)),
        "sh -c /bin/true": ("posix_spawn /bin/true", lambda: bare(*SHELL)),
        "local-shell-cmd /bin/true": ("posix_spawn /bin/true", lambda: local_shell_cmd.run(shell)),
        "local-shell-cmd, beside sh -c": ("sh -c /bin/true", lambda: local_shell_cmd.run(shell)),
        "python -I -c pass": ("", lambda: bare(interpreter, "-I", "-c", "pass")),
        "python-script": ("python -I -c pass", lambda: python_script.run(python)),
        "the same forked, caches cold": (
            "posix_spawn /bin/true",
            lambda: python_script.run(forked),
        ),
        "python-script, forked": ("posix_spawn /bin/true", lambda: python_script.run(forked)),
    }


def write_pack(folder: str) -> str:
    """A pack with one action, and a virtual environment without anything in it."""
    venv.create(Path(folder, "environments", "demo"), symlinks=True)
    actions = Path(folder, "actions")
    actions.mkdir()
    actions.joinpath("act.py").write_text(ACTION)
    return folder


async def measure(cases: Cases, rounds: int) -> None:
    """One line a case: milliseconds, the ratio, the aim."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _, case in cases.values():
        await case()
        await case()
    for _ in range(rounds):
        for name, (_, case) in cases.items():
            start = time.perf_counter()
            await case()
            times[name].append(time.perf_counter() - start)
    quick = {name: quantiles(taken, n=4)[0] for name, taken in times.items()}
    for name, (base, _) in cases.items():
        ratio = f"{quick[name] / quick[base]:6.2f}x {base}" if base else ""
        aim = f"  (aim {AIMS[name]}x)" if name in AIMS else ""
        print(f"{name:36} {1000 * quick[name]:7.2f} ms {ratio}{aim}")


def spawn_rate(arguments: tuple[str, ...], seconds: float) -> float:
    """How many of this command there are a second, by posix_spawn in two threads."""
    end = time.perf_counter() + seconds

    def keep_spawning() -> int:
        done = 0
        while time.perf_counter() < end:
            spawn(*arguments)
            done += 1
        return done

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(lambda _: keep_spawning(), range(2))) / seconds


async def rate(case: Callable[[], Awaitable[object]], at_once: int, seconds: float) -> float:
    """How many a second there are, so many at a time."""
    end = time.perf_counter() + seconds
    done = itertools.count()

    async def keep_running() -> None:
        while time.perf_counter() < end:
            await case()
            next(done)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(keep_running())
    return next(done) / seconds


async def measure_rates(cases: Cases, seconds: float, rounds: int) -> None:
    """Several at a time, beside posix_spawn in two threads; the best of some short rounds."""
    names = {
        "run_process /bin/true": (TRUE, (1, 8)),
        "local-shell-cmd /bin/true": (SHELL, (1, 8)),
        "python-script": (TRUE, (1, 2, 8)),
        "python-script, forked": (TRUE, (1, 2, 8)),
    }
    spawned = dict.fromkeys((TRUE, SHELL), 0.0)
    best: dict[tuple[str, int], float] = {}
    for _ in range(rounds):
        for bare, most in spawned.items():
            spawned[bare] = max(most, await asyncio.to_thread(spawn_rate, bare, seconds))
        for name, at_once in ((name, n) for name, (_, numbers) in names.items() for n in numbers):
            found = await rate(cases[name][1], at_once, seconds)
            best[name, at_once] = max(best.get((name, at_once), 0), found)
    for bare, found in spawned.items():
        label = f"{' '.join(bare)} in 2 threads"
        print(f"{label:36} {found:7.0f} a second")
    for (name, at_once), found in best.items():
        is_aimed = name.endswith("/bin/true") and at_once == MANY
        aim = "  (aim 0.6x or more)" if is_aimed else ""
        label, bare = f"{name}, {at_once} at a time", names[name][0]
        ratio = f"{found / spawned[bare]:6.2f}x {' '.join(bare)}"
        print(f"{label:36} {found:7.0f} a second {ratio}{aim}")


def print_memory(pid: int) -> None:
    """What a worker holds, and what of it nobody else does."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {name: int(size.split()[0]) for name, size in (line.split(":") for line in lines)}
    own = sizes["Private_Clean"] + sizes["Private_Dirty"]
    print(f"a worker: {sizes['Rss']} kB resident, {sizes['Pss']} kB its share, {own} kB its own")


async def run_all(rounds: int, seconds: float) -> None:
    workers = PythonWorkers(after=0)
    with tempfile.TemporaryDirectory() as folder:
        cases = make_cases(write_pack(folder), workers)
        await measure(cases, rounds)
        await measure_rates(cases, seconds, 5)
        base, environment = {"PATH": os.environ["PATH"]}, ENVIRONMENT
        worker = workers.find("memory", sys.executable, base, environment)
        assert worker is not None
        await asyncio.sleep(0.5)
        print_memory(worker.pid)
    await workers.close()


def main() -> None:
    """Prints one line a case: milliseconds, the ratio, the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=0.5)
    options = parser.parse_args()
    asyncio.run(run_all(options.rounds, options.seconds))


if __name__ == "__main__":
    main()
