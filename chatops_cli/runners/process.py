"""One way to run a child process: bounded, streamed, limited in time, ended with its whole family.

The child leads a session of its own. Popen starts it by vfork, which costs 1.1 times a bare
posix_spawn (benchmarks/bench_processes.py) and knows about working directories; its end is watched
through a pidfd in the event loop.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.runners.capture import Capture
from chatops_cli.runners.contract import OUTPUT_LIMIT
from chatops_cli.runners.family import Family
from chatops_cli.runners.refusal import explain_refusal

if TYPE_CHECKING:
    import asyncio
    import subprocess

GRACE = 2.0
"""Seconds from SIGTERM to SIGKILL, and from there until what still lives is given up."""

LINGER = 0.5
"""Seconds for which output is awaited after the process has ended: children may hold its pipes."""

ANSWER = "CHATOPS_ANSWER_FD"
"""The variable that tells a child the number of its answer pipe."""

MARK = "CHATOPS_PROCESS"
"""The variable that tells a child's descendants from all other processes. Its value is made anew
for each child: execution ids may repeat, in tests and when an action is run again."""

CHUNK = 64 * 1024
DRAIN_LIMIT = 32
"""Chunks read in one go after the end: more than a pipe holds, less than for ever."""


@frozen
class Command:
    """A process to run. No shell is involved: `arguments` reach it as they are.

    `environment` is all of its environment, but for `MARK` and, with an answer, `ANSWER`. An
    `answer_limit` gives the child a third pipe to write to, and is the number of bytes kept of it
    at its start and at its end. `handed` are descriptors of ours that the child inherits, each by
    the variable that tells it the number. `killer` is a command that may end processes which this
    user may not: their ids are added to its arguments.
    """

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    cwd: str | None = None
    stdin: bytes = b""
    timeout: float | None = None
    output_limit: int = OUTPUT_LIMIT
    answer_limit: int = 0
    handed: Mapping[str, int] = field(default_factory=dict)
    killer: "Command | None" = None


@frozen
class Finished:
    """How a process ended. `return_code` is negative for a signal; `left` could not be ended."""

    return_code: int
    stdout: Capture
    stderr: Capture
    answer: Capture
    timed_out: bool = False
    left: tuple[int, ...] = ()


OnOutput = Callable[[str, bytes], None]


async def run_process(command: Command, *, on_output: OnOutput | None = None) -> Finished:
    """Runs `command` to its end, its limit or the caller's cancellation.

    At the limit and at cancellation all its descendants get SIGTERM, and SIGKILL after `GRACE`.
    Children that outlive a process which ended by itself are left alone, but not waited for.

    Args:
        command: What to run.
        on_output: Told each chunk of ``stdout`` and ``stderr`` at once. What it raises ends the
            process and is raised here.

    Raises:
        RunnerError: The process could not be started; the message says why.
    """
    import asyncio

    child = _Child(command, asyncio.get_running_loop(), on_output)
    try:
        events = (child.ended, child.failed)
        done, _ = await asyncio.wait(
            events, timeout=command.timeout, return_when=asyncio.FIRST_COMPLETED
        )
        left: tuple[int, ...] = ()
        if child.ended in done:
            await child.linger()
        elif not done:
            left = await child.end()
        if child.failed.done():
            child.failed.result()
    except BaseException:
        await child.end()
        raise
    finally:
        child.close()
    return Finished(
        return_code=child.return_code,
        stdout=child.captures["stdout"],
        stderr=child.captures["stderr"],
        answer=child.captures["answer"],
        timed_out=not done,
        left=left,
    )


class _Child:
    """A started process, its pipes and its end. `close` must be called once."""

    def __init__(
        self, command: Command, loop: "asyncio.AbstractEventLoop", on_output: OnOutput | None
    ) -> None:
        self._command = command
        self._loop = loop
        self._on_output = on_output
        self._readers: dict[int, str] = {}
        self._writer: int | None = None
        self._unwritten = memoryview(command.stdin)
        self._pidfd: int | None = None
        self._mark = f"{os.getpid()}-{time.monotonic_ns()}"
        self.captures = {
            "stdout": Capture(command.output_limit),
            "stderr": Capture(command.output_limit),
            "answer": Capture(command.answer_limit),
        }
        self.ended: asyncio.Future[None] = loop.create_future()
        self.failed: asyncio.Future[None] = loop.create_future()
        self._silent: asyncio.Future[None] = loop.create_future()
        self._popen = self._start()
        self._watch()

    @property
    def return_code(self) -> int:
        """What it ended with. -9 for one that could not be ended, though SIGKILL was sent."""
        code = self._popen.returncode
        return -signal.SIGKILL if code is None else code

    async def linger(self) -> None:
        """Output is read until every pipe is closed, `LINGER` seconds at most."""
        import asyncio

        for fd in tuple(self._readers):
            self._drain(fd)
        if self._readers:
            await asyncio.wait([self._silent], timeout=LINGER)

    async def end(self) -> tuple[int, ...]:
        """All descendants are ended; gives the ids of those that could not be."""
        family = Family(self._popen.pid, f"{MARK}={self._mark}".encode())
        try:
            family.stop()
            family.send(signal.SIGTERM)
            family.send(signal.SIGCONT)
            try:
                await family.wait(GRACE, self.ended)
            finally:
                family.kill()
            left = await family.wait(GRACE, self.ended)
            if left and self._command.killer is not None:
                await _kill_by(self._command.killer, left)
                left = await family.wait(GRACE, self.ended)
        finally:
            family.release()
        for fd in tuple(self._readers):
            self._drain(fd)
        return left

    def close(self) -> None:
        """The pipes are closed and the process is reaped."""
        if self._writer is not None:
            self._stop_writing()
        for fd in tuple(self._readers):
            self._stop_reading(fd)
        if self._pidfd is not None:
            self._loop.remove_reader(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = None
        if self.failed.done():
            self.failed.exception()  # asked for, or asyncio complains that nobody did
        _reap(self._popen)

    def _start(self) -> "subprocess.Popen[bytes]":
        import subprocess

        command = self._command
        with contextlib.ExitStack() as theirs:
            try:
                stdin: int = subprocess.DEVNULL
                if command.stdin:
                    stdin, self._writer = os.pipe()
                    theirs.callback(os.close, stdin)
                names = (
                    ("stdout", "stderr", "answer") if command.answer_limit else ("stdout", "stderr")
                )
                ends = {name: self._open_reader(name, theirs) for name in names}
                handed = dict(command.handed)
                if "answer" in ends:
                    handed[ANSWER] = ends["answer"]
                told = {name: str(number) for name, number in handed.items()}
                return subprocess.Popen(
                    command.arguments,
                    stdin=stdin,
                    stdout=ends["stdout"],
                    stderr=ends["stderr"],
                    pass_fds=tuple(handed.values()),
                    env={**command.environment, MARK: self._mark, **told},
                    cwd=command.cwd,
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                for fd in (*self._readers, *([] if self._writer is None else [self._writer])):
                    os.close(fd)
                raise explain_refusal(command.arguments[0], command.cwd, error) from error

    def _open_reader(self, name: str, theirs: contextlib.ExitStack) -> int:
        ours, end = os.pipe()
        theirs.callback(os.close, end)
        os.set_blocking(ours, False)
        self._readers[ours] = name
        return end

    def _watch(self) -> None:
        """The child's end and its pipes are told to the event loop."""
        for fd in self._readers:
            self._loop.add_reader(fd, self._read, fd)
        if self._writer is not None:
            os.set_blocking(self._writer, False)
            self._write()
        try:
            self._pidfd = os.pidfd_open(self._popen.pid)
        except (AttributeError, OSError):  # not Linux, an old one, or no descriptor is left
            _watch_in_thread(self._popen.pid, self._loop, self._set_ended)
        else:
            self._loop.add_reader(self._pidfd, self._set_ended)

    def _set_ended(self) -> None:
        if self._pidfd is not None:
            self._loop.remove_reader(self._pidfd)
        if not self.ended.done():
            self.ended.set_result(None)

    def _read(self, fd: int) -> bool:
        """One chunk is read; whether there may be more at once."""
        try:
            chunk = os.read(fd, CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            self._stop_reading(fd)
            return False
        name = self._readers[fd]
        self.captures[name].feed(chunk)
        if self._on_output is not None and name != "answer":
            try:
                self._on_output(name, chunk)
            except Exception as error:  # noqa: BLE001  # handed on to whoever awaits the process
                self._on_output = None
                self.failed.set_exception(error)
        return True

    def _drain(self, fd: int) -> None:
        for _ in range(DRAIN_LIMIT):
            if not self._read(fd):
                return

    def _stop_reading(self, fd: int) -> None:
        self._loop.remove_reader(fd)
        os.close(fd)
        del self._readers[fd]
        if not self._readers and not self._silent.done():
            self._silent.set_result(None)

    def _write(self) -> None:
        """As much is written as the pipe takes; the rest when it has room again."""
        assert self._writer is not None
        try:
            self._unwritten = self._unwritten[os.write(self._writer, self._unwritten) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:  # it doesn't want to read: its own matter
            self._unwritten = self._unwritten[:0]
        if self._unwritten:
            self._loop.add_writer(self._writer, self._write)
        else:
            self._stop_writing()

    def _stop_writing(self) -> None:
        assert self._writer is not None
        self._loop.remove_writer(self._writer)
        os.close(self._writer)
        self._writer = None


async def _kill_by(killer: Command, pids: tuple[int, ...]) -> None:
    """`killer` is run with `pids`; that it can't be run changes nothing."""
    arguments = (*killer.arguments, *map(str, pids))
    with contextlib.suppress(RunnerError):
        await run_process(replace(killer, arguments=arguments, killer=None, timeout=GRACE))


def _reap(popen: "subprocess.Popen[bytes]") -> None:
    """No zombie is left; one that can't be ended is waited for elsewhere."""
    import subprocess
    import threading

    try:
        popen.wait(timeout=GRACE)
    except subprocess.TimeoutExpired:
        threading.Thread(target=popen.wait, daemon=True).start()


def _watch_in_thread(
    pid: int, loop: "asyncio.AbstractEventLoop", ended: Callable[[], None]
) -> None:
    """`ended` is called in `loop` when the child `pid` has ended; it is left to be reaped."""
    import threading

    def wait() -> None:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(ended)

    threading.Thread(target=wait, daemon=True).start()
