"""What happens, batch by batch: nothing is passed over, and where the bridge is, the server keeps.

The place is account data of the bot: a bridge that is started later, anywhere, goes on there.
"""

import json
import logging
from collections.abc import AsyncIterator

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.matrix.api import Api, SaidNoError, part
from chatops_cli.bridge.adapters.matrix.events import HEARD, is_own_join, listed, objects
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json

PLACE = "io.chatops.place"
WAIT = 30.0
"""Seconds that the server waits for something to happen."""
PAGE, PAGES = 100, 50
"""Events that are asked for at once, and how often, for what was missed in a room."""

_log = logging.getLogger(__name__)


@frozen
class Batch:
    """What has happened: events by room, oldest first; who invites, and rooms that were left."""

    token: str
    rooms: dict[str, list[dict[str, Json]]]
    invites: dict[str, list[dict[str, Json]]]
    left: tuple[str, ...] = ()


class Feed:
    """Reads on from a place. It raises what `Api` does."""

    def __init__(self, api: Api, me: str) -> None:
        self._api = api
        self._me = me
        self._kept = f"/user/{part(me)}/account_data/{PLACE}"
        self.token = ""

    async def begin(self, place: str = "") -> None:
        """At a place, or that which is kept; where there is none, at what happens from now on."""
        if place:
            self.token = place
            return
        try:
            self.token = inner(await self._api.get(self._kept), "token")
        except SaidNoError as error:
            if error.code != "M_NOT_FOUND":
                raise
        if not self.token:
            await self._at_end()

    async def next(self) -> Batch:
        """What happens next, perhaps nothing for a while. The place is `keep`'s to go on from."""
        query = {"filter": _filter(PAGE), "timeout": str(int(WAIT * 1000)), "since": self.token}
        try:
            found = await self._api.get("/sync", query, wait=WAIT)
        except SaidNoError as error:
            # A place of another server, or one that is too old.
            _log.warning("matrix-place-lost error=%s", error.message)
            await self._at_end()
            return Batch(token=self.token, rooms={}, invites={})
        joined = objects(found, "rooms", "join")
        rooms = {room: await self._events(room, data) for room, data in joined.items()}
        invited = objects(found, "rooms", "invite")
        return Batch(
            token=inner(found, "next_batch"),
            rooms={room: events for room, events in rooms.items() if events},
            invites={
                room: listed(data, "invite_state", "events") for room, data in invited.items()
            },
            left=tuple(objects(found, "rooms", "leave")),
        )

    async def keep(self, batch: Batch) -> None:
        """All of the batch was taken. A place is kept where there was something to take."""
        self.token = batch.token
        if batch.rooms:
            await self._api.put(self._kept, {"token": self.token})

    async def _at_end(self) -> None:
        found = await self._api.get("/sync", {"filter": _filter(1), "timeout": "0"})
        self.token = inner(found, "next_batch")
        await self._api.put(self._kept, {"token": self.token})

    async def _events(self, room: str, data: Json) -> list[dict[str, Json]]:
        """The events of a room, with those that the server has left out."""
        events = listed(data, "timeline", "events")
        if objects(data, "timeline").get("limited") is True:
            first = inner(data, "timeline", "prev_batch")
            if first and not any(is_own_join(each, self._me) for each in events):
                events = [*[each async for each in self._missed(room, first)][::-1], *events]
        for number in reversed(range(len(events))):
            if is_own_join(events[number], self._me):
                return events[number:]
        return events

    async def _missed(self, room: str, start: str) -> AsyncIterator[dict[str, Json]]:
        """What was left out, the latest first."""
        types = json.dumps({"types": HEARD})
        for _ in range(PAGES):
            query = {"dir": "b", "from": start, "limit": str(PAGE), "filter": types}
            if self.token:
                query["to"] = self.token
            try:
                found = await self._api.get(f"/rooms/{part(room)}/messages", query)
            except SaidNoError as error:
                _log.warning("matrix-missed room=%s error=%s", room, error.message)
                return
            for event in listed(found, "chunk"):
                yield event
                if is_own_join(event, self._me):
                    return
            start = inner(found, "end")
            if not start:
                return
        _log.warning("matrix-too-much-missed room=%s", room)


def _filter(limit: int) -> str:
    nothing: Json = {"types": []}
    room: Json = {
        "timeline": {"limit": limit, "types": [*HEARD]},
        "state": {"types": [], "lazy_load_members": True},
        "ephemeral": nothing,
        "account_data": nothing,
    }
    return json.dumps({"presence": nothing, "account_data": nothing, "room": room})
