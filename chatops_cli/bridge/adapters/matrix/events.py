"""What people say, read from events."""

from collections.abc import Mapping
from datetime import UTC, datetime

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.matrix.texts import mentioned, typed
from chatops_cli.model.chat import Message, Principal
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json

NETWORK = "matrix"
OLDEST = 86_400_000
"""Milliseconds after which what was said while the bridge wasn't there is not heard any more."""
MESSAGE, MEMBER, ENCRYPTED, ENCRYPTION = (
    *("m.room.message", "m.room.member"),
    *("m.room.encrypted", "m.room.encryption"),
)
HEARD = [MESSAGE, MEMBER, ENCRYPTED, ENCRYPTION]


@frozen
class Bot:
    """Who the bot is: its id, its names there, and what the settings call it."""

    id: str
    names: tuple[str, ...]
    called: str


def objects(data: Json, *keys: str) -> dict[str, Json]:
    """An object somewhere inside, empty where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def listed(data: Json, *keys: str) -> list[dict[str, Json]]:
    """The objects of a list somewhere inside."""
    found = objects(data, *keys[:-1]).get(keys[-1])
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def is_own_join(event: Mapping[str, Json], me: str) -> bool:
    """Whether the bot comes into the room by it: what stands before is not for it."""
    if event.get("type") != MEMBER or event.get("state_key") != me:
        return False
    before = inner(event, "unsigned", "prev_content", "membership")
    return inner(event, "content", "membership") == "join" and before != "join"


def said(
    event: Mapping[str, Json], room: str, bot: Bot, *, is_direct: bool, now: datetime
) -> Message | None:
    """The message of an event, None where it is none that a person types."""
    content, sender = event.get("content"), inner(event, "sender")
    if event.get("type") != MESSAGE or sender in {"", bot.id} or not isinstance(content, dict):
        return None
    if inner(content, "msgtype") != "m.text" or _age(event) > OLDEST:
        return None
    relation = objects(content, "m.relates_to")
    kind, about = inner(relation, "rel_type"), inner(relation, "event_id")
    is_edited = kind == "m.replace" and bool(about)
    shown = objects(content, "m.new_content") if is_edited else content
    body = inner(shown, "body")
    if not body:
        return None
    meant = objects(shown, "m.mentions").get("user_ids")
    is_reply = bool(inner(relation, "m.in_reply_to", "event_id"))
    return Message(
        id=about if is_edited else inner(event, "event_id"),
        text=mentioned(
            typed(body, is_reply=is_reply),
            bot.names,
            bot.called,
            is_meant=isinstance(meant, list) and bot.id in meant,
        ),
        principal=Principal(network=NETWORK, user=sender, name=sender[1:].partition(":")[0]),
        room=room,
        time=_time(event, now),
        thread=about if kind == "m.thread" and about else None,
        is_direct=is_direct,
        is_edited=is_edited,
    )


def _age(event: Mapping[str, Json]) -> float:
    age = objects(dict(event), "unsigned").get("age")
    return age if isinstance(age, int | float) else 0


def _time(event: Mapping[str, Json], now: datetime) -> datetime:
    stamp = event.get("origin_server_ts")
    try:
        return datetime.fromtimestamp(stamp / 1000, UTC) if isinstance(stamp, int) else now
    except (ValueError, OverflowError, OSError):
        return now
