"""Packs and settings reloaded whenever they change on disk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.repl.commands.world import tell_changes
from chatops_cli.room.stamps import stamps

if TYPE_CHECKING:
    from chatops_cli.repl.desk import Desk

PERIOD = 1.0
"""Seconds between two looks."""


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
