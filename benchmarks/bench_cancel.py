"""How long running processes live on after they are cancelled, beside the least that ends them.

Shell lines that sleep, run by `local-shell-cmd`, are cancelled all at once; the time goes until the
last of them is reaped. Beside it as many sessions, started by posix_spawn, get SIGTERM by
``killpg`` and are waited for: nobody looks for what made a session of its own. Medians of
interleaved rounds, wall time. Then the same while every core is kept busy: the aim of a second is
set there.
"""

import argparse
import asyncio
import multiprocessing
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.problem import Place
from chatops_cli.runners import local_shell_cmd
from chatops_cli.runners.contract import Call

AIM = 1.0
"""Seconds until the last of them is gone."""
NUMBERS = (1, 50)
LINE = "sleep 1000; true"
"""Two processes: the shell and what it waits for."""


def make_call(number: int) -> Call:
    action = Action(
        ref=ActionRef("demo.act"),
        pack="demo",
        name="act",
        runner_type="local-shell-cmd",
        pack_path="/",
        place=Place(file="act.yaml"),
        entry_point="",
    )
    return Call(execution_id=f"{number:024}", action=action, runner_parameters={"cmd": LINE})


def children_of(pid: int) -> list[int]:
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for found in lists for child in found.read_text().split()]


async def until_asleep(number: int) -> None:
    """Returns when so many shells run, each with its child."""
    own = os.getpid()

    def are_asleep() -> bool:
        return sum(bool(children_of(shell)) for shell in children_of(own)) >= number

    while not are_asleep():  # noqa: ASYNC110  # other processes set no event
        await asyncio.sleep(0.01)


async def cancel(number: int) -> float:
    """Seconds from the cancellation of so many actions until the last is gone."""
    tasks = [asyncio.ensure_future(local_shell_cmd.run(make_call(n))) for n in range(number)]
    await until_asleep(number)
    start = time.perf_counter()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    return time.perf_counter() - start


async def kill(number: int) -> float:
    """The same for bare sessions that get SIGTERM."""
    pids = spawn(number)
    await until_asleep(number)
    start = time.perf_counter()
    end(pids)
    return time.perf_counter() - start


def spawn(number: int) -> list[int]:
    shell = ("/bin/sh", "-c", LINE)
    return [os.posix_spawn(shell[0], shell, os.environ, setsid=True) for _ in range(number)]


def end(pids: list[int]) -> None:
    for pid in pids:
        os.killpg(pid, signal.SIGTERM)
    for pid in pids:
        os.waitpid(pid, 0)


async def measure(number: int, rounds: int) -> tuple[float, float]:
    """Medians of `cancel` and of `kill`."""
    cases: tuple[Callable[[int], Awaitable[float]], ...] = (cancel, kill)
    taken: list[list[float]] = [[], []]
    for _ in range(rounds):
        for case, times in zip(cases, taken, strict=True):
            times.append(await case(number))
    return median(taken[0]), median(taken[1])


def keep_busy() -> None:
    while True:
        pass


@contextmanager
def busy_cores() -> Iterator[None]:
    """As many processes that only compute as there are cores."""
    fresh = multiprocessing.get_context("spawn")
    busy = [fresh.Process(target=keep_busy, daemon=True) for _ in range(os.cpu_count() or 1)]
    for process in busy:
        process.start()
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.join()


def print_all(label: str, rounds: int) -> None:
    for number in NUMBERS:
        cancelled, killed = asyncio.run(measure(number, rounds))
        aim = f"  (aim {AIM:.0f} s or less)" if number == max(NUMBERS) else ""
        print(
            f"{f'cancel {number}, {label}':30} {1000 * cancelled:8.1f} ms "
            f"{cancelled / killed:6.1f}x killpg and wait ({1000 * killed:.1f} ms){aim}"
        )


def main() -> None:
    """Prints one line a case: milliseconds, the ratio, the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    print_all("cores as they are", options.rounds)
    with busy_cores():
        print_all("cores busy", options.rounds)


if __name__ == "__main__":
    main()
