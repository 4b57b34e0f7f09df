"""What happens to an execution that somebody has set going, in words, where it concerns people."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.execution.happening import Ended, Happening, OnStart, Started
from chatops_cli.execution.origin import Origin
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.room import answers

if TYPE_CHECKING:
    from chatops_cli.room.services import Services

Tell: TypeAlias = Callable[[Message, Happening], list[Reply]]


class Saying:
    """Says it in the room of who set it going, and in the one where it was asked for.

    Args:
        services: The room's ports.
        tell: Says what happened, in words.
        on_start: Told of each execution that starts.
    """

    def __init__(self, services: "Services", tell: Tell, on_start: OnStart | None = None) -> None:
        self._services = services
        self._tell = tell
        self._on_start = on_start

    async def said(
        self, message: Message, happenings: AsyncIterator[Happening], otherwise: str = ""
    ) -> AsyncIterator[Reply]:
        """What happens, in words; of several that end one after the other, the last.

        `otherwise` is said where nothing happens here: what is wanted is done where it runs.
        """
        last: Ended | None = None
        async for happening in happenings:
            if isinstance(happening, Ended):
                last = happening
                continue
            if self._on_start is not None and isinstance(happening, Started):
                self._on_start(happening.execution)
            for reply in self._tell(message, happening):
                yield reply
        if last is None:
            if otherwise:
                yield answers.say(message, ReplyKind.INFO, otherwise)
            return
        for reply in self._tell(message, last):
            yield reply
            await self.post(message, last.origin, reply)

    async def post(self, message: Message, origin: Origin, reply: Reply) -> None:
        """The room where it was asked for is told, too."""
        post, room = self._services.post, origin.room
        if post is not None and room != message.room:
            await post(
                replace(
                    reply,
                    kind=ReplyKind.NOTICE,
                    room=room,
                    thread=None,
                    message_id=origin.message_id or "",
                )
            )
