"""Bridges and workers as processes of their own, which can be killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 60.0
"""Seconds in which something happens on a loaded machine, if it ever does."""


class Process:
    """`chatops` with these arguments in a folder; lines of its output are kept as they come."""

    def __init__(self, folder: Path, home: Path, *arguments: str) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if name[:8] != "CHATOPS_"},
            "CHATOPS_HOME": str(home),
        }
        self.lines: list[str] = []
        self.log: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "chatops_cli", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self._readers = [
            threading.Thread(target=_read, args=(self.process.stdout, self.lines), daemon=True),
            threading.Thread(target=_read, args=(self.process.stderr, self.log), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def say(self, number: str, text: str, *, user: str = "ann", room: str = "#ops") -> None:
        """Somebody says something to a bridge of the adapter jsonl."""
        message = {"id": number, "user": user, "text": text, "room": room}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def posts(self) -> list[dict[str, Any]]:
        """What a bridge has posted; a line that was cut off by a kill is left out."""
        found = []
        for line in list(self.lines):
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return found

    def texts(self) -> list[str]:
        """The texts of its posts."""
        return [str(post.get("text", "")) for post in self.posts()]

    def logged(self, text: str) -> bool:
        """Whether its log says so."""
        return any(text in line for line in list(self.log))

    def kill(self) -> None:
        """It is gone, and could do nothing about it."""
        self.process.kill()
        self._over()

    def end(self) -> int:
        """It is told to end, and has; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._over()

    def _over(self) -> int:
        code = self.process.wait(PATIENCE)
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.stdin.close()
        for reader in self._readers:
            reader.join(PATIENCE)
        return code


def _read(stream: Any, lines: list[str]) -> None:
    with stream:
        lines.extend(line.rstrip("\n") for line in stream)


def eventually(happens: Callable[[], object], process: Process | None = None) -> None:
    """Waits until it is so; fails with what the process has said where it never is."""
    deadline = time.monotonic() + PATIENCE
    while not happens():
        if time.monotonic() > deadline:
            log = "\n".join((*process.lines, *process.log)) if process is not None else ""
            raise AssertionError(f"it did not happen in {PATIENCE:g} s\n{log}")
        time.sleep(0.05)
