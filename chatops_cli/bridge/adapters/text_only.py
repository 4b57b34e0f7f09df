"""What an adapter of a network does that has nothing but text."""

from chatops_cli.bridge.contract import Posting, UndeliverableError


class TextOnly:
    """Neither edits, nor files, nor reactions: the capabilities say so, and nobody asks."""

    async def update(self, posting: Posting, post_id: str) -> None:
        """See `contract.Adapter.update`."""
        del posting, post_id
        raise UndeliverableError("nothing that was posted can be changed there")

    async def upload(self, posting: Posting, name: str, text: str) -> str:
        """See `contract.Adapter.upload`."""
        del posting, name, text
        raise UndeliverableError("there are no files there")

    async def react(self, room: str, message_id: str, sign: str) -> None:
        """See `contract.Adapter.react`."""
        del room, message_id, sign
        raise UndeliverableError("there are no reactions there")
