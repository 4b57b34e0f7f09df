"""The tests of several packs, some at the same time."""

from collections.abc import Callable, Sequence

from chatops_cli.model.frozen import frozen
from chatops_cli.pack_tests.run import Wanted, run_suite
from chatops_cli.pack_tests.suite import Suite
from chatops_cli.pack_tests.verdict import Verdict


@frozen
class Task:
    """One pack's tests, and how they are run."""

    suite: Suite
    wanted: Wanted


async def run_side_by_side(
    tasks: Sequence[Task],
    *,
    jobs: int,
    on_output: Callable[[Task, bytes], None],
    on_end: Callable[[Task, Verdict], None],
) -> None:
    """All of them are run, `jobs` at a time; cancelled, it ends those that are running.

    Args:
        tasks: What is run, in the order of starting.
        jobs: How many packs are tested at the same time.
        on_output: Told what pytest prints, as it does.
        on_end: Told each verdict, in the order of ending.
    """
    import asyncio

    turns = asyncio.Semaphore(jobs)

    async def run_one(task: Task) -> None:
        async with turns:
            verdict = await run_suite(
                task.suite, task.wanted, on_output=lambda _, chunk: on_output(task, chunk)
            )
        on_end(task, verdict)

    async with asyncio.TaskGroup() as group:
        for task in tasks:
            group.create_task(run_one(task))
