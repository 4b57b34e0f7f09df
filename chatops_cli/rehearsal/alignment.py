"""Replies that were expected beside those that were heard: as many as can be fit, in order."""

from collections.abc import Iterator, Mapping, Sequence

from chatops_cli.model.chat import Principal, Reply, ReplyKind
from chatops_cli.model.frozen import frozen
from chatops_cli.rehearsal.player import spots_of
from chatops_cli.rehearsal.script import Exchange
from chatops_cli.rehearsal.shown import said_by
from chatops_cli.rehearsal.transcript import Said, Spot
from chatops_cli.rehearsal.wording import match

TASKS = "tasks"
"""The reason of replies that tell how far a workflow has come."""
LONGEST = 400
"""Replies of one message that are put side by side; of more each is compared by its number."""


@frozen
class Heard:
    """A reply as it is compared: where it stands, what it says, and of which kind it is."""

    spot: Spot
    text: str
    kind: str


@frozen
class Pair:
    """What was expected and what was heard; one of them is None where nothing answers it."""

    wanted: Said | None
    heard: Heard | None
    fits: bool


def heard_in(
    exchange: Exchange, replies: Sequence[Reply], principal: Principal
) -> tuple[Heard, ...]:
    """The replies that say anything, as they are compared.

    How far a workflow has come is told now and then: it counts only where progress is expected.
    """
    if not any(each.note == ReplyKind.PROGRESS for each in exchange.replies):
        replies = [reply for reply in replies if reply.reason != TASKS]
    spots = spots_of(replies, exchange, principal)
    found = (
        Heard(spot=spot, text=said_by(reply), kind=str(reply.kind))
        for spot, reply in zip(spots, replies, strict=True)
    )
    return tuple(heard for heard in found if heard.text)


def align(
    exchange: Exchange, heard: Sequence[Heard], names: Mapping[str, str]
) -> tuple[list[Pair], dict[str, str]]:
    """What was expected beside what was heard, in order at each place; and the names then."""
    bound = dict(names)
    places = dict.fromkeys(
        [*map(exchange.spot_of, exchange.replies), *(each.spot for each in heard)]
    )
    pairs: list[Pair] = []
    for place in places:
        wanted = [each for each in exchange.replies if exchange.spot_of(each) == place]
        here = [each for each in heard if each.spot == place]
        pairs += _side_by_side(wanted, here, bound)
    return pairs, bound


def _side_by_side(
    wanted: Sequence[Said], heard: Sequence[Heard], bound: dict[str, str]
) -> Iterator[Pair]:
    """As many as can be are put beside what they fit, in order; `bound` learns their names."""
    kept = _longest(wanted, heard, bound)
    i = j = 0
    for next_i, next_j in (*kept, (len(wanted), len(heard))):
        while i < next_i and j < next_j:
            yield Pair(wanted=wanted[i], heard=heard[j], fits=False)
            i, j = i + 1, j + 1
        for each in wanted[i:next_i]:
            yield Pair(wanted=each, heard=None, fits=False)
        for other in heard[j:next_j]:
            yield Pair(wanted=None, heard=other, fits=False)
        if next_i < len(wanted) and next_j < len(heard):
            found = fit(wanted[next_i], heard[next_j], bound)
            bound.update(found or {})
            yield Pair(wanted=wanted[next_i], heard=heard[next_j], fits=found is not None)
        i, j = next_i + 1, next_j + 1


def _longest(
    wanted: Sequence[Said], heard: Sequence[Heard], names: Mapping[str, str]
) -> list[tuple[int, int]]:
    """The longest run of pairs that fit; the first ones are tried as they stand."""
    head = 0
    while head < min(len(wanted), len(heard)) and fit(wanted[head], heard[head], names) is not None:
        head += 1
    start = [(each, each) for each in range(head)]
    rows, columns = len(wanted) - head, len(heard) - head
    if not rows or not columns or max(rows, columns) > LONGEST:
        return start
    length = [[0] * (columns + 1) for _ in range(rows + 1)]
    fits = [
        [fit(each, other, names) is not None for other in heard[head:]] for each in wanted[head:]
    ]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            length[i][j] = (
                length[i + 1][j + 1] + 1 if fits[i][j] else max(length[i + 1][j], length[i][j + 1])
            )
    i = j = 0
    while i < rows and j < columns:
        if fits[i][j]:
            start.append((head + i, head + j))
            i, j = i + 1, j + 1
        elif length[i + 1][j] >= length[i][j + 1]:
            i += 1
        else:
            j += 1
    return start


def fit(wanted: Said, heard: Heard, names: Mapping[str, str]) -> dict[str, str] | None:
    """The names that it gives where a reply is as expected; None where it isn't."""
    if wanted.note and wanted.note != heard.kind:
        return None
    return match(wanted.text, heard.text, names)
