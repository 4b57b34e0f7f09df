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

    Raises:
        OSError: What the two raise; the other packs' tests are ended.
    """
    import asyncio

    turns = asyncio.Semaphore(jobs)

    async def run_one(task: Task) -> None:
        async with turns:
            verdict = await run_suite(
                task.suite, task.wanted, on_output=lambda _, chunk: on_output(task, chunk)
            )
        on_end(task, verdict)

    try:
        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(run_one(task))
    except* OSError as errors:
        raise first_of(errors) from None


def first_of(errors: BaseExceptionGroup[OSError]) -> OSError:
    """One of several errors that say the same: nobody reads what is shown."""
    found = errors.exceptions[0]
    return first_of(found) if isinstance(found, BaseExceptionGroup) else found
