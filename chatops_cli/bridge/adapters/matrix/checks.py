"""What `chatops bridge check` tries: the token, each room, and each right there."""

from collections.abc import AsyncIterator

from chatops_cli.bridge.adapters.matrix.api import Api, SaidNoError, part
from chatops_cli.bridge.adapters.matrix.events import MESSAGE, objects
from chatops_cli.bridge.adapters.matrix.rooms import Rooms
from chatops_cli.bridge.contract import Check
from chatops_cli.model.json import Json

_LEVELS = "m.room.power_levels"


async def checks_of(api: Api, rooms: Rooms, me: str, join: tuple[str, ...]) -> AsyncIterator[Check]:
    """The checks of a bot that has joined its rooms."""
    yield Check(name="token", is_fine=True, told=f"of {me}")
    for room in join:
        why = rooms.refused.get(room, "")
        yield Check(
            name=room, is_fine=not why, told=why or "joined", mend="invite the bot" if why else ""
        )
        if why:
            continue
        number = rooms.id_of(room)
        hidden = await rooms.is_encrypted(number)
        yield Check(
            name=f"{room} encryption",
            is_fine=not hidden,
            told="encrypted: the bot can't read it, and says nothing" if hidden else "none",
            mend="use a room that is not encrypted" if hidden else "",
        )
        levels = await _levels(api, number)
        for right, kind in (("messages", MESSAGE), ("reactions", "m.reaction")):
            yield _may(f"{room} {right}", levels, me, kind)


async def _levels(api: Api, room: str) -> dict[str, Json]:
    try:
        return objects(await api.get(f"/rooms/{part(room)}/state/{_LEVELS}"))
    except SaidNoError:
        return {}


def _may(name: str, levels: dict[str, Json], me: str, kind: str) -> Check:
    """Whether the bot may send events of a kind. Source: "m.room.power_levels"."""
    has = _number(objects(levels, "users").get(me), _number(levels.get("users_default"), 0))
    needs = _number(objects(levels, "events").get(kind), _number(levels.get("events_default"), 0))
    return Check(
        name=name,
        is_fine=has >= needs,
        told=f"allowed ({has} of {needs})" if has >= needs else f"needs {needs}, has {has}",
        mend="" if has >= needs else f"give the bot the power level {needs} there",
    )


def _number(value: Json, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default
