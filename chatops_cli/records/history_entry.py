"""One execution as the history has it, and what a list of them may be narrowed to."""

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.records.record import timestamp


@frozen
class Entry:
    """What is known about an execution; all of it is masked. Times are ISO 8601 in UTC.

    `text` is what was typed, `rule` and `reason` say why it was allowed, `timeout` and `elapsed`
    are seconds, `result_size` is bytes. `retry_of` is the execution that
    it tries again, `task` the task of the workflow `parent` that it is a run of, `item` the place
    of its item.
    """

    id: str
    requested: str | None
    status: str
    action: str | None
    alias: str | None
    runner: str | None
    message_id: str | None
    text: str | None
    network: str | None
    workspace: str | None
    user: str | None
    user_name: str | None
    operator: str | None
    room: str | None
    parent: str | None
    parameters: Json
    rule: str | None
    reason: str | None
    timeout: float | None
    started: str | None
    ended: str | None
    elapsed: float | None
    result_digest: str | None
    result_size: int | None
    error: str | None
    retry_of: str | None
    task: str | None
    item: int | None

    @classmethod
    def of(cls, row: Sequence[object]) -> "Entry":
        """The entry of a row with the columns `COLUMNS`."""
        values = dict(zip(_NAMES, row, strict=True))
        values["parameters"] = json.loads(str(values["parameters"] or "{}"))
        return cls(**values)  # type: ignore[arg-type]  # the columns hold what their names say

    @property
    def person(self) -> str:
        """The name to show, or the id where there is none."""
        return self.user_name or self.user or ""

    def as_json(self) -> dict[str, Json]:
        """The entry by stable keys."""
        return {name: getattr(self, name) for name in _NAMES}


_NAMES = tuple(field.name for field in fields(Entry))

COLUMNS = tuple(
    {"id": "executions.id", "text": "messages.text", "network": "executions.network"}.get(n, n)
    for n in _NAMES
)


@frozen
class Filter:
    """What a list is narrowed to: all that is given has to be so. `since` is aware.

    `who` is a name, a user id, or ``network:workspace:user``.
    """

    status: str | None = None
    action: str | None = None
    alias: str | None = None
    who: str | None = None
    room: str | None = None
    since: datetime | None = None
    limit: int = 20

    def condition(self) -> tuple[str, tuple[str, ...]]:
        """The text after WHERE, and the values for it."""
        parts, values = ["action IS NOT NULL"], []
        for column in ("status", "action", "alias", "room"):
            if (value := getattr(self, column)) is not None:
                parts.append(f"executions.{column} = ?")
                values.append(value)
        if self.since is not None:
            parts.append("requested >= ?")
            values.append(timestamp(self.since))
        if self.who is not None:
            parts.append(
                "? IN (user, user_name, executions.network || ':' ||"
                " iif(workspace = '', '', workspace || ':') || user)"
            )
            values.append(self.who)
        return " AND ".join(parts), tuple(values)
