"""One program run to its end: its lines as they come; nothing of it is left if it is broken off."""

import contextlib
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.errors import SetupError

if TYPE_CHECKING:
    import asyncio
    from asyncio.subprocess import Process

GRACE = 3.0
"""Seconds that a program has to end after SIGTERM, and its last output to arrive."""

_CHUNK = 65_536
_LONGEST = 4096
"""Characters of a line that is handed on."""


async def run_command(
    arguments: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    on_line: Callable[[str], None],
    timeout: float,  # noqa: ASYNC109  # the program is ended here, not by the caller
) -> int:
    """The exit code of a program without standard input, in a session and group of its own.

    Standard output and error are one stream of lines. Whoever cancels this, and the time limit,
    end the group: SIGTERM, then SIGKILL.

    Raises:
        SetupError: It can't be started, or took longer than `timeout` seconds.
    """
    import asyncio

    ours, theirs = os.pipe()
    lines = asyncio.StreamReader()
    with contextlib.closing(await _open(ours, lines)):
        try:
            process = await asyncio.create_subprocess_exec(
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                cwd=cwd,
                env=environment,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise SetupError(f"'{arguments[0]}' can't be started: {error}") from error
        finally:
            os.close(theirs)
        reading = asyncio.create_task(_read(lines, on_line))
        try:
            async with asyncio.timeout(timeout):
                code = await process.wait()
        except TimeoutError:
            raise SetupError(f"it took longer than {timeout:g} s") from None
        else:
            await asyncio.wait([reading], timeout=GRACE)
            return code
        finally:
            await _end(process)
            reading.cancel()


async def _open(number: int, lines: "asyncio.StreamReader") -> "asyncio.ReadTransport":
    import asyncio

    loop = asyncio.get_running_loop()
    pipe = os.fdopen(number, "rb", buffering=0)
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), pipe)
    return transport


async def _read(lines: "asyncio.StreamReader", on_line: Callable[[str], None]) -> None:
    from codecs import getincrementaldecoder

    decoder = getincrementaldecoder("utf-8")("replace")
    rest = ""
    while chunk := await lines.read(_CHUNK):
        *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        rest = rest[-_LONGEST:]
        for line in whole:
            on_line(line.rstrip()[:_LONGEST])
    if rest.rstrip():
        on_line(rest.rstrip())


async def _end(process: "Process") -> None:
    """Nothing of its group runs."""
    import asyncio

    if process.returncode is None:
        _send(process.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await process.wait()
    # Also what it has left behind: nothing may write into a folder that is thrown away.
    _send(process.pid, signal.SIGKILL)
    await process.wait()


def _send(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
