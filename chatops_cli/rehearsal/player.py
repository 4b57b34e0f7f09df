"""Plays the people of a transcript: each message goes down the real path, and waits for its end."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from chatops_cli.access.decide import LOCAL
from chatops_cli.model.chat import Message, Principal, Reply
from chatops_cli.model.frozen import frozen
from chatops_cli.rehearsal.expiry import Expiry
from chatops_cli.rehearsal.front import Front
from chatops_cli.rehearsal.network import RoughNetwork
from chatops_cli.rehearsal.observed import Observed
from chatops_cli.rehearsal.rough import Roughness
from chatops_cli.rehearsal.script import Exchange
from chatops_cli.rehearsal.timeline import Timeline
from chatops_cli.rehearsal.transcript import Spot
from chatops_cli.rehearsal.witness import Witness
from chatops_cli.rehearsal.wording import filled_in
from chatops_cli.room.address import command_of
from chatops_cli.room.room import Room

TOGETHER = 4
"""Messages that are under way at the same time where the network is rough."""


@frozen
class Turn:
    """An exchange as it was played. `unknown` is a name in the message that stands for nothing.

    `is_repeated`: the message was looked at more than once. `command` is what of it was for the
    bot, None where nothing was.
    """

    exchange: Exchange
    observed: Observed
    unknown: str | None = None
    is_repeated: bool = False
    command: str | None = None


class Player:
    """Has people say what a transcript says, in a room, over a network that may be rough."""

    def __init__(
        self,
        *,
        room: Room,
        front: Front,
        timeline: Timeline,
        witness: Witness,
        expiry: Expiry,
        roughness: Roughness | None = None,
    ) -> None:
        self._room = room
        self._expiry = expiry
        self._front = front
        self._timeline = timeline
        self._witness = witness
        self.troubles: list[str] = []
        self._network = (
            RoughNetwork(roughness=roughness, happened=self.troubles.append)
            if roughness is not None
            else None
        )

    def groups(self, exchanges: Sequence[Exchange]) -> Iterator[tuple[Exchange, ...]]:
        """What is said at the same time: over a good network one thing after the other.

        Over a rough one, what is said in different places, and needs nothing of what was said.
        """
        group: list[Exchange] = []
        for exchange in exchanges:
            is_apart = (
                self._network is None
                or len(group) == TOGETHER
                or (group and group[-1].rest)
                or "<" in exchange.message.text
                or any(exchange.spot == other.spot for other in group)
            )
            if group and is_apart:
                yield tuple(group)
                group = []
            group.append(exchange)
        if group:
            yield tuple(group)

    async def play(self, group: Sequence[Exchange], names: Mapping[str, str]) -> list[Turn]:
        """What became of each of these messages, with all that follows from them.

        Raises:
            RecordError: The audit log can't be written.
        """
        if group[0].pause:
            await asyncio.sleep(group[0].pause)
        written = [self._message(exchange, names) for exchange in group]
        known = [message for message, unknown in written if unknown is None]
        self._witness.begin(*(message.id for message in known))
        made = await self._send(known)
        await self._room.settle()
        await self._pass(group[-1].rest)
        return [
            self._turn(exchange, message, unknown, made.get(message.id, frozenset()))
            for exchange, (message, unknown) in zip(group, written, strict=True)
        ]

    async def _pass(self, seconds: float) -> None:
        """So much time passes; what happens in it is over then."""
        if seconds:
            await asyncio.sleep(seconds)
        await self._expiry.look()
        await self._room.settle()

    async def _send(self, messages: Sequence[Message]) -> Mapping[str, AbstractSet[str]]:
        """By message, the reasons of replies that tell of what the network has made of it."""
        if self._network is None:
            for message in messages:
                async for reply in self._room.handle(message):
                    self._witness.hear(reply)
            return {}
        sent = {
            message.id: self._network.send(message, handle=self._room.handle, deliver=self._deliver)
            for message in messages
        }
        await self._network.settle()
        return {message_id: passage.reasons for message_id, passage in sent.items()}

    def _deliver(self, part: Reply, whole: Reply, is_last: bool) -> None:
        """Parts are put together again: people read them one below the other."""
        del part
        if is_last:
            self._witness.hear(whole)

    def _turn(
        self,
        exchange: Exchange,
        message: Message,
        unknown: str | None,
        made: AbstractSet[str],
    ) -> Turn:
        is_repeated = self._witness.runs(message.id) > 1
        observed = self._witness.take(message.id)
        return Turn(
            exchange=exchange,
            observed=observed.without(made),
            unknown=unknown,
            is_repeated=is_repeated,
            command=command_of(message, self._room.world.addressing),
        )

    def _message(self, exchange: Exchange, names: Mapping[str, str]) -> tuple[Message, str | None]:
        """What the person types, and the name in it that stands for nothing yet."""
        text, unknown = filled_in(exchange.message.text, names)
        principal = principal_of(exchange.message.speaker, self._front)
        message = Message(
            id=f"m{exchange.edits or exchange.number}",
            text=text,
            principal=principal,
            room=room_of(exchange.spot, principal),
            time=self._timeline(),
            thread=exchange.spot.thread,
            is_direct=exchange.spot.is_direct,
            is_edited=bool(exchange.message.note),
        )
        return message, unknown


def principal_of(name: str, front: Front) -> Principal:
    """Who somebody is: one of the people, or somebody of that name at the terminal."""
    person = front.people.get(name)
    return person.principal if person is not None else Principal(network=LOCAL, user=name)


def room_of(spot: Spot, principal: Principal) -> str:
    """The room that messages and replies name; a direct message has its person's."""
    return spot.room or direct_room(principal)


def direct_room(principal: Principal) -> str:
    """The room of direct messages with somebody, as announcements name it."""
    return f"@{principal.user}"


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
