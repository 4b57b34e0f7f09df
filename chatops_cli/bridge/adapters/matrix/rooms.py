"""What is known of rooms: which the bot is in, whether they are encrypted, and who is there."""

from fnmatch import fnmatchcase

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.matrix.api import Api, SaidNoError, part
from chatops_cli.bridge.adapters.matrix.events import ENCRYPTION, MEMBER, objects
from chatops_cli.bridge.contract import UndeliverableError
from chatops_cli.model.json import Json

PAIR = 2
"""Members of a room that is a direct conversation."""
_GONE = frozenset({"M_NOT_FOUND", "M_FORBIDDEN", "M_UNKNOWN", "M_INVALID_PARAM"})


class Rooms:
    """Asks once, and is told by events when it is otherwise. It raises what `Api` does."""

    def __init__(self, api: Api, me: str) -> None:
        self._api = api
        self._me = me
        self._direct: dict[str, Json] = {}
        self._ids: dict[str, str] = {}
        self._encrypted: dict[str, bool] = {}
        self._members: dict[str, int] = {}
        self.refused: dict[str, str] = {}
        """Why the bot isn't in rooms that it is to be in."""

    async def begin(self) -> None:
        """Which rooms are direct conversations is known. Source: the event ``m.direct``."""
        try:
            self._direct = objects(await self._api.get(self._kept))
        except SaidNoError as error:
            if error.code != "M_NOT_FOUND":
                raise

    async def join(self, rooms: tuple[str, ...]) -> None:
        """The bot is in these rooms, or `refused` says why not."""
        for room in rooms:
            try:
                found = await self._api.post(f"/join/{part(room)}", {})
            except SaidNoError as error:
                self.refused[room] = error.message
            else:
                self._ids[room] = inner(found, "room_id")
                self.refused.pop(room, None)

    async def answer(
        self, room: str, events: list[dict[str, Json]], allowed: tuple[str, ...]
    ) -> None:
        """An invitation is accepted, if it comes from whom the settings name."""
        for event in events:
            who = inner(event, "sender")
            if event.get("type") != MEMBER or event.get("state_key") != self._me:
                continue
            if not any(fnmatchcase(who, pattern) for pattern in allowed):
                continue
            try:
                await self._api.post(f"/join/{part(room)}", {})
            except SaidNoError:
                return  # taken back meanwhile
            if objects(event, "content").get("is_direct") is True:
                before = self._direct.get(who)
                others = before if isinstance(before, list) else []
                self._direct[who] = [*others, room]
                await self._api.put(self._kept, self._direct)

    def heed(self, room: str, event: dict[str, Json]) -> None:
        """What changes in a room."""
        if event.get("type") == MEMBER:
            self._members.pop(room, None)
        elif event.get("type") == ENCRYPTION:
            self._encrypted[room] = True

    def left(self, room: str) -> tuple[str, ...]:
        """The bot isn't there any more; what that room is called in `join`."""
        self._members.pop(room, None)
        return tuple(name for name, found in self._ids.items() if found == room)

    def id_of(self, room: str) -> str:
        """A room's id, by its alias if it is one of those that were joined.

        Raises:
            UndeliverableError: It is neither.
        """
        found = self._ids.get(room, room)
        if not found.startswith("!"):
            raise UndeliverableError(
                f"{room!r} is no room that the bot is in", hint="name it in join, or by its id"
            )
        return found

    async def is_direct(self, room: str) -> bool:
        """Whether it is a conversation with one person, who has begun it as such."""
        listed = (rooms for rooms in self._direct.values() if isinstance(rooms, list))
        if not any(room in rooms for rooms in listed):
            return False
        if room not in self._members:
            try:
                found = await self._api.get(f"/rooms/{part(room)}/joined_members")
            except SaidNoError:
                return False  # thrown out meanwhile
            self._members[room] = len(objects(found, "joined"))
        return self._members[room] <= PAIR

    async def is_encrypted(self, room: str) -> bool:
        """Whether what is said there is only for who has its keys. Source: "m.room.encryption"."""
        if room not in self._encrypted:
            try:
                await self._api.get(f"/rooms/{part(room)}/state/{ENCRYPTION}")
            except SaidNoError as error:
                if error.code not in _GONE:
                    raise
                if error.code != "M_NOT_FOUND":
                    return False  # not there at all: a post is refused
                self._encrypted[room] = False
            else:
                self._encrypted[room] = True
        return self._encrypted[room]

    @property
    def _kept(self) -> str:
        return f"/user/{part(self._me)}/account_data/m.direct"
