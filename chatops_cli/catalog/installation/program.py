"""A program that is run to its end, or ended with all that it has started."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO

_KEPT = 64 * 1024
"""Bytes of what it complains about that are kept."""
_GRACE = 5.0


class Failure(Exception):  # noqa: N818  # its catchers make it an error for a person
    """The program can't be run, failed or took too long. `said` is what it complained about."""

    def __init__(self, how: str, said: str = "") -> None:
        super().__init__(how)
        self.how = how
        self.said = said


def run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    seconds: float,
    heed: Callable[[bytes], None] | None = None,
) -> bytes:
    """What the program writes; its complaints go to `heed` as they come, by line.

    Raises:
        Failure: It can't be run, fails or takes longer.
    """
    with stream(arguments, environment, seconds=seconds, heed=heed) as output:
        return output.read()


@contextmanager
def stream(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    seconds: float,
    heed: Callable[[bytes], None] | None = None,
) -> Iterator[IO[bytes]]:
    """What the program writes, as it comes. When the block ends, so does the program.

    Raises:
        Failure: It can't be run, fails or takes longer.
    """
    try:
        # A group of its own: a Ctrl-C is ours to answer, and all of it can be ended at once.
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            process_group=0,
        )
    except FileNotFoundError as error:
        raise Failure(f"the program {arguments[0]} is not installed") from error
    except OSError as error:
        raise Failure(f"{arguments[0]} can't be started: {error.strerror}") from error
    assert process.stdout is not None
    assert process.stderr is not None
    listening = _Listening(process.stderr, heed)
    is_late = threading.Event()
    timer = threading.Timer(seconds, _end, (process, is_late))
    timer.daemon = True
    timer.start()
    try:
        yield process.stdout
        process.stdout.read()  # what is behind the end of an archive
        code = process.wait()
    except BaseException:
        _end(process)
        if is_late.is_set():
            raise Failure(f"it took longer than {seconds:g} s", listening.text()) from None
        raise
    finally:
        timer.cancel()
        _end(process)
        process.stdout.close()
        listening.close()
    if is_late.is_set():
        raise Failure(f"it took longer than {seconds:g} s", listening.text())
    if code:
        raise Failure(f"exit code {code}", listening.text())


class _Listening:
    """Reads what a program complains about, in a thread, and keeps the end of it."""

    def __init__(self, complaints: IO[bytes], heed: Callable[[bytes], None] | None) -> None:
        self._complaints = complaints
        self._heed = heed
        self._kept = b""
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def text(self) -> str:
        """What was said."""
        self._thread.join(_GRACE)
        return self._kept.replace(b"\r", b"\n").decode("utf-8", "replace")

    def close(self) -> None:
        """No more is listened to."""
        self._thread.join(_GRACE)
        # A connection that ssh keeps for later holds the pipe open; then it stays so.
        if not self._thread.is_alive():
            self._complaints.close()

    def _listen(self) -> None:
        while chunk := os.read(self._complaints.fileno(), 8192):
            self._kept = (self._kept + chunk)[-_KEPT:]
            if self._heed is not None:
                for line in chunk.replace(b"\r", b"\n").splitlines():
                    self._heed(line)


def _end(process: "subprocess.Popen[bytes]", is_late: threading.Event | None = None) -> None:
    if process.poll() is None:
        if is_late is not None:
            is_late.set()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if is_late is None:
            process.wait()
