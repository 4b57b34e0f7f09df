"""How a process comes about: what runs it needs to know of it, and the usual way."""

import contextlib
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio
    import subprocess

    from chatops_cli.runners.pipes import Ends
    from chatops_cli.runners.process import Command

ANSWER = "CHATOPS_ANSWER_FD"
"""The variable that tells a child the number of its answer pipe."""

MARK = "CHATOPS_PROCESS"
"""The variable that tells a child's descendants from all other processes. Its value is made anew
for each child: execution ids may repeat, in tests and when an action is run again."""


class NotStarted(Exception):  # noqa: N818  # no error: it is started in another way then
    """The process has not been started, and will not be; nothing of it has run."""


class Launched(Protocol):
    """A process on its way, the leader of a session made for it.

    `pid` is 0 until it is known, and then that process' own until `close`. `ended` is done when it
    has ended; `return_code` is negative for a signal, None where it isn't known. `is_lost` says
    that nobody will tell how it ended, or whether it has.
    """

    pid: int
    is_lost: bool
    ended: "asyncio.Future[None]"

    @property
    def return_code(self) -> int | None: ...

    async def ready(self) -> None:
        """Returns once it has been started, and its `pid` is known.

        Raises:
            NotStarted: It could not be.
        """
        ...

    def close(self, longest: float) -> None:
        """It is reaped, within `longest` seconds or elsewhere."""
        ...


Launch = Callable[["Command", "Ends", str, "asyncio.AbstractEventLoop"], Launched]
"""Starts a command with these ends of pipes and this mark. Raises OSError or ValueError for what
the system refuses, and `NotStarted`."""


class Spawned:
    """A child of this process, started by vfork. It meets `Launched`.

    Popen costs 1.1 times a bare posix_spawn (benchmarks/bench_processes.py) and knows about working
    directories. The child's end is watched through a pidfd in the event loop.
    """

    def __init__(
        self, command: "Command", ends: "Ends", mark: str, loop: "asyncio.AbstractEventLoop"
    ) -> None:
        import subprocess

        handed = dict(ends.handed)
        if ends.answer is not None:
            handed[ANSWER] = ends.answer
        told = {name: str(number) for name, number in handed.items()}
        self._popen = subprocess.Popen(
            command.arguments,
            stdin=subprocess.DEVNULL if ends.stdin is None else ends.stdin,
            stdout=ends.stdout,
            stderr=ends.stderr,
            pass_fds=tuple(handed.values()),
            env={**command.environment, MARK: mark, **told},
            cwd=command.cwd,
            start_new_session=True,
        )
        self._loop = loop
        self._pidfd: int | None = None
        self.pid = self._popen.pid
        self.is_lost = False
        self.ended: asyncio.Future[None] = loop.create_future()
        self._watch()

    @property
    def return_code(self) -> int | None:
        return self._popen.returncode

    async def ready(self) -> None:
        """See `Launched.ready`: it has been started."""

    def close(self, longest: float) -> None:
        """See `Launched.close`: no zombie is left."""
        if self._pidfd is not None:
            self._loop.remove_reader(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = None
        reap(self._popen, longest)

    def _watch(self) -> None:
        try:
            self._pidfd = os.pidfd_open(self.pid)
        except (AttributeError, OSError):  # not Linux, an old one, or no descriptor is left
            _watch_in_thread(self.pid, self._loop, self._set_ended)
        else:
            self._loop.add_reader(self._pidfd, self._set_ended)

    def _set_ended(self) -> None:
        if self._pidfd is not None:
            self._loop.remove_reader(self._pidfd)
        if not self.ended.done():
            self.ended.set_result(None)


def reap(popen: "subprocess.Popen[bytes]", longest: float) -> None:
    """No zombie is left; one that can't be ended is waited for elsewhere."""
    import subprocess
    import threading

    try:
        popen.wait(timeout=longest)
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
