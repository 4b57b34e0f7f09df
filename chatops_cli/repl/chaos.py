"""A message and its replies over a network that misbehaves."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable

from chatops_cli.model.chat import Message, Reply
from chatops_cli.rehearsal.network import RoughNetwork
from chatops_cli.rehearsal.rough import Roughness


async def over(
    roughness: Roughness,
    message: Message,
    handle: Callable[[Message], AsyncIterator[Reply]],
    happened: Callable[[str], None],
) -> AsyncGenerator[Reply, None]:
    """The replies, or parts of them, as they reach people.

    Args:
        roughness: How often what goes wrong.
        message: What somebody says.
        handle: The room.
        happened: Told in words what has gone wrong.
    """
    arrived: asyncio.Queue[Reply | None] = asyncio.Queue()
    network = RoughNetwork(
        handle=handle,
        roughness=roughness,
        deliver=lambda part, _whole, _is_last: arrived.put_nowait(part),
        happened=happened,
    )

    async def travel() -> None:
        try:
            network.send(message)
            await network.settle()
        finally:
            arrived.put_nowait(None)

    task = asyncio.get_running_loop().create_task(travel())
    try:
        while (reply := await arrived.get()) is not None:
            yield reply
        await task
    finally:
        task.cancel()
