"""The adapter of JSON lines, through a named pipe and a file."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatops_cli.bridge.adapters import jsonl
from tests.bridge.conformance import Conformance
from tests.support.bridges import Seen, World


class Pipe:
    """A program that writes messages to a pipe, and reads posts from a file."""

    network = "jsonl"
    workspace = ""
    room = "#ops"

    def __init__(self, folder: Path) -> None:
        self.users = {"ann": "ann", "bob": "bob"}
        self._input, self._output = folder / "in", folder / "out"
        os.mkfifo(self._input)
        # Open for both, so that neither side ever waits for the other, nor sees an end.
        self._pipe = os.open(self._input, os.O_RDWR)
        self.options = f"input: {self._input}\noutput: {self._output}"
        self._said: dict[str, dict[str, object]] = {}

    def close(self) -> None:
        os.close(self._pipe)

    async def say(
        self, who: str, text: str, *, thread: str | None = None, direct: bool = False
    ) -> str:
        number = f"m{len(self._said)}"
        room = f"@{who}" if direct else self.room
        self._said[number] = {
            "id": number,
            "user": who,
            "text": text,
            "room": room,
            "thread": thread,
            "direct": direct,
        }
        await self.again(number)
        return number

    async def edit(self, who: str, message_id: str, text: str) -> None:
        assert self._said[message_id]["user"] == who
        self._said[message_id] = {**self._said[message_id], "text": text, "edited": True}
        await self.again(message_id)

    async def again(self, message_id: str) -> None:
        os.write(self._pipe, json.dumps(self._said[message_id]).encode() + b"\n")

    async def posts(self) -> list[Seen]:
        if not self._output.exists():
            return []
        found: dict[str, Seen] = {}
        for line in self._output.read_text().splitlines():
            data = json.loads(line)
            if "reaction" in data or data["room"] != self.room:
                continue
            key = data.get("update") or data["key"]
            file = data.get("file", {}).get("text", "")
            found[key] = Seen(data["text"], data["room"], data.get("thread"), key, file=file)
        return list(found.values())

    async def drop(self) -> None:
        raise NotImplementedError

    async def limit(self) -> None:
        raise NotImplementedError

    def bad_options(self) -> str:
        raise NotImplementedError


class TestJsonLines(Conformance):
    """The suite of all adapters."""

    MODULE = jsonl
    CAN = frozenset({"direct", "thread", "edit", "update", "duplicate", "react", "file"})

    @pytest.fixture
    def world(self, tmp_path: Path) -> Iterator[World]:
        pipe = Pipe(tmp_path)
        yield pipe
        pipe.close()
