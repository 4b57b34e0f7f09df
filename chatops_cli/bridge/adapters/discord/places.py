"""The channels and threads that are known: which thread is of which channel."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from chatops_cli.bridge.adapters.discord.events import Heard, Place, place_of
from chatops_cli.bridge.contract import LimitedError, LineError, UndeliverableError

if TYPE_CHECKING:
    from chatops_cli.bridge.adapters.discord.api import Api

MOST = 5_000
"""Places that are known by heart."""


class Places:
    """Places by their ids."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Place] = OrderedDict()

    def know(self, places: Iterable[Place]) -> None:
        """They are as said."""
        for place in places:
            self._known[place.id] = place
            self._known.move_to_end(place.id)
        while len(self._known) > MOST:
            self._known.popitem(last=False)

    async def of(self, heard: Heard, api: "Api") -> Place:
        """Where it was said; a thread that nothing is known of is asked for.

        Raises:
            LineError: It can't be asked for now: the message comes again, as it was not taken.
        """
        found = self._known.get(heard.channel)
        if found is not None or not heard.guild:
            return found or Place(id=heard.channel)
        try:
            found = place_of(await api.call("GET", f"channels/{number_of(heard.channel)}"))
        except UndeliverableError:
            found = None
        except LimitedError as error:
            raise LineError(error.message) from error
        place = found or Place(id=heard.channel, guild=heard.guild)
        self.know([place])
        return place


def number_of(text: str) -> str:
    """An id, which stands in an address.

    Raises:
        UndeliverableError: It is none.
    """
    if not (text.isascii() and text.isdigit()):
        raise UndeliverableError(f"{text!r} is no id of Discord", hint=_HINT)
    return text


_HINT = "Copy Channel ID, with Developer Mode on"
