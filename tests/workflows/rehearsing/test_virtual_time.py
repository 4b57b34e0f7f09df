"""Virtual time passes only while all wait, and nobody waits for it."""

import asyncio
import time

from chatops_cli.workflows.rehearsing.virtual_time import VirtualLoop


def test_what_sleeps_wakes_in_order_and_at_once() -> None:
    woken: list[tuple[str, float]] = []

    async def sleep(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        woken.append((name, asyncio.get_running_loop().time()))

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(sleep("late", 86_400 * 365))
            group.create_task(sleep("early", 0.25))

    before = time.monotonic()
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(both())
    assert [name for name, _ in woken] == ["early", "late"]
    assert [round(at, 3) for _, at in woken] == [0.25, 86_400 * 365]
    assert time.monotonic() - before < 60


def test_it_is_idle_when_nothing_is_to_come() -> None:
    async def wait() -> bool:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        never = loop.create_future()
        await loop.idle()
        return never.done()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(wait()) is False


def test_threads_are_waited_for() -> None:
    async def work() -> int:
        return await asyncio.get_running_loop().run_in_executor(None, lambda: 7)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(work()) == 7
