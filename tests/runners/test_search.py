"""Families that are ended at the same time are looked for at the same time: real processes."""

import asyncio
import errno
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from chatops_cli.runners import process
from chatops_cli.runners.family import Family
from chatops_cli.runners.launch import MARK
from chatops_cli.runners.process import Command, run_process
from chatops_cli.runners.process_table import Process, all_processes, read_environment
from chatops_cli.runners.search import QUIET_ROUNDS, Search
from tests.support.process_list import is_listed, wait_until

Start = Callable[[str, str], int]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a shell line as leader of a session, with a mark; gives its id."""
    pids = []

    def spawn(line: str, mark: str) -> int:
        environment = {"PATH": os.environ["PATH"], MARK: mark}
        shell = ("/bin/sh", "-c", line)
        pids.append(os.posix_spawn(shell[0], shell, environment, setsid=True))
        return pids[-1]

    yield spawn
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


class Looks:
    """Everything that a search has read."""

    def __init__(self) -> None:
        self.rounds = 0
        self.environments: Counter[int] = Counter()

    def look(self) -> Iterator[Process]:
        self.rounds += 1
        return all_processes()

    def read(self, pid: int) -> bytes:
        content = read_environment(pid)
        self.environments[pid] += bool(content)
        return content


def ended_by(pid: int) -> int:
    """The signal that ended this process; it is left to be reaped."""
    end = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert end is not None
    return end.si_status


async def test_fifty_families_cost_no_more_rounds_than_one(start: Start) -> None:
    looks = Looks()
    search = Search(looks.look, looks.read)
    pids = [start("exec sleep 60", f"{os.getpid()}-fifty-{n}") for n in range(50)]
    families = [Family(pid, f"{os.getpid()}-fifty-{n}") for n, pid in enumerate(pids)]
    await asyncio.gather(*(search.send(family, signal.SIGSTOP) for family in families))
    # All are found in the first round.
    assert looks.rounds == 1 + QUIET_ROUNDS
    await asyncio.gather(*(search.send(f, signal.SIGTERM, signal.SIGCONT) for f in families))
    assert looks.rounds == 1 + 2 * QUIET_ROUNDS
    # Whatever the number of families and of rounds, each environment has been read once.
    assert {looks.environments[pid] for pid in pids} == {1}
    assert [ended_by(pid) for pid in pids] == [signal.SIGTERM] * 50
    for family in families:
        family.release()


async def test_who_asks_while_others_are_looked_for_shares_the_next_search(start: Start) -> None:
    looks = Looks()
    marks = [f"{os.getpid()}-{n}" for n in range(20)]
    first, *others = [Family(start("exec sleep 60", mark), mark) for mark in marks]
    asked: list[asyncio.Future[None]] = []

    def look() -> Iterator[Process]:
        if not asked:
            asked.extend(asyncio.ensure_future(search.send(f, signal.SIGTERM)) for f in others)
        return looks.look()

    search = Search(look)
    await search.send(first, signal.SIGTERM)
    await asyncio.gather(*asked)
    assert looks.rounds == 2 * (1 + QUIET_ROUNDS)
    for family in (first, *others):
        family.release()


async def test_who_is_cancelled_meanwhile_is_told_when_all_have_got_the_signal(
    start: Start,
) -> None:
    mark = f"{os.getpid()}-told"
    pid = start("exec sleep 60", mark)
    family = Family(pid, mark)
    asking = asyncio.ensure_future(Search().send(family, signal.SIGKILL))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert ended_by(pid) == signal.SIGKILL
    family.release()


def test_where_the_loop_is_gone_the_search_is_made_at_once(start: Start) -> None:
    mark = f"{os.getpid()}-gone"
    pid = start("exec sleep 60", mark)
    family = Family(pid, mark)
    with pytest.raises(StopIteration):
        Search().send(family, signal.SIGKILL).send(None)
    assert ended_by(pid) == signal.SIGKILL
    family.release()


async def test_without_a_descriptor_to_look_by_the_groups_are_killed(start: Start) -> None:
    def refuse() -> Iterator[Process]:
        raise OSError(errno.EMFILE, "Too many open files")

    mark = f"{os.getpid()}-none"
    pid = start("exec sleep 60", mark)
    family = Family(pid, mark)
    await Search(refuse).send(family, signal.SIGTERM)
    assert ended_by(pid) == signal.SIGKILL
    family.release()


async def test_without_a_descriptor_to_read_by_the_group_is_killed(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_pid: int) -> Process:
        raise OSError(errno.EMFILE, "Too many open files")

    mark = f"{os.getpid()}-unread"
    pid = start("exec sleep 60", mark)
    family = Family(pid, mark)
    monkeypatch.setattr("chatops_cli.runners.family.read_process", refuse)
    await Search().send(family, signal.SIGTERM)
    assert ended_by(pid) == signal.SIGKILL
    family.release()


TREES = (
    "exec {sleep}",
    "{sleep}; true",
    "setsid {sleep} & wait",
    "setsid sh -c '{sleep} & exit' & wait; {sleep}",
    "setsid env -i {sleep} & wait",
    "trap '' TERM; {sleep}; {sleep}",
    "(setsid {sleep} & {sleep}) & wait",
    "setsid sh -c '{sleep} & exit' & ({sleep} &); trap '' TERM; {sleep}; {sleep}; {sleep}",
)


async def end_together(lines: tuple[str, ...], sleeper: str) -> None:
    command = [
        Command(arguments=("/bin/sh", "-c", line), environment={"PATH": os.environ["PATH"]})
        for line in lines
    ]
    running = [asyncio.create_task(run_process(each)) for each in command]
    await wait_until(lambda: is_listed(sleeper))
    for task in running:
        task.cancel()
    await asyncio.wait(running)
    assert all(task.cancelled() for task in running)
    assert not is_listed(sleeper)


async def test_families_of_every_shape_end_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE", 0.3)
    sleeper = f"sleep 4700.{os.getpid()}"
    await end_together(tuple(tree.replace("{sleep}", sleeper) for tree in TREES), sleeper)


@pytest.mark.slow
async def test_families_that_keep_forking_end_together_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are ended while they begin, whatever they have come to."""
    monkeypatch.setattr(process, "GRACE", 0.05)
    sleeper = f"sleep 4750.{os.getpid()}"
    lost = f"setsid sh -c '{sleeper} & exit' & ({sleeper} &); trap '' TERM" + f"; {sleeper}" * 9
    for _ in range(15):
        await end_together((lost,) * 12, sleeper)
