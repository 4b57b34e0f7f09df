"""Time passes in a rehearsal without being waited for, but for what really happens."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from chatops_cli.rehearsal.front import START
from chatops_cli.rehearsal.timeline import EndlessError, Timeline, TimelineLoop, real_time


def run(timeline: Timeline, main: Callable[[], Awaitable[None]]) -> float:
    """The seconds that it really takes."""

    async def whole() -> None:
        await main()

    begun = time.monotonic()
    with asyncio.Runner(loop_factory=lambda: TimelineLoop(timeline)) as runner:
        runner.run(whole())
    return time.monotonic() - begun


def test_a_day_is_over_at_once() -> None:
    timeline = Timeline(START, 0.0)
    order: list[str] = []

    async def wait(seconds: float, name: str) -> None:
        await asyncio.sleep(seconds)
        order.append(name)

    async def main() -> None:
        await asyncio.gather(wait(86400, "day"), wait(60, "minute"), wait(0, "now"))

    assert run(timeline, main) < 10
    assert order == ["now", "minute", "day"]
    assert timeline() == START + timedelta(days=1)


def test_each_look_at_the_clock_is_a_step_later_and_ids_are_in_order() -> None:
    timeline = Timeline(START, 2.0)
    assert [timeline(), timeline()] == [START + timedelta(seconds=n) for n in (2, 4)]
    first, second = timeline.new_id(), timeline.new_id()
    assert len(first) == 24
    assert first < second


def test_threads_and_what_is_really_run_are_waited_for() -> None:
    timeline = Timeline(START, 0.0)
    found: list[str] = []

    async def main() -> None:
        async with asyncio.timeout(3600):
            await asyncio.to_thread(time.sleep, 0.05)
            found.append("thread")
            with real_time():
                process = await asyncio.create_subprocess_exec("sleep", "0.05")
                found.append(str(await process.wait()))

    run(timeline, main)
    assert found == ["thread", "0"]
    assert timeline() < START + timedelta(seconds=3600)


def test_another_loop_has_real_time_anyway() -> None:
    async def main() -> float:
        with real_time():
            begun = time.monotonic()
            await asyncio.sleep(0.01)
            return time.monotonic() - begun

    assert asyncio.run(main()) >= 0.01


def test_what_waits_for_ever_is_told() -> None:
    async def main() -> None:
        for _ in range(10**9):
            await asyncio.sleep(0.1)

    with (
        pytest.raises(EndlessError, match="it does not come to an end: 2,000 times"),
        asyncio.Runner(
            loop_factory=lambda: TimelineLoop(Timeline(START, 0.0), most=2000)
        ) as runner,
    ):
        runner.run(main())


def test_one_that_was_never_made_whole_goes_silently(capfd: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C may come in the middle of that."""
    del_ = TimelineLoop.__new__(TimelineLoop)
    del del_
    assert capfd.readouterr().err == ""
