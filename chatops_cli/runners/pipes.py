"""The pipes of a process, from this side: read as output comes, written as there is room."""

import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from chatops_cli.model.frozen import frozen
from chatops_cli.runners.capture import Capture
from chatops_cli.runners.contract import OnOutput

if TYPE_CHECKING:
    import asyncio

ANSWER = "answer"
CHUNK = 64 * 1024
DRAIN_LIMIT = 32
"""Chunks read in one go after the end: more than a pipe holds, less than for ever."""

Text = bytes | Callable[[], bytes]
"""What a process is to read: what makes it is asked once the process is on its way."""


@frozen
class Ends:
    """The ends of the pipes that the process is to have; they are closed here once it has them.

    `stdin` is None where there is nothing to read, `answer` where none is expected. `handed` are
    further descriptors, which stay open here, by the variable that tells their number.
    """

    stdout: int
    stderr: int
    stdin: int | None = None
    answer: int | None = None
    handed: Mapping[str, int] = field(default_factory=dict)


class Pipes:
    """What a process writes is captured, and told to `on_output`; what it is to read is written.

    `failed` holds what `on_output` raised, `silent` is done when every pipe is closed. `close` must
    be called once.

    Args:
        loop: The event loop that runs.
        text: What the process finds on stdin, which is None where that is empty.
        limits: The streams, with the number of bytes that are kept of start and end of each.
        on_output: Told each chunk of every stream but the answer.
    """

    def __init__(
        self,
        loop: "asyncio.AbstractEventLoop",
        text: Text,
        limits: Mapping[str, int],
        on_output: OnOutput | None,
    ) -> None:
        self._loop = loop
        self._text = text
        self._unwritten = memoryview(b"")
        self._on_output = on_output
        self._readers: dict[int, str] = {}
        self._writer: int | None = None
        self.captures = {name: Capture(limit) for name, limit in limits.items()}
        self.failed: asyncio.Future[None] = loop.create_future()
        self.silent: asyncio.Future[None] = loop.create_future()

    def open(self, theirs: contextlib.ExitStack) -> dict[str, int]:
        """The process' ends by stream, which `theirs` closes; no stdin where there is no text.

        Raises:
            OSError: No more descriptors can be had. Those that were opened are closed by `close`.
        """
        ends = {}
        if self._text:
            ends["stdin"], self._writer = os.pipe()
            theirs.callback(os.close, ends["stdin"])
        for name in self.captures:
            ours, ends[name] = os.pipe()
            theirs.callback(os.close, ends[name])
            os.set_blocking(ours, False)
            self._readers[ours] = name
        return ends

    def listen(self) -> None:
        """What comes is read from now on."""
        for fd in self._readers:
            self._loop.add_reader(fd, self._read, fd)

    def write(self) -> None:
        """As much is written as the pipe takes; the rest when it has room again.

        What a text that is yet to be made raises is raised here.
        """
        if self._writer is None:
            return
        text, self._text = self._text, b""
        self._unwritten = memoryview(text if isinstance(text, bytes) else text())
        os.set_blocking(self._writer, False)
        self._write(self._writer)

    def drain(self) -> bool:
        """What is there is read; whether more can come."""
        for fd in tuple(self._readers):
            for _ in range(DRAIN_LIMIT):
                if not self._read(fd):
                    break
        return bool(self._readers)

    def close(self) -> None:
        """Our ends are closed, read and written or not."""
        if self._writer is not None:
            self._stop_writing(self._writer)
        for fd in tuple(self._readers):
            self._stop_reading(fd)
        if self.failed.done():
            self.failed.exception()  # asked for, or asyncio complains that nobody did

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
        if self._on_output is not None and name != ANSWER:
            try:
                self._on_output(name, chunk)
            except Exception as error:  # noqa: BLE001  # handed on to whoever awaits the process
                self._on_output = None
                self.failed.set_exception(error)
        return True

    def _stop_reading(self, fd: int) -> None:
        self._loop.remove_reader(fd)
        os.close(fd)
        del self._readers[fd]
        if not self._readers and not self.silent.done():
            self.silent.set_result(None)

    def _write(self, fd: int) -> None:
        try:
            self._unwritten = self._unwritten[os.write(fd, self._unwritten) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:  # it doesn't want to read: its own matter
            self._unwritten = self._unwritten[:0]
        if self._unwritten:
            self._loop.add_writer(fd, self._write, fd)
        else:
            self._stop_writing(fd)

    def _stop_writing(self, fd: int) -> None:
        self._loop.remove_writer(fd)
        os.close(fd)
        self._writer = None
