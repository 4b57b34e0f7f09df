"""What people and channels are: mostly told with a post, and asked for where they aren't."""

from collections import OrderedDict
from typing import TYPE_CHECKING

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.mattermost.ids import number_of
from chatops_cli.bridge.contract import LimitedError, UndeliverableError

if TYPE_CHECKING:
    from chatops_cli.bridge.adapters.mattermost.api import Api
    from chatops_cli.bridge.adapters.mattermost.events import Heard

MOST = 10_000
"""Things of a kind that are kept."""


class Known:
    """Something about things, by their ids: a field of what stands at a path of the API."""

    def __init__(self, path: str, field: str) -> None:
        self._path = path
        self._field = field
        self._known: OrderedDict[str, str] = OrderedDict()

    async def of(self, number: str, told: str, api: "Api") -> str:
        """What was told now or earlier, or is told by the server; empty where it isn't.

        Raises:
            LineError, RefusedError: The server can't be asked.
        """
        found = told or self._known.get(number, "")
        if not found:
            try:
                answer = await api.get(f"{self._path}/{number_of(number)}")
            except (UndeliverableError, LimitedError):
                return ""
            found = inner(answer, self._field)
        self._known[number] = found
        self._known.move_to_end(number)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return found


class People:
    """Names of people, and the types of the channels that they speak in."""

    def __init__(self) -> None:
        self._names = Known("users", "username")
        self._types = Known("channels", "type")

    async def name_of(self, heard: "Heard", api: "Api") -> str:
        """Who said it, for display. It raises what `Known.of` raises."""
        return await self._names.of(heard.user, heard.name, api)

    async def type_of(self, heard: "Heard", api: "Api") -> str:
        """The type of the channel that it was said in. It raises what `Known.of` raises."""
        return await self._types.of(heard.channel, heard.channel_type, api)
