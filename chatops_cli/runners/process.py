"""One way to run a child process: bounded, streamed, limited in time, ended with its whole family.

The child leads a session of its own. How it comes about is another matter: see `launch`.
"""

import contextlib
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.runners.capture import Capture
from chatops_cli.runners.contract import OUTPUT_LIMIT, OnOutput
from chatops_cli.runners.launch import MARK, Launch, Launched, Spawned
from chatops_cli.runners.pipes import Ends, Pipes, Text
from chatops_cli.runners.refusal import explain_refusal

if TYPE_CHECKING:
    import asyncio

__all__ = ["GRACE", "LINGER", "MARK", "Command", "Finished", "run_process"]

GRACE = 2.0
"""Seconds from SIGTERM to SIGKILL, and from there until what still lives is given up."""

LINGER = 0.5
"""Seconds for which output is awaited after the process has ended: children may hold its pipes."""


@frozen
class Command:
    """A process to run. No shell is involved: `arguments` reach it as they are.

    `environment` is all of its environment, but for the mark and the number of the answer pipe. An
    `answer_limit` gives the child a third pipe to write to, and is the number of bytes kept of it
    at its start and at its end. `stdin` may be made while the process starts. `handed` are
    descriptors of ours that the child inherits, each by the variable that tells it the number.
    `killer` is a command that may end processes which this user may not: their ids are added to its
    arguments.
    """

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    cwd: str | None = None
    stdin: Text = b""
    timeout: float | None = None
    output_limit: int = OUTPUT_LIMIT
    answer_limit: int = 0
    handed: Mapping[str, int] = field(default_factory=dict)
    killer: "Command | None" = None


@frozen
class Finished:
    """How a process ended. `return_code` is negative for a signal; `left` could not be ended.

    `is_lost` says that it was ended because nobody could tell any more when it ends.
    """

    return_code: int
    stdout: Capture
    stderr: Capture
    answer: Capture
    timed_out: bool = False
    is_lost: bool = False
    left: tuple[int, ...] = ()


async def run_process(
    command: Command, *, on_output: OnOutput | None = None, launch: Launch = Spawned
) -> Finished:
    """Runs `command` to its end, its limit or the caller's cancellation.

    At the limit and at cancellation all its descendants get SIGTERM, and SIGKILL after `GRACE`.
    Children that outlive a process which ended by itself are left alone, but not waited for.

    Args:
        command: What to run.
        on_output: Told each chunk of ``stdout`` and ``stderr`` at once. What it raises ends the
            process and is raised here.
        launch: How it is started.

    Raises:
        RunnerError: The process could not be started; the message says why.
        NotStarted: `launch` has not started it.
    """
    import asyncio

    child = _Child(command, asyncio.get_running_loop(), on_output, launch)
    ended, failed = child.process.ended, child.pipes.failed
    try:
        child.pipes.write()
        await child.process.ready()
        done, _ = await asyncio.wait(
            (ended, failed), timeout=command.timeout, return_when=asyncio.FIRST_COMPLETED
        )
        left: tuple[int, ...] = ()
        if not done or child.process.is_lost:
            left = await child.end()
        elif ended in done:
            await child.linger()
        if failed.done():
            failed.result()
    except BaseException:
        await child.end()
        raise
    finally:
        child.close()
    code = child.process.return_code
    return Finished(
        # Of one that could not be ended, though SIGKILL was sent, nobody knows better.
        return_code=-signal.SIGKILL if code is None else code,
        stdout=child.pipes.captures["stdout"],
        stderr=child.pipes.captures["stderr"],
        answer=child.pipes.captures.get("answer") or Capture(0),
        timed_out=not done,
        is_lost=child.process.is_lost,
        left=left,
    )


class _Child:
    """A started process and its pipes. `close` must be called once."""

    def __init__(
        self,
        command: Command,
        loop: "asyncio.AbstractEventLoop",
        on_output: OnOutput | None,
        launch: Launch,
    ) -> None:
        self._command = command
        self._mark = f"{os.getpid()}-{time.monotonic_ns()}"
        limits = {"stdout": command.output_limit, "stderr": command.output_limit}
        if command.answer_limit:
            limits["answer"] = command.answer_limit
        self.pipes = Pipes(loop, command.stdin, limits, on_output)
        self.process = self._start(loop, launch)
        self.pipes.listen()

    async def linger(self) -> None:
        """Output is read until every pipe is closed, `LINGER` seconds at most."""
        import asyncio

        if self.pipes.drain():
            await asyncio.wait([self.pipes.silent], timeout=LINGER)

    async def end(self) -> tuple[int, ...]:
        """All descendants are ended; gives the ids of those that could not be."""
        process = self.process
        if not process.pid:
            return ()
        # Most processes end by themselves.
        from chatops_cli.runners.family import Family
        from chatops_cli.runners.search import this_search

        family, search = Family(process.pid, self._mark), this_search()
        try:
            try:
                await search.send(family, signal.SIGTERM, signal.SIGCONT)
                await family.wait(GRACE, _end_of(process))
            finally:
                # Those that appeared meanwhile are found, too.
                await search.send(family, signal.SIGKILL)
            left = await family.wait(GRACE, _end_of(process))
            if left and self._command.killer is not None:
                await _kill_by(self._command.killer, left)
                left = await family.wait(GRACE, _end_of(process))
        finally:
            family.release()
        self.pipes.drain()
        return left

    def close(self) -> None:
        """The pipes are closed and the process is reaped."""
        self.pipes.close()
        self.process.close(GRACE)

    def _start(self, loop: "asyncio.AbstractEventLoop", launch: Launch) -> Launched:
        command = self._command
        with contextlib.ExitStack() as theirs:
            try:
                ends = Ends(**self.pipes.open(theirs), handed=command.handed)
                return launch(command, ends, self._mark, loop)
            except BaseException as error:
                self.pipes.close()
                if isinstance(error, OSError | ValueError):
                    refusal = explain_refusal(command.arguments[0], command.cwd, error)
                    raise refusal from error
                raise


def _end_of(process: Launched) -> "asyncio.Future[None] | None":
    """What tells that the first process has ended; None where nothing does any more."""
    return None if process.is_lost else process.ended


async def _kill_by(killer: Command, pids: tuple[int, ...]) -> None:
    """`killer` is run with `pids`; that it can't be run changes nothing."""
    arguments = (*killer.arguments, *map(str, pids))
    with contextlib.suppress(RunnerError):
        await run_process(replace(killer, arguments=arguments, killer=None, timeout=GRACE))
