"""A message and its replies over a network that misbehaves."""

import asyncio
from collections.abc import AsyncGenerator, Callable

from chatops_cli.model.chat import Message, Reply
from chatops_cli.rehearsal.network import Handle, RoughNetwork


async def over(
    network: RoughNetwork,
    message: Message,
    handle: Handle,
    *,
    name: str,
    heard: Callable[[Reply], None],
) -> AsyncGenerator[Reply, None]:
    """The replies, or parts of them, as they reach people.

    Args:
        network: The one of the session.
        message: What somebody says.
        handle: The room.
        name: What the network knows the message by: the same in each session that goes alike.
        heard: Told each reply that has arrived as a whole, but for those that tell of what the
            network itself has made of the message.
    """
    arrived: asyncio.Queue[Reply | None] = asyncio.Queue()

    def deliver(part: Reply, whole: Reply, is_last: bool) -> None:
        arrived.put_nowait(part)
        if is_last and whole.reason not in passage.reasons:
            heard(whole)

    passage = network.send(message, handle=handle, deliver=deliver, name=name)

    async def travel() -> None:
        try:
            await passage.settle()
        finally:
            arrived.put_nowait(None)

    task = asyncio.get_running_loop().create_task(travel())
    try:
        while (reply := await arrived.get()) is not None:
            yield reply
        await task
    finally:
        task.cancel()
        passage.cancel()
