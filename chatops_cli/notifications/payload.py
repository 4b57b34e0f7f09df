"""What the triggers of an execution's end tell, with StackStorm's keys.

Source: StackStorm, ``st2actions.notifier.notifier``. **Ours**: secrets are masked in all of it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.templates import Templates

_FAILED = frozenset({Status.FAILED, Status.TIMEOUT, Status.ABANDONED})
_EVENTS = {"on-complete": "completed", "on-success": "succeeded", "on-failure": "failed"}


@frozen
class Notice:
    """One event of a ``notify`` section that has come about: who is told what."""

    routes: tuple[str, ...]
    message: str
    data: JsonObject


def notices_of(notify: JsonObject, execution: Execution) -> Iterator[Notice]:
    """The events of a ``notify`` section that an execution's end is, in StackStorm's order."""
    for event, word in _EVENTS.items():
        section = notify.get(event)
        if not isinstance(section, dict) or not _is(event, execution.status):
            continue
        routes, data = section.get("routes"), section.get("data")
        message = section.get("message")
        default = f"Action {execution.action_ref} {word}."
        yield Notice(
            routes=tuple(map(str, routes)) if isinstance(routes, list) else (),
            message=message if isinstance(message, str) and message else default,
            data=data if isinstance(data, dict) else {},
        )


def _is(event: str, status: Status) -> bool:
    if event == "on-success":
        return status is Status.SUCCEEDED
    return event == "on-complete" or status in _FAILED


def rendered(
    notice: Notice, execution: Execution, *, templates: Templates, values: Mapping[str, object]
) -> tuple[Notice, tuple[ChatOpsError, ...]]:
    """The notice with its templates rendered; one that can't be stays as it is written.

    Args:
        notice: The notice.
        execution: Its execution, masked.
        templates: What renders.
        values: What templates may name beside the execution: ``st2kv``.
    """
    context: dict[str, object] = {
        **values,
        "action_parameters": dict(execution.parameters),
        "action_context": dict(execution.context),
        "action_results": execution.result,
    }
    errors: list[ChatOpsError] = []

    def render(value: Json) -> Json:
        try:
            return templates.render_json(value, context, strict=True)
        except ChatOpsError as error:
            errors.append(error)
            return value

    message = render(notice.message)
    data = {name: render(value) for name, value in notice.data.items()}
    return Notice(routes=notice.routes, message=str(message), data=data), tuple(errors)


def notify_payload(notice: Notice, route: str, execution: Execution) -> dict[str, Json]:
    """The payload of ``core.st2.generic.notifytrigger``; `notice` is rendered."""
    import json

    ended = execution.ended or execution.requested
    return {
        "message": notice.message,
        "data": {**notice.data, "result": json.dumps(execution.result)},
        "execution_id": execution.id,
        "status": str(execution.status),
        "start_timestamp": timestamp(execution.started or execution.requested),
        "end_timestamp": timestamp(ended),
        "action_ref": str(execution.action_ref),
        "runner_ref": execution.runner,
        "route": route,
        "channel": route,
    }


def action_payload(execution: Execution) -> dict[str, Json]:
    """The payload of ``core.st2.generic.actiontrigger``."""
    return {
        "execution_id": execution.id,
        "status": str(execution.status),
        "start_timestamp": str(execution.started or execution.requested),
        "action_name": str(execution.action_ref),
        "action_ref": str(execution.action_ref),
        "runner_ref": execution.runner,
        "parameters": dict(execution.parameters),
        "result": execution.result,
    }


def inquiry_payload(execution: Execution) -> dict[str, Json] | None:
    """The payload of ``core.st2.generic.inquiry``; None where no route is named.

    Source: StackStorm, ``st2common.services.inquiry``.
    """
    route = execution.result.get("route") if isinstance(execution.result, dict) else None
    if not isinstance(route, str) or not route:
        return None
    return {"id": execution.id, "route": route}


def timestamp(time: datetime) -> str:
    """A time as StackStorm writes it: ISO 8601 with microseconds and the offset of its zone."""
    return time.isoformat(timespec="microseconds")
