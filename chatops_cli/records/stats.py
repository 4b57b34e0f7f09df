"""What a log adds up to: by event, person, action, status and day."""

from collections import Counter
from collections.abc import Iterable

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.records.record import Record, timestamp


@frozen
class Stats:
    """Counts, each by its key, the largest first and days in order.

    People and actions are counted by executions asked for, statuses by executions ended, days by
    records (in UTC). `denied` counts decisions against the person.
    """

    records: int
    first: str | None
    last: str | None
    denied: int
    events: dict[str, int]
    people: dict[str, int]
    actions: dict[str, int]
    statuses: dict[str, int]
    days: dict[str, int]

    def as_json(self) -> dict[str, Json]:
        """The counts by stable keys."""
        return {
            "records": self.records,
            "first": self.first,
            "last": self.last,
            "denied": self.denied,
            "events": {**self.events},
            "people": {**self.people},
            "actions": {**self.actions},
            "statuses": {**self.statuses},
            "days": {**self.days},
        }


def count(records: Iterable[Record]) -> Stats:
    """The counts over these records, which are in order."""
    events, people, actions, statuses, days = (Counter[str]() for _ in range(5))
    first = last = None
    denied = 0
    for record in records:
        first, last = first or record, record
        events[record.event] += 1
        days[record.time.date().isoformat()] += 1
        denied += record.event == "decision" and record.fields.get("allowed") is False
        if record.event == "execution.requested":
            people[person(record) or "?"] += 1
            actions[record.text("action") or "?"] += 1
        if record.event == "execution.finished":
            statuses[record.text("status") or "?"] += 1
    return Stats(
        records=events.total(),
        first=timestamp(first.time) if first else None,
        last=timestamp(last.time) if last else None,
        denied=denied,
        events=dict(events.most_common()),
        people=dict(people.most_common()),
        actions=dict(actions.most_common()),
        statuses=dict(statuses.most_common()),
        days=dict(sorted(days.items())),
    )


def person(record: Record) -> str | None:
    """Who asked, as ``network:workspace:user``; None where the record names nobody."""
    principal = record.fields.get("principal")
    if not isinstance(principal, dict):
        return None
    parts = (principal.get(key) for key in ("network", "workspace", "user"))
    return ":".join(str(part) for part in parts if part)
