"""A transcript as exchanges: a message, and all that is expected before the next one."""

from chatops_cli.model.frozen import frozen
from chatops_cli.rehearsal.transcript import Block, Expectation, Pause, Said, Spot, Transcript


@frozen
class Exchange:
    """What a person types in `spot`, and the blocks below it.

    `pause` seconds pass before it, `rest` after it: what happens meanwhile stands below it, too.
    `number` counts from 1. `edits` is the number of the exchange whose message is edited here.
    """

    number: int
    message: Said
    spot: Spot
    pause: float = 0.0
    rest: float = 0.0
    blocks: tuple[Block, ...] = ()
    edits: int | None = None

    @property
    def replies(self) -> tuple[Said, ...]:
        """What the bot is to say."""
        return tuple(block for block in self.blocks if isinstance(block, Said))

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """What is to be on record."""
        return tuple(block for block in self.blocks if isinstance(block, Expectation))

    def spot_of(self, reply: Said) -> Spot:
        """Where a reply is to stand: where the message does, unless it says another place."""
        return reply.spot if reply.spot is not None else self.spot


def exchanges(transcript: Transcript) -> tuple[Exchange, ...]:
    """The exchanges in order. An edit is of what the same person said last at that place."""
    groups: list[tuple[Said, list[Block]]] = []
    before = 0.0
    for block in transcript.blocks:
        if isinstance(block, Said) and not block.is_reply:
            groups.append((block, []))
        elif groups:
            groups[-1][1].append(block)
        elif isinstance(block, Pause):
            before += block.seconds
    found: list[Exchange] = []
    spot, sent = Spot(), dict[tuple[str, Spot], int]()
    for number, (message, blocks) in enumerate(groups, start=1):
        spot = message.spot or spot
        who = (message.speaker, spot)
        edits = sent.get(who) if message.note else None
        if edits is None:
            sent[who] = number
        found.append(
            Exchange(
                number=number,
                message=message,
                spot=spot,
                pause=before if number == 1 else 0.0,
                rest=sum(block.seconds for block in blocks if isinstance(block, Pause)),
                blocks=tuple(blocks),
                edits=edits,
            )
        )
    return tuple(found)
