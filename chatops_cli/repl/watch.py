"""Packs and settings reloaded whenever they change on disk."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.errors import ChatOpsError
from chatops_cli.repl.commands.world import tell_changes

if TYPE_CHECKING:
    from chatops_cli.repl.desk import Desk
    from chatops_cli.settings.values import Settings

PERIOD = 1.0
"""Seconds between two looks."""
PASSED_OVER = frozenset({".git", "__pycache__", "node_modules", ".venv", "virtualenv"})

Stamps: TypeAlias = dict[str, tuple[int, int]]
"""Time of modification (ns) and size of each file."""


@asynccontextmanager
async def watching(desk: "Desk", *, is_wanted: bool) -> AsyncIterator[None]:
    """While it is entered, what changes is reloaded, if that is wanted."""
    if not is_wanted:
        yield
        return
    task = asyncio.get_running_loop().create_task(_watch(desk))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _watch(desk: "Desk") -> None:
    before = await asyncio.to_thread(stamps, desk.house.world.settings)
    while True:
        await asyncio.sleep(PERIOD)
        after = await asyncio.to_thread(stamps, desk.house.world.settings)
        if after == before:
            continue
        before = after
        try:
            tell_changes(desk, desk.house.reload(), is_quiet=True)
        except ChatOpsError as error:
            desk.face.refuse(error)


def stamps(settings: "Settings") -> Stamps:
    """The files of packs, of their configurations and of the settings, as they are now."""
    found: Stamps = {}
    folders = [*settings.roots, settings.config_folder]
    for folder in folders:
        for path, _, names in _walk(folder):
            _add(found, (os.path.join(path, name) for name in names))  # noqa: PTH118  # thousands of texts
    if settings.file is not None:
        _add(found, [str(settings.file)])
    return found


def _walk(folder: Path) -> "Iterable[tuple[str, list[str], list[str]]]":
    for path, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in PASSED_OVER]
        yield path, folders, names


def _add(found: Stamps, paths: Iterable[str]) -> None:
    for path in paths:
        with suppress(OSError):
            seen = os.stat(path)  # noqa: PTH116  # a text, as the walk gives it
            found[path] = (seen.st_mtime_ns, seen.st_size)
