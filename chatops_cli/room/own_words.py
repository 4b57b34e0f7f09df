"""Messages in the bot's own words: answers, approvals, codes of accounts, status and cancel."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from chatops_cli.model.chat import Message, Reply
from chatops_cli.room.answering import Answering
from chatops_cli.room.control_words import is_control
from chatops_cli.room.waiting_words import is_approval, is_link

if TYPE_CHECKING:
    from chatops_cli.execution.happening import OnStart
    from chatops_cli.room.room import Room
    from chatops_cli.room.services import Services
    from chatops_cli.runners.contract import OnOutput


class Own:
    """One such message. `shown` is it for records: without codes and secret answers."""

    def __init__(
        self,
        room: "Room",
        services: "Services",
        message: Message,
        command: str,
        on_start: "OnStart | None" = None,
    ) -> None:
        self._room = room
        self._services = services
        self._message = message
        self._command = command
        self._on_start = on_start
        self._answering: Answering | None = None
        self.shown = message.text
        if is_link(command):
            from chatops_cli.room.linking import masked

            self.shown = masked(message.text.strip(), command)
        elif not is_approval(command) and not is_control(command):
            self._answering = Answering(room.continuing_for(on_start), message, command)
            called = message.text.strip().removesuffix(command)
            self.shown = f"{called}{self._answering.masked}"

    async def replies(self, on_output: "OnOutput | None") -> AsyncIterator[Reply]:
        """The replies to it."""
        message, command = self._message, self._command
        if self._answering is not None:
            told = self._answering.replies(message, on_output)
        elif is_approval(command):
            from chatops_cli.room.approving import replies

            told = replies(self._room.approvals_for(self._on_start), message, command, on_output)
        elif is_control(command):
            told = self._room.controlling_for(self._on_start).replies(message, command)
        else:
            from chatops_cli.room.linking import linked

            yield linked(self._room.world, self._services, message, command)
            return
        async for reply in told:
            yield reply
