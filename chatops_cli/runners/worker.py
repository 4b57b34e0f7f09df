"""A worker: a clean process of a pack's interpreter, which forks a process for each action.

This side of it; the other one is ``st2/_chatops_worker.py``. It is given descriptors, the mark and
the action's ref, and never what the action is given: that goes to the forked process alone. That
one tells its id before it does anything, and ends where nobody listens: nothing of an action has
run where a worker dies too early or takes too long.
"""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.runners.interpreter import flags_of
from chatops_cli.runners.launch import MARK, NotStarted, reap

if TYPE_CHECKING:
    import asyncio

    from chatops_cli.runners.pipes import Ends
    from chatops_cli.runners.process import Command

SCRIPT = Path(__file__).resolve().parent.parent / "st2" / "_chatops_worker.py"
START_LIMIT = 10.0
"""Seconds in which a worker has to fork; one that doesn't is given up."""
LABEL_SIZE = 100
"""Bytes that the process list has for the ref of an action."""
MARK_PLACE = "-" * 60
"""What stands in a worker's environment where a forked process writes its mark."""
SHORTEST_END = 0.2
"""Seconds in which a worker is awaited that was told to end."""


class Worker:
    """A running worker.

    Args:
        python: The interpreter.
        pack: Whose worker it is, for the process list.
        environment: What it is started with. It is what every process that it forks starts with.
        idle: Seconds without an action after which it ends by itself.

    Raises:
        OSError: It can't be started.
    """

    def __init__(
        self, python: str, pack: str, environment: Mapping[str, str], *, idle: float
    ) -> None:
        import socket
        import subprocess

        self.has_served = False
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setblocking(False)
        with contextlib.ExitStack() as ends:
            ends.callback(theirs.close)
            try:
                # Pipes, though nobody reads them: Python looks at what its streams are when it
                # starts, and the streams of actions are pipes.
                unread, nowhere = os.pipe()
                ends.callback(os.close, nowhere)
                os.close(unread)
                self._popen = subprocess.Popen(
                    (python, *flags_of(python), str(SCRIPT), str(idle), pack.ljust(LABEL_SIZE)),
                    stdin=theirs.fileno(),
                    stdout=nowhere,
                    stderr=nowhere,
                    env={MARK: MARK_PLACE, **environment},  # first: that is where it is looked for
                    start_new_session=True,
                )
            except BaseException:
                self._control.close()
                raise

    @property
    def pid(self) -> int:
        """Its process' id."""
        return self._popen.pid

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._popen.poll() is None

    def launch(
        self, command: "Command", ends: "Ends", mark: str, loop: "asyncio.AbstractEventLoop"
    ) -> "Forked":
        """Has a process forked. What runs in it comes by its stdin. See `launch.Launch`."""
        return Forked(self, command.arguments[-1], ends, mark, loop)

    def send(self, packet: bytes, descriptors: tuple[int, ...]) -> None:
        """Asks for a process.

        Raises:
            NotStarted: It has ended, or has more to do than it can be told.
        """
        import socket

        try:
            socket.send_fds(self._control, [packet], descriptors)
        except OSError as error:
            raise NotStarted from error

    def retire(self) -> None:
        """It ends when the processes that it has forked have ended; it can't be used any more."""
        self._control.close()

    def kill(self) -> None:
        """It is ended at once; processes that it has forked are left as they are."""
        self._popen.kill()

    def reap(self) -> bool:
        """Whether it has ended, and is reaped."""
        return self._popen.poll() is not None

    def wait(self) -> None:
        """It is reaped within a moment, or elsewhere."""
        reap(self._popen, SHORTEST_END)


class Forked:
    """A process that a worker forks for one action. It meets `launch.Launched`."""

    def __init__(
        self, worker: Worker, ref: str, ends: "Ends", mark: str, loop: "asyncio.AbstractEventLoop"
    ) -> None:
        import socket

        self.pid = 0
        self.is_lost = False
        self.return_code: int | None = None
        self.ended: asyncio.Future[None] = loop.create_future()
        self._begun: asyncio.Future[None] = loop.create_future()
        self._worker = worker
        self._loop = loop
        self._text = b""
        assert ends.stdin is not None
        assert ends.answer is not None
        # A socket, not a pipe: it can be closed for what comes, and then read to its end.
        self._report, theirs = socket.socketpair()
        with theirs:
            try:
                self._report.setblocking(False)
                streams = (ends.stdin, ends.stdout, ends.stderr, ends.answer)
                packet = f"{mark}\0{ref}".encode()
                worker.send(packet, (theirs.fileno(), *streams, *ends.handed.values()))
            except BaseException:
                self._report.close()
                raise
        loop.add_reader(self._report, self._read)

    async def ready(self) -> None:
        """See `launch.Launched.ready`. Cancelled, it may have been started: then `pid` is known."""
        import asyncio

        try:
            async with asyncio.timeout(START_LIMIT):
                await self._begun
        except TimeoutError:
            self._worker.kill()
        finally:
            if not self.pid:
                self._refuse()
        if not self.pid:
            raise NotStarted
        self._worker.has_served = True

    def close(self, longest: float) -> None:
        """See `launch.Launched.close`: the worker reaps it."""
        del longest
        self._loop.remove_reader(self._report)
        self._report.close()

    def _refuse(self) -> None:
        """A process that has not told its id by now can't do so any more, and ends."""
        import socket

        self._report.shutdown(socket.SHUT_RD)
        self._read()

    def _read(self) -> None:
        """The process tells its id, the worker then its return code."""
        with contextlib.suppress(BlockingIOError):
            chunk = self._report.recv(64)
            self._text += chunk
            if not chunk:
                self._loop.remove_reader(self._report)
                self.is_lost = self.pid != 0 and self.return_code is None
                self._settle()
                return
        words = self._text.split(b"\n")[:-1]
        if words:
            self.pid = int(words[0])
            if not self._begun.done():
                self._begun.set_result(None)
        if len(words) > 1:
            self.return_code = int(words[1])
            self._settle()

    def _settle(self) -> None:
        for future in (self._begun, self.ended):
            if not future.done():
                future.set_result(None)
