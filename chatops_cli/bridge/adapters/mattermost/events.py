"""What an event of the websocket holds: something that somebody said, or nothing for us.

Source: the server's sources, ``model/websocket_message.go`` and ``model/post.go``.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject

DIRECT = "D"
"""The type of a channel of two."""
_SAID = frozenset({"", "me"})
"""Types of posts that people write; all others are the server's own."""
_NOT_PEOPLE = ("from_webhook", "from_bot", "from_plugin")
"""Marks of posts that stand under somebody's name, and aren't theirs."""


@frozen
class Heard:
    """A post of somebody. `changed` is when it was last changed, in milliseconds of the server."""

    id: str
    user: str
    channel: str
    text: str
    created: int
    changed: int
    thread: str | None = None
    name: str = ""
    channel_type: str = ""
    is_edited: bool = False

    @property
    def time(self) -> datetime | None:
        """When it was said."""
        try:
            return datetime.fromtimestamp(self.created / 1000, UTC)
        except (ValueError, OverflowError, OSError):
            return None


def said_in(event: JsonObject, me: str) -> Heard | None:
    """What a person said or has edited; None for all else.

    Args:
        event: The event.
        me: The bot's id: its own posts are not heard.
    """
    kind = event.get("event")
    if kind not in {"posted", "post_edited"}:
        return None
    try:
        post = json.loads(inner(event, "data", "post"))
    except (ValueError, RecursionError):
        return None
    heard = said(
        post,
        me,
        name=inner(event, "data", "sender_name").removeprefix("@"),
        channel_type=inner(event, "data", "channel_type"),
    )
    # A post that was pinned, or has a preview of a link now, is told of as an edit, too.
    if heard is None or (kind == "post_edited" and not heard.is_edited):
        return None
    return heard


def said(post: Json, me: str, *, name: str = "", channel_type: str = "") -> Heard | None:
    """What a person said in a post; None where it is another's."""
    if not isinstance(post, dict) or not _is_persons(post, me):
        return None
    number, user, channel = (inner(post, key) for key in ("id", "user_id", "channel_id"))
    if not number or not user or not channel:
        return None
    return Heard(
        id=number,
        user=user,
        channel=channel,
        text=inner(post, "message"),
        created=_number(post, "create_at"),
        changed=max(_number(post, "create_at"), _number(post, "edit_at")),
        thread=inner(post, "root_id") or None,
        name=name,
        channel_type=channel_type,
        is_edited=_number(post, "edit_at") > 0,
    )


def _is_persons(post: Mapping[str, Json], me: str) -> bool:
    if inner(post, "type") not in _SAID or inner(post, "user_id") == me:
        return False
    if _number(post, "delete_at") > 0:
        return False
    props = post.get("props")
    marks = props if isinstance(props, dict) else {}
    return not any(str(marks.get(mark)).lower() == "true" for mark in _NOT_PEOPLE)


def _number(post: Mapping[str, Json], key: str) -> int:
    value = post.get(key)
    return value if isinstance(value, int) else 0
