"""Plays the people of a transcript: each message goes down the real path, and waits for its end."""

import asyncio
from collections.abc import Iterable, Mapping

from chatops_cli.model.chat import Message, Principal, Reply
from chatops_cli.model.frozen import frozen
from chatops_cli.records.events import Event, ExecutionFinished, ExecutionRequested
from chatops_cli.rehearsal.front import Front
from chatops_cli.rehearsal.observed import Observed, observe
from chatops_cli.rehearsal.script import Exchange
from chatops_cli.rehearsal.timeline import Timeline
from chatops_cli.rehearsal.transcript import Spot
from chatops_cli.rehearsal.wording import filled_in
from chatops_cli.room.room import Room


@frozen
class Turn:
    """An exchange as it was played. `unknown` is a name in the message that stands for nothing."""

    exchange: Exchange
    observed: Observed
    unknown: str | None = None


class Witness:
    """Keeps what is put on record, and what is said in other rooms, until it is asked for."""

    def __init__(self) -> None:
        self.requests: dict[str, ExecutionRequested] = {}
        self.ends: dict[str, ExecutionFinished] = {}
        self._events: list[Event] = []
        self._replies: list[Reply] = []

    def __call__(self, event: Event) -> None:
        """An event is on record."""
        if isinstance(event, ExecutionRequested):
            self.requests[event.execution_id] = event
        elif isinstance(event, ExecutionFinished):
            self.ends[event.execution_id] = event
        self._events.append(event)

    async def post(self, reply: Reply) -> None:
        """Something is said in another room."""
        self._replies.append(reply)

    def hear(self, reply: Reply) -> None:
        """A message is answered."""
        self._replies.append(reply)

    def take(self, message_id: str) -> Observed:
        """All that came of a message since this was asked the last time."""
        events, self._events = self._events, []
        replies, self._replies = self._replies, []
        return observe(events, message_id, replies)


def message_of(
    exchange: Exchange, front: Front, timeline: Timeline, names: Mapping[str, str]
) -> tuple[Message, str | None]:
    """What the person types, and the name in it that stands for nothing yet."""
    text, unknown = filled_in(exchange.message.text, names)
    principal = principal_of(exchange.message.speaker, front)
    message = Message(
        id=f"m{exchange.edits or exchange.number}",
        text=text,
        principal=principal,
        room=room_of(exchange.spot, principal),
        time=timeline(),
        thread=exchange.spot.thread,
        is_direct=exchange.spot.is_direct,
        is_edited=bool(exchange.message.note),
    )
    return message, unknown


def principal_of(name: str, front: Front) -> Principal:
    """Who somebody is: one of the people, or somebody of that name at the terminal."""
    person = front.people.get(name)
    return person.principal if person is not None else Principal(network="local", user=name)


def room_of(spot: Spot, principal: Principal) -> str:
    """The room that messages and replies name; a direct message has its person's."""
    return spot.room or direct_room(principal)


def direct_room(principal: Principal) -> str:
    """The room of direct messages with somebody, as announcements name it."""
    return f"@{principal.user}"


async def play(
    turn: Exchange,
    room: Room,
    *,
    front: Front,
    timeline: Timeline,
    witness: Witness,
    names: Mapping[str, str],
) -> Turn:
    """One exchange, to the end of all that follows from it.

    Raises:
        RecordError: The audit log can't be written.
    """
    if turn.pause:
        await asyncio.sleep(turn.pause)
    message, unknown = message_of(turn, front, timeline, names)
    if unknown is None:
        async for reply in room.handle(message):
            witness.hear(reply)
        await room.settle()
    return Turn(exchange=turn, observed=witness.take(message.id), unknown=unknown)


def spots_of(replies: Iterable[Reply], turn: Exchange, principal: Principal) -> tuple[Spot, ...]:
    """Where each reply stands, as transcripts name it."""
    own = room_of(turn.spot, principal)
    return tuple(
        Spot(
            room="" if turn.spot.is_direct and reply.room == own else reply.room,
            thread=reply.thread,
        )
        for reply in replies
    )
