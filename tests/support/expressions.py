"""Scopes for expressions."""

from collections.abc import Mapping

from chatops_cli.model.json import Json, JsonObject
from chatops_cli.workflows.evaluation import Scope


def make_scope(
    variables: Mapping[str, Json] | None = None,
    *,
    task: str | None = "t1",
    result: Json = None,
    statuses: Mapping[str, str] | None = None,
) -> Scope:
    """What an expression sees: by default a task that has succeeded."""
    known = {"t1": "succeeded"} if statuses is None else statuses

    def run_of(name: str, route: int | None) -> JsonObject | None:
        if name not in known:
            return None
        told = result if name == task else None
        return {"task_name": name, "status": known[name], "result": told, "route": route or 0}

    return Scope(
        variables=variables or {},
        task=task,
        result=result,
        status_of=lambda name, _: known.get(name, "null"),
        task_of=run_of,
    )
