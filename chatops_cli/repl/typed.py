"""What was typed in earlier sessions, on disk: only lines that are known to have no secret."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import suppress
from pathlib import Path

from prompt_toolkit.history import History

from chatops_cli.errors import RecordError
from chatops_cli.records.atomic import make_folder, write_file

NAME = "repl_history"
"""The file in the state folder: a JSON text a line, the oldest first."""
KEPT = 1_000


class TypedHistory(History):
    """Lines of this session and of earlier ones; what can't be kept is forgotten without a word.

    Until `keep_in` says where lines are kept, none are: whoever wants them waits.
    """

    def __init__(self) -> None:
        super().__init__()
        self._file: Path | None = None
        self._is_harmless: Callable[[str], bool] = lambda _: False
        self._is_known = asyncio.Event()

    def keep_in(self, file: Path, *, is_harmless: Callable[[str], bool]) -> None:
        """Lines are kept in this file, those that may be."""
        self._file, self._is_harmless = file, is_harmless
        self._is_known.set()

    async def load(self) -> AsyncGenerator[str, None]:
        """The lines of earlier sessions, when it is known where they are."""
        await self._is_known.wait()
        async for line in super().load():
            yield line

    def load_history_strings(self) -> Iterable[str]:
        """The lines of earlier sessions, the newest first."""
        return reversed(self._read())

    def store_string(self, string: str) -> None:
        """A line is kept, if it may be."""
        if self._file is None or not self._is_harmless(string):
            return
        lines = self._read()
        if lines[-1:] == [string]:
            return
        data = "".join(f"{json.dumps(line)}\n" for line in [*lines, string][-KEPT:])
        with suppress(OSError, RecordError):
            make_folder(self._file.parent)
            write_file(self._file, data.encode())

    def _read(self) -> list[str]:
        if self._file is None:
            return []
        try:
            data = self._file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        lines: list[str] = []
        for line in data.splitlines():
            with suppress(ValueError):
                value = json.loads(line)
                if isinstance(value, str):
                    lines.append(value)
        return lines[-KEPT:]
