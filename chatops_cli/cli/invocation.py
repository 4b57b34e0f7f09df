"""What a command line asks for: the global options, and a message, a room or a check."""

from pathlib import Path
from typing import NamedTuple


class Invocation(NamedTuple):
    """The global options as given; None and empty where absent."""

    config: Path | None = None
    packs: tuple[str, ...] = ()
    home: Path | None = None


ROOM = "terminal"
"""The room of a message from a shell, unless another is named."""
CHANNEL = "#general"
"""The room that `chatops repl` begins in."""
LEAST_TIMEOUT = 0.001
"""Seconds."""
FORMATS = ("text", "json", "jsonl", "github", "gitlab", "sarif", "junit", "markdown")
"""How `chatops validate` writes findings."""


class Asked(NamedTuple):
    """A message to run; `timeout` is in seconds. A message of ``-`` is on standard input.

    `engine` has it run by who takes work from the engine's queues.
    """

    message: tuple[str, ...]
    as_user: str = ""
    room: str = ROOM
    timeout: float | None = None
    dry_run: bool = False
    as_json: bool = False
    no_ack: bool = False
    stream: bool = False
    engine: bool = False


class AskedRoom(NamedTuple):
    """A chat room in a terminal; `script` is a file with lines, ``-`` standard input."""

    script: str | None = None
    as_user: str = ""
    room: str = CHANNEL
    direct: bool = False
    dry_run: bool = False
    like: str = ""
    watch: bool = False


class AskedCheck(NamedTuple):
    """A check of packs: what its options say."""

    paths: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    form: str = FORMATS[0]
    baseline: Path | None = None
    write_baseline: bool = False
    fix: bool = False
    dry_run: bool = False
    no_cache: bool = False
    diff: str | None = None
    strict: bool = False
