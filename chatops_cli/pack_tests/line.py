"""What the tests of a pack ask of this program, and tell it: a line that their process inherits.

The process writes a JSON object on one line, and reads one.

| do | beside it | answer |
|---|---|---|
| `alias` | name | `pack`, and `alias`: what the file of that alias says |
| `match` | format, message | `found`: the parameters, null where the format doesn't match |
| `tell` | counts, bad, missing | nothing; see `Verdict` |
| `refuse` | why | nothing; pytest can't be imported |
"""

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, NotFoundError, ParameterError
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.pack_tests.strict import StrictFormats

if TYPE_CHECKING:
    import socket

VARIABLE = "CHATOPS_TESTS_FD"
"""The variable that tells the process the number of its end of the line."""
LINE_LIMIT = 8 * 1024 * 1024
"""Bytes of the longest question."""


class Desk:
    """Answers what the tests of one pack ask, and keeps what they tell."""

    def __init__(self, pack: str, read_alias: Callable[[str], JsonObject | None]) -> None:
        self._pack = pack
        self._read_alias = read_alias
        self._formats = StrictFormats()
        self.told: JsonObject | None = None
        self.refused: str | None = None

    def answer(self, line: bytes) -> bytes:
        """The answer to one question, a line too; whatever it is, nothing is raised."""
        try:
            reply = self._reply(_question(line))
        except ChatOpsError as error:
            reply = {"error": f"{error.message} ({error.hint})" if error.hint else error.message}
        return json.dumps(reply, separators=(",", ":")).encode("ascii") + b"\n"

    def _reply(self, question: JsonObject) -> JsonObject:
        match question.get("do"):
            case "alias":
                return {"pack": self._pack, "alias": dict(self._alias(_text(question, "name")))}
            case "match":
                form, message = _text(question, "format"), _text(question, "message")
                found = self._formats.match(form, message)
                return {"found": dict(found) if found is not None else None}
            case "tell":
                self.told = question
            case "refuse":
                self.refused = _text(question, "why")
            case other:
                raise ParameterError(f"the tests ask for {other!r}, which is not known")
        return {}

    def _alias(self, name: str) -> JsonObject:
        found = self._read_alias(name)
        if found is None:
            raise NotFoundError(f"the pack {self._pack} has no alias named {name!r}")
        return found


@contextlib.asynccontextmanager
async def open_line(desk: Desk) -> AsyncIterator[Mapping[str, int]]:
    """The descriptor that the process is to inherit, by its variable, for as long as this runs."""
    import asyncio
    import socket

    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    task = asyncio.create_task(_serve(ours, desk))
    try:
        yield {VARIABLE: theirs.fileno()}
    finally:
        theirs.close()
        task.cancel()
        await asyncio.wait([task])
        ours.close()


async def _serve(ours: "socket.socket", desk: Desk) -> None:
    """Answers until the process hangs up."""
    import asyncio

    reader, writer = await asyncio.open_connection(sock=ours, limit=LINE_LIMIT)
    try:
        with contextlib.suppress(OSError, ValueError):  # it hung up, or the line is too long
            async for line in reader:
                writer.write(desk.answer(line))
                await writer.drain()
    finally:
        writer.close()


def _question(line: bytes) -> JsonObject:
    try:
        question = json.loads(line)
    except (ValueError, RecursionError):
        question = None
    if not isinstance(question, dict):
        raise ParameterError("the question is no JSON object")
    return question


def _text(question: JsonObject, key: str) -> str:
    value: Json = question.get(key)
    if not isinstance(value, str):
        raise ParameterError(f"{key} must be text, not {value!r}")
    return value
