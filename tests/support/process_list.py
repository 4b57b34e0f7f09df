"""What the process list says, as everybody can read it."""

import asyncio
from collections.abc import Callable
from pathlib import Path


def command_lines() -> tuple[str, ...]:
    """The command lines of all processes that live."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return tuple(lines)


def is_listed(text: str) -> bool:
    return any(text in line for line in command_lines())


async def wait_until(condition: Callable[[], bool], longest: float = 10.0) -> None:
    """Returns when `condition` holds; fails the test if it doesn't in time (seconds)."""
    loop = asyncio.get_running_loop()
    end = loop.time() + longest
    while not condition():
        assert loop.time() < end, "it did not happen in time"
        await asyncio.sleep(0.01)
