"""Lines of a script as they come: a pipe may be slow, and what goes on meanwhile isn't held up."""

import os
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, BinaryIO

from chatops_cli.aliases.table import MESSAGE_LIMIT

if TYPE_CHECKING:
    import asyncio

CHUNK = 65_536
LONGEST = MESSAGE_LIMIT + 2
"""Bytes that are kept of a line: what is longer is refused, and can't fill the memory."""


async def lines_of(source: BinaryIO) -> AsyncIterator[bytes]:
    """Each line without its end; of one that is too long, as much as shows that it is."""
    cut = Cutter()
    async for chunk in _chunks(source):
        for line in cut.lines(chunk):
            yield line
    if (rest := cut.rest()) is not None:
        yield rest


class Cutter:
    """Cuts chunks into lines."""

    def __init__(self) -> None:
        self._begun: bytes | None = None

    def lines(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that end in this chunk."""
        *ended, rest = chunk.split(b"\n")
        for line in ended:
            yield ((self._begun or b"") + line)[:LONGEST].removesuffix(b"\r")
            self._begun = None
        if rest:
            self._begun = ((self._begun or b"") + rest)[:LONGEST]

    def rest(self) -> bytes | None:
        """The last line, where it has no end."""
        return None if self._begun is None else self._begun.removesuffix(b"\r")


async def _chunks(source: BinaryIO) -> AsyncIterator[bytes]:
    try:
        number = source.fileno()
    except OSError:  # no descriptor at all: reading it doesn't wait
        number = -1
    while chunk := os.read(number, CHUNK) if await _readable(number) else source.read(CHUNK):
        yield chunk


async def _readable(number: int) -> bool:
    """Waits until there is something to read; False for what can't be waited for: files."""
    import asyncio

    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    try:
        loop.add_reader(number, _resolve, ready)
    except (OSError, ValueError):
        return False
    try:
        await ready
    finally:
        loop.remove_reader(number)
    return True


def _resolve(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
