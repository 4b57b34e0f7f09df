"""What templates see of an execution and an alias: plain dicts with StackStorm's keys."""

from datetime import UTC, datetime

from chatops_cli.model.alias import Alias
from chatops_cli.model.execution import Execution
from chatops_cli.model.json import Json

EXECUTION_KEYS = (
    *("id", "status", "action", "runner", "parameters", "context", "liveaction"),
    *("start_timestamp", "result", "end_timestamp", "elapsed_seconds", "web_url"),
)
"""All that `execution_view` may hold."""


def execution_view(execution: Execution, *, web_url: str | None = None) -> dict[str, Json]:
    """The `execution` of ack and result templates.

    Times are ISO 8601 in UTC with microseconds and a ``Z``. Secrets are shown as they are in
    `execution`: mask them first.

    Args:
        execution: The execution, masked.
        web_url: Where a person can look at it, None where there is no such place.

    Source: StackStorm, `chatops.format_execution_result` and its fixtures; the executions of its
    API.
    """
    pack, _, name = execution.action_ref.partition(".")
    parameters = dict(execution.parameters)
    view: dict[str, Json] = {
        "id": execution.id,
        "status": execution.status.value,
        "action": {"ref": str(execution.action_ref), "pack": pack, "name": name},
        "runner": {"name": execution.runner},
        "parameters": parameters,
        "context": dict(execution.context),
        "liveaction": {"action": str(execution.action_ref), "parameters": parameters},
        "start_timestamp": _timestamp(execution.started or execution.requested),
        "result": execution.result,
    }
    if execution.ended is not None:
        view["end_timestamp"] = _timestamp(execution.ended)
    if execution.elapsed is not None:
        view["elapsed_seconds"] = execution.elapsed
    if web_url:
        view["web_url"] = web_url
    return view


def alias_view(alias: Alias) -> dict[str, Json]:
    """The `actionalias` of ack templates, and the `alias` of result templates."""
    return {
        "ref": alias.ref,
        "name": alias.name,
        "pack": alias.pack,
        "description": alias.description,
        "enabled": alias.enabled,
        "action_ref": str(alias.action_ref),
        "formats": [form.display for form in alias.formats],
        "extra": dict(alias.extra),
    }


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
