"""A program in a real pseudo-terminal, and the screen that it draws there."""

import difflib
import os
import re
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte

DEADLINE = 60.0
"""Seconds for what should be there in no time."""
UPDATE = "UPDATE_SCREENS"
"""Set to write golden screens anew, when nothing has changed on them for a while."""
QUIET = 1.5


def _hear_the_terminal_go() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Terminal:
    """Types into a program and sees what it draws. It answers what terminals are asked."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 80,
        lines: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        base = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "LINES", "LC_ALL"}}
        self.program = pexpect.spawn(
            command[0],
            list(command[1:]),
            dimensions=(lines, columns),
            env={**base, "TERM": "xterm-256color", "LANG": "C.UTF-8", **(environment or {})},
            echo=False,
            # Tests may run under nohup, and what is ignored stays ignored in what they start.
            preexec_fn=_hear_the_terminal_go,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.program.close(force=True)

    def type(self, text: str) -> None:
        """Keys are pressed."""
        self.program.send(text)

    def wait_for(self, text: str) -> None:
        """The text stands on the screen."""
        self.wait_until(lambda: any(text in line for line in self.lines()), f"no {text!r}")

    def wait_gone(self, text: str) -> None:
        """The text does not stand on the screen any more."""
        self.wait_until(lambda: all(text not in line for line in self.lines()), f"still {text!r}")

    def wait_end(self) -> int:
        """The program has ended; its exit code."""
        end = time.monotonic() + DEADLINE
        while self._read():
            assert time.monotonic() < end, "it does not end:\n" + "\n".join(self.lines())
        self.program.close()
        code: int | None = self.program.exitstatus
        assert code is not None, f"signal {self.program.signalstatus}"
        return code

    def lines(self) -> list[str]:
        """What stands on the screen, from the first line to the last that has something."""
        shown = [line.rstrip() for line in self.screen.display]
        while shown and not shown[-1]:
            shown.pop()
        return shown

    def matches(self, golden: Path) -> None:
        """The screen is that of the file, but for times, ids and seconds."""
        if os.environ.get(UPDATE):
            self._settle()
            golden.parent.mkdir(exist_ok=True)
            golden.write_text("".join(f"{line}\n" for line in plain(self.lines())))
            return
        wanted = golden.read_text().splitlines()
        end = time.monotonic() + DEADLINE
        while plain(self.lines()) != wanted and time.monotonic() < end and self._read():
            pass
        shown = plain(self.lines())
        assert shown == wanted, "\n" + "\n".join(difflib.unified_diff(wanted, shown, lineterm=""))

    def wait_until(self, is_so: Callable[[], bool], complaint: str) -> None:
        """Something is so; meanwhile what comes is drawn."""
        end = time.monotonic() + DEADLINE
        while not is_so():
            if time.monotonic() > end or not self._read():
                raise AssertionError(f"{complaint} on the screen:\n" + "\n".join(self.lines()))

    def _settle(self) -> None:
        end = time.monotonic() + QUIET
        while time.monotonic() < end:
            before = plain(self.lines())
            self._read()
            if plain(self.lines()) != before:
                end = time.monotonic() + QUIET

    def _read(self) -> bool:
        """Takes what there is to be drawn; False where the program has ended."""
        try:
            data = self.program.read_nonblocking(65_536, 0.1)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        for part in re.split(rb"(\x1b\[6n)", data):
            if part == b"\x1b[6n":
                row, column = self.screen.cursor.y + 1, self.screen.cursor.x + 1
                self.program.send(f"\x1b[{row};{column}R")
            else:
                self._stream.feed(part)
        return True


def plain(lines: Sequence[str]) -> list[str]:
    """Lines without what is different each time: times of day, ids, seconds."""
    text = "\n".join(lines)
    text = re.sub(r"\b\d\d:\d\d \[", "HH:MM [", text)
    text = re.sub(r"\b[0-9a-f]{24}\b", "I" * 24, text)
    text = re.sub(r"\b\d+(?:\.\d+)? s\b", "N s", text)
    return text.split("\n")
