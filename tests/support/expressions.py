"""Scopes for expressions."""

from collections.abc import Mapping

from chatops_cli.model.json import Json
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
    return Scope(
        variables=variables or {},
        task=task,
        result=result,
        status_of=lambda name: known.get(name, "null"),
    )
