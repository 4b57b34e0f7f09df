"""What `chatops bridge check` tries: the login, each room, archives and files, each by itself."""

from collections.abc import AsyncIterator

from chatops_cli.bridge.adapters.xmpp.archive import MAM
from chatops_cli.bridge.adapters.xmpp.rooms import Place, Rooms
from chatops_cli.bridge.adapters.xmpp.session import Session
from chatops_cli.bridge.adapters.xmpp.uploads import features
from chatops_cli.bridge.contract import Check

_OPEN = "muc_nonanonymous"
_SEEN = "everybody's real address is told: rules can name people"
_HIDDEN = "nobody's real address is told: rules can't name people who speak here"


async def checks_of(session: Session, rooms: Rooms, service: str) -> AsyncIterator[Check]:
    """The checks of a session that has joined its rooms."""
    yield Check(name="login", is_fine=True, told=f"as {session.me}, {session.encryption}")
    for room, place in rooms.places:
        yield Check(
            name=room,
            is_fine=place.is_in,
            told=f"joined as {place.nick}" if place.is_in else place.why,
            mend="" if place.is_in else "make the room, or make the bot a member of it",
        )
        if place.is_in:
            can = await features(session, room)
            yield _people(room, place, can)
            yield Check(
                name=f"{room} archive",
                is_fine=True,
                told="read after the line was down"
                if MAM in can
                else "none: what is said while the line is down is not heard",
            )
    told = service or "none: what is too long for a few messages is cut"
    yield Check(name="files", is_fine=True, told=told)


def _people(room: str, place: Place, can: frozenset[str]) -> Check:
    """Whether people can be told apart: everybody, or the room's moderators only."""
    is_told = _OPEN in can or (len(place.people) > 1 and place.tells)
    return Check(
        name=f"{room} people",
        is_fine=is_told,
        told=_SEEN if is_told else _HIDDEN,
        mend="" if is_told else "have the room show real addresses to everybody (not anonymous)",
    )
