"""What rooms are called here, and what their network calls them."""

from collections.abc import Mapping
from dataclasses import replace

from chatops_cli.bridge.contract import Adapter, Capabilities, Check, Posting, Take
from chatops_cli.model.chat import Message
from chatops_cli.rendering.networks import Network


class NamedRooms:
    """An adapter whose rooms have the names that the settings give them.

    A name that a person can change on the network decides nothing: the network's own id of a room
    is what stands in the settings beside its name here.
    """

    def __init__(self, adapter: Adapter, rooms: Mapping[str, str]) -> None:
        self._adapter = adapter
        self._ids = rooms
        self._names = {number: name for name, number in rooms.items()}

    @property
    def network(self) -> Network:
        """See `contract.Adapter.network`."""
        return self._adapter.network

    @property
    def capabilities(self) -> Capabilities:
        """See `contract.Adapter.capabilities`."""
        return self._adapter.capabilities

    async def connect(self) -> None:
        """See `contract.Adapter.connect`."""
        await self._adapter.connect()

    async def hear(self, take: Take) -> None:
        """See `contract.Adapter.hear`."""

        async def named(message: Message) -> None:
            await take(replace(message, room=self._names.get(message.room, message.room)))

        await self._adapter.hear(named)

    async def post(self, posting: Posting) -> str:
        """See `contract.Adapter.post`."""
        return await self._adapter.post(self._there(posting))

    async def update(self, posting: Posting, post_id: str) -> None:
        """See `contract.Adapter.update`."""
        await self._adapter.update(self._there(posting), post_id)

    async def upload(self, posting: Posting, name: str, text: str) -> str:
        """See `contract.Adapter.upload`."""
        return await self._adapter.upload(self._there(posting), name, text)

    async def react(self, room: str, message_id: str, sign: str) -> None:
        """See `contract.Adapter.react`."""
        await self._adapter.react(self._ids.get(room, room), message_id, sign)

    async def check(self) -> tuple[Check, ...]:
        """See `contract.Adapter.check`."""
        return await self._adapter.check()

    async def close(self) -> None:
        """See `contract.Adapter.close`."""
        await self._adapter.close()

    def _there(self, posting: Posting) -> Posting:
        return replace(posting, room=self._ids.get(posting.room, posting.room))
