"""Parcels made of notifications and announcements."""

from chatops_cli.model.announcement import Announcement
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.notifications.delivery import Parcel


def parcel_of_notice(payload: JsonObject, *, message_id: str) -> Parcel:
    """The parcel of a payload of the notification trigger."""
    return Parcel(
        route=_text(payload.get("route")),
        execution_id=_text(payload.get("execution_id")),
        text=_text(payload.get("message")),
        payload=payload,
        status=Status(_text(payload.get("status"))),
        message_id=message_id,
    )


def parcel_of_inquiry(payload: JsonObject, execution: Execution, *, message_id: str) -> Parcel:
    """The parcel of what waits for an answer; `execution` is masked."""
    from chatops_cli.rendering.replies import render_waiting

    text = render_waiting(execution).text
    return Parcel(
        route=_text(payload.get("route")),
        execution_id=execution.id,
        text=text,
        payload={**payload, "message": text, "execution_id": execution.id},
        status=execution.status,
        message_id=message_id,
    )


def parcel_of_announcement(said: Announcement) -> Parcel:
    """The parcel of an announcement: where it has a message, that is its text, else all of it.

    Source: hubot-stackstorm: ``channel``, ``user``, ``whisper``, ``message`` and ``extra``.
    """
    payload = said.payload
    extra = payload.get("extra")
    return Parcel(
        route=said.route,
        execution_id=said.execution_id,
        text=_text(payload.get("message")) or _json(dict(payload)),
        payload={
            "route": said.route,
            "execution_id": said.execution_id,
            "payload": dict(payload),
        },
        room=_text(payload.get("channel")),
        user=_text(payload.get("user")),
        is_whisper=payload.get("whisper") is True,
        extra=extra if isinstance(extra, dict) else {},
    )


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _json(value: Json) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)
