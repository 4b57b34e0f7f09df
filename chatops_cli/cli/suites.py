"""Packs' tests run, what pytest prints shown, and all of it summed up."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.cli.findings import counted
from chatops_cli.cli.output import has_color, print_error, print_note, width
from chatops_cli.cli.session import catalog_of
from chatops_cli.cli.suites_shown import Show
from chatops_cli.errors import ChatOpsError, ExitCode
from chatops_cli.model.frozen import frozen
from chatops_cli.pack_tests.verdict import Ending, Verdict

if TYPE_CHECKING:
    from chatops_cli.pack_tests.selection import Selection
    from chatops_cli.pack_tests.side_by_side import Task
    from chatops_cli.settings.values import Settings


@frozen
class Asked:
    """What the command line asks for; see `chatops_cli.cli.test`."""

    names: tuple[str, ...]
    of_all: bool
    keyword: str
    is_verbose: bool
    jobs: int | None
    timeout: float
    junit: Path | None
    as_json: bool


def run_tests(settings: "Settings", asked: Asked) -> int:
    """The tests of the packs that were asked for are run and told of; the exit code.

    Raises:
        NotFoundError: There is no such pack.
        ChatOpsError: The report can't be written.
    """
    import asyncio
    from tempfile import TemporaryDirectory

    if asked.junit is not None and not asked.junit.absolute().parent.is_dir():
        raise ChatOpsError(f"the folder of the report {asked.junit} does not exist")
    selection = select_tests(settings, asked)
    with TemporaryDirectory(prefix="chatops-test-") as folder:
        tasks = make_tasks(selection, settings, asked, Path(folder))
        show = Show(
            as_json=asked.as_json,
            is_live=len(tasks) == 1 and not asked.as_json,
            shows_all=asked.is_verbose,
        )
        try:
            has_ended = asyncio.run(run_all(tasks, asked, show))
        except asyncio.CancelledError:  # it came when nothing was left to be awaited
            has_ended = False
        if not has_ended:
            return ExitCode.INTERRUPTED
        if not asked.of_all:
            for ref in selection.without:
                show.add(Verdict(ref=ref, ending=Ending.EMPTY, why="it has no tests"))
        show.sum_up()
        if asked.junit is not None:
            write_report(asked.junit, tasks, show.verdicts)
    return code_of(show.verdicts, asked.keyword)


def select_tests(settings: "Settings", asked: Asked) -> "Selection":
    """What there is to run; with ``--all`` a note tells of the packs without tests.

    Raises:
        NotFoundError: There is no such pack.
    """
    from chatops_cli.pack_tests.selection import are_folders, select

    known = {} if are_folders(asked.names) and not asked.of_all else catalog_of(settings).packs
    selection = select(asked.names, known, settings.virtualenvs, every=asked.of_all)
    if asked.of_all and selection.without:
        without = ", ".join(selection.without)
        print_note(f"{counted(len(selection.without), 'pack')} without tests: {without}")
    return selection


def make_tasks(
    selection: "Selection", settings: "Settings", asked: Asked, folder: Path
) -> "list[Task]":
    """A task for each pack; pytest's reports go to `folder`."""
    from chatops_cli.pack_tests.run import Wanted
    from chatops_cli.pack_tests.side_by_side import Task

    return [
        Task(
            suite=suite,
            wanted=Wanted(
                keyword=asked.keyword,
                is_verbose=asked.is_verbose,
                has_color=has_color(sys.stdout) and not asked.as_json,
                columns=width(sys.stdout) if sys.stdout.isatty() else None,
                timeout=asked.timeout,
                junit=folder / f"{number}.xml" if asked.junit is not None else None,
                inherited=frozenset(settings.environment),
                folders=selection.folders,
            ),
        )
        for number, suite in enumerate(selection.suites)
    ]


async def run_all(tasks: "list[Task]", asked: Asked, show: Show) -> bool:
    """Whether they came to their end: Ctrl-C, SIGTERM and the end of the terminal end them."""
    import asyncio
    from contextlib import suppress

    from chatops_cli.cli.interrupts import Interrupts
    from chatops_cli.cli.progress import Progress
    from chatops_cli.pack_tests.side_by_side import run_side_by_side

    jobs = asked.jobs or os.cpu_count() or 1
    with Interrupts() as interrupts, Progress(sys.stderr, is_shown=not show.is_live) as progress:

        def told(task: "Task", verdict: Verdict) -> None:
            progress.clear()
            with interrupts.breaking_off(1):
                show.end(task.suite.ref, verdict)

        def heard(task: "Task", chunk: bytes) -> None:
            with interrupts.breaking_off(1):
                show.hear(task.suite.ref, chunk)

        with suppress(asyncio.CancelledError):
            await run_side_by_side(tasks, jobs=jobs, on_output=heard, on_end=told)
    if interrupts.has_come:
        print_error("interrupted")
    return not interrupts.has_come


def write_report(path: Path, tasks: "list[Task]", verdicts: "list[Verdict]") -> None:
    """One file holds what pytest reported of each pack.

    Raises:
        ChatOpsError: It can't be written.
    """
    from chatops_cli.pack_tests.junit import write_junit

    reports = {task.suite.ref: task.wanted.junit for task in tasks}
    write_junit(path, [(verdict, reports.get(verdict.ref)) for verdict in verdicts])


def code_of(verdicts: "list[Verdict]", keyword: str) -> ExitCode:
    """Whether all is well; that ``-k`` selects nothing at all is not, or is no expression."""
    if any(verdict.is_misused for verdict in verdicts):
        return ExitCode.USAGE
    if any(verdict.is_bad for verdict in verdicts):
        return ExitCode.FAILED
    if keyword and not any(verdict.ending is Ending.PASSED for verdict in verdicts):
        print_error(f"no test is selected by -k {keyword!r}")
        return ExitCode.FAILED
    return ExitCode.OK
