"""Standard input and output, or files, as a network: a JSON object on each line.

In: ``{"user": "ann", "text": "!ping", "room": "#ops", "id": "1", "thread": "t", "direct": false,
"edited": false, "name": "Ann", "workspace": ""}``; only user and text must be there. Out:
``{"key": …, "room": …, "text": …}`` with thread and attachments where there are some, and
``update`` with the key of the post that it changes. When the input ends, so does the bridge.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

from chatops_cli.bridge.adapters.json_messages import message_in, said_in
from chatops_cli.bridge.contract import (
    Capabilities,
    Check,
    Context,
    LineError,
    Posting,
    RefusedError,
    Take,
)
from chatops_cli.model.chat import Message
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.reading.reader import Reader
from chatops_cli.rendering.networks import Markup, Network, Unit

NETWORK = "jsonl"
LONGEST = 1_048_576
"""Bytes of a line; a longer one is passed over."""
_LIMITS = Network(
    name=NETWORK,
    limit=100_000,
    unit=Unit.CHARACTERS,
    markup=Markup.MARKDOWN,
    attachments=True,
    threads=True,
)


@frozen
class Options:
    """Files in place of the standard streams; ``-`` is the standard one."""

    input: str = "-"
    output: str = "-"


def read(reader: Reader) -> Options:
    """See `contract.AdapterModule.read`."""
    return Options(input=reader.text("input", "-"), output=reader.text("output", "-"))


def make(options: object, context: Context) -> "JsonLines":
    """See `contract.AdapterModule.make`."""
    if not isinstance(options, Options):
        raise TypeError(f"{options!r} are no options of {NETWORK}")
    return JsonLines(options, context)


class JsonLines:
    """Reads messages, one a line, and writes posts. It meets `contract.Adapter`."""

    network = _LIMITS
    capabilities = Capabilities(
        edits=True, reactions=True, files=True, keys=True, burst=1000, pace=0, local=True
    )

    def __init__(self, options: Options, context: Context) -> None:
        self._options = options
        self._context = context
        self._output: int | None = None
        self._is_over = False

    async def connect(self) -> None:
        """See `contract.Adapter.connect`."""
        if self._is_over:
            raise RefusedError("the input has ended", hint="start the bridge again")
        try:
            self._output = _opened(self._options.output)
        except OSError as error:
            raise RefusedError(f"{self._options.output}: {error.strerror}") from error

    async def hear(self, take: Take) -> None:
        """See `contract.Adapter.hear`."""
        async for line in _lines(self._options.input):
            message = self._message(line)
            if message is not None:
                await take(message)
        self._is_over = True

    async def post(self, posting: Posting) -> str:
        """See `contract.Adapter.post`."""
        await self._write(said_in(posting))
        return posting.key

    async def update(self, posting: Posting, post_id: str) -> None:
        """See `contract.Adapter.update`."""
        await self._write({**said_in(posting), "update": post_id})

    async def upload(self, posting: Posting, name: str, text: str) -> str:
        """See `contract.Adapter.upload`."""
        await self._write({**said_in(posting), "file": {"name": name, "text": text}})
        return posting.key

    async def react(self, room: str, message_id: str, sign: str) -> None:
        """See `contract.Adapter.react`."""
        await self._write({"room": room, "message_id": message_id, "reaction": sign})

    async def check(self) -> tuple[Check, ...]:
        """See `contract.Adapter.check`."""
        place = self._options.input
        if place == "-" or os.path.exists(place):  # noqa: ASYNC240, PTH110  # one look at a local file
            return (Check(name="input", is_fine=True, told=place),)
        return (Check(name="input", is_fine=False, told=f"{place} does not exist", mend="make it"),)

    async def close(self) -> None:
        """See `contract.Adapter.close`."""
        output, self._output = self._output, None
        if output not in {None, 1}:
            os.close(output or 0)

    def _message(self, line: bytes) -> Message | None:
        try:
            data = json.loads(line)
            return message_in(data, self._context, NETWORK)
        except (ValueError, TypeError, RecursionError) as error:
            _complain(f"passed over a line that is no message: {error}")
            return None

    async def _write(self, data: JsonObject) -> None:
        if self._output is None:
            raise LineError("the output is closed")
        rest = memoryview(json.dumps(data).encode("ascii") + b"\n")
        try:
            while rest:
                rest = rest[os.write(self._output, rest) :]
        except OSError as error:
            raise LineError(f"the output can't be written: {error.strerror}") from error


async def _lines(place: str) -> AsyncIterator[bytes]:
    """The lines of a file or of standard input; a waiting reader keeps nobody else waiting."""
    loop = asyncio.get_running_loop()
    with os.fdopen(0 if place == "-" else _reading(place), "rb", closefd=place != "-") as file:
        reader = asyncio.StreamReader(limit=LONGEST)
        try:
            transport, _ = await loop.connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), file
            )
        except ValueError:  # a plain file is no pipe, and never keeps anybody waiting
            for line in file:
                yield line
                await asyncio.sleep(0)
            return
        try:
            while True:
                try:
                    line = await reader.readline()
                except ValueError:
                    _complain(f"passed over a line of more than {LONGEST:,} bytes")
                    continue
                if not line:
                    return
                if line.strip():
                    yield line
        finally:
            transport.close()


def _reading(place: str) -> int:
    try:
        return os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise RefusedError(f"{place}: {error.strerror}") from error


def _opened(place: str) -> int:
    if place == "-":
        return 1
    return os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _complain(text: str) -> None:
    with suppress(OSError, ValueError):
        sys.stderr.write(f"jsonl: {text}\n")
