"""What the bot says without being asked: in which line's room it is said."""

from collections.abc import Callable, Iterable

from chatops_cli.errors import NotFoundError
from chatops_cli.model.frozen import frozen


@frozen
class Address:
    """A room of a line."""

    line: str
    room: str


def address_of(room: str, lines: Iterable[str], heard_in: Callable[[str], set[str]]) -> Address:
    """Where a room is: ``NAME:room`` names the line, otherwise it is the one that it was heard in.

    Args:
        room: The room, as a route or an inquiry has it.
        lines: The names of all lines.
        heard_in: The lines that a message came by from a room of this name.

    Raises:
        NotFoundError: It can't be told.
    """
    names = set(lines)
    name, colon, rest = room.partition(":")
    if colon and name in names:
        return Address(line=name, room=rest)
    found = heard_in(room) & names or names
    if len(found) == 1:
        return Address(line=next(iter(found)), room=room)
    raise NotFoundError(
        f"it is not known which network the room {room!r} is of",
        hint=f"write {' or '.join(f'{each}:{room}' for each in sorted(found))}",
    )
