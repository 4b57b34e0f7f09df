"""What starting an action's process costs, beside the least that does it: ratios of one run.

Medians of interleaved rounds, wall time: `/bin/true` beside `os.posix_spawn` and a wait, a shell
line beside a bare `sh -c`, a Python action beside `python -I`; then eight processes at a time.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.problem import Place
from chatops_cli.runners import local_shell_cmd, python_script
from chatops_cli.runners.contract import Call
from chatops_cli.runners.process import Command, run_process

ENVIRONMENT = {"PATH": os.environ["PATH"]}
AT_ONCE = 8
AIMS = {"run_process /bin/true": 2.2, "local-shell-cmd /bin/true": 2.2, "python-script": 1.1}
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


def make_cases(pack: str) -> Mapping[str, tuple[str, Callable[[], Awaitable[object]]]]:
    """Name to the name of what it is compared with, and what to run."""

    async def bare(*arguments: str) -> None:
        spawn(*arguments)

    true = Command(arguments=("/bin/true",), environment=ENVIRONMENT, timeout=60)
    shell = make_call("local-shell-cmd", pack, cmd="/bin/true")
    python = make_call("python-script", pack)
    return {
        # Whatever stands first pays for what ran before it: it is no base.
        "the same, caches cold": ("posix_spawn /bin/true", lambda: bare("/bin/true")),
        "posix_spawn /bin/true": ("", lambda: bare("/bin/true")),
        "run_process /bin/true": ("posix_spawn /bin/true", lambda: run_process(true)),
        "sh -c /bin/true": ("posix_spawn /bin/true", lambda: bare("/bin/sh", "-c", "/bin/true")),
        "local-shell-cmd /bin/true": ("posix_spawn /bin/true", lambda: local_shell_cmd.run(shell)),
        "local-shell-cmd, beside sh -c": ("sh -c /bin/true", lambda: local_shell_cmd.run(shell)),
        "python -I -c pass": ("", lambda: bare(sys.executable, "-I", "-c", "pass")),
        "python-script": ("python -I -c pass", lambda: python_script.run(python)),
    }


def write_pack(folder: str) -> str:
    actions = Path(folder, "actions")
    actions.mkdir()
    actions.joinpath("act.py").write_text(ACTION)
    return folder


async def measure(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cases = make_cases(write_pack(folder))
        times: dict[str, list[float]] = {name: [] for name in cases}
        for _, case in cases.values():
            await case()
        for _ in range(rounds):
            for name, (_, case) in cases.items():
                start = time.perf_counter()
                await case()
                times[name].append(time.perf_counter() - start)
        middle = {name: median(taken) for name, taken in times.items()}
    for name, (base, _) in cases.items():
        ratio = f"{middle[name] / middle[base]:6.2f}x {base}" if base else ""
        aim = f"  (aim {AIMS[name]}x)" if name in AIMS else ""
        print(f"{name:30} {1000 * middle[name]:7.2f} ms {ratio}{aim}")


async def measure_rate(seconds: float) -> None:
    """`/bin/true` a second, `AT_ONCE` at a time: in threads by posix_spawn, and by run_process."""
    count = 0
    end = time.perf_counter() + seconds

    def keep_spawning() -> int:
        done = 0
        while time.perf_counter() < end:
            spawn("/bin/true")
            done += 1
        return done

    with ThreadPoolExecutor(2) as pool:
        threads = sum(pool.map(lambda _: keep_spawning(), range(2)))
    command = Command(arguments=("/bin/true",), environment=ENVIRONMENT, timeout=60)
    end = time.perf_counter() + seconds

    async def keep_running() -> None:
        nonlocal count
        while time.perf_counter() < end:
            await run_process(command)
            count += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(keep_running())
    print(f"posix_spawn in 2 threads       {threads / seconds:7.0f} a second")
    print(
        f"run_process, {AT_ONCE} at a time      {count / seconds:7.0f} a second "
        f"{count / threads:6.2f}x (aim 0.6x or more)"
    )


def main() -> None:
    """Prints one line a case: milliseconds, the ratio, the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    asyncio.run(measure(options.rounds))
    asyncio.run(measure_rate(options.seconds))


if __name__ == "__main__":
    main()
