"""A line by which a process that was started here asks this program, while it runs.

The process inherits its end of it. It writes a JSON object on one line, and reads one.
"""

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.errors import RunnerError
from chatops_cli.model.json import Json, JsonObject

if TYPE_CHECKING:
    import asyncio
    import socket

LIMIT = 8 * 1024 * 1024
"""Bytes of the longest question: a value of the datastore of the greatest size, each character
escaped."""
CHUNK = 64 * 1024

Answer: TypeAlias = Callable[[bytes], bytes]
"""The answer to one question, a line too; whatever the question, nothing is raised."""


@contextlib.asynccontextmanager
async def open_line(variable: str, answer: Answer) -> AsyncIterator[Mapping[str, int]]:
    """The descriptor that a process is to inherit, by its variable, for as long as the block runs.

    What the process asks is answered meanwhile, one question after the other, in another thread:
    the disk may be slow.

    Raises:
        RunnerError: No more descriptors can be had.
    """
    import asyncio
    import socket

    try:
        ours, theirs = socket.socketpair()
    except OSError as error:
        raise RunnerError(
            f"the process can't be given a line to this program: {error.strerror}"
        ) from error
    ours.setblocking(False)
    task = asyncio.get_running_loop().create_task(_serve(ours, answer))
    try:
        yield {variable: theirs.fileno()}
    finally:
        theirs.close()
        try:
            await _end(task)
        finally:
            ours.close()  # a task that was ended before it began has not


def read_object(line: bytes) -> dict[str, Json] | None:
    """The object of a question, None where it is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def write_object(reply: JsonObject) -> bytes:
    """An answer as its line."""
    return json.dumps(reply, separators=(",", ":")).encode("ascii") + b"\n"


async def _serve(ours: "socket.socket", answer: Answer) -> None:
    """Answers until the process hangs up, or says what is no line."""
    import asyncio

    loop = asyncio.get_running_loop()
    held = bytearray()
    with ours, contextlib.suppress(OSError):
        while chunk := await loop.sock_recv(ours, CHUNK):
            held += chunk
            while b"\n" in chunk and (end := held.find(b"\n")) >= 0:
                line = bytes(held[:end])
                del held[: end + 1]
                await loop.sock_sendall(ours, await asyncio.to_thread(answer, line))
            if len(held) > LIMIT:
                return


async def _end(task: "asyncio.Task[None]") -> None:
    """The line is closed; what went wrong on it that is a bug is raised."""
    import asyncio

    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
