"""Records found by who, what, when and which words."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

from chatops_cli.model.frozen import frozen
from chatops_cli.records.canonical import encode
from chatops_cli.records.record import Record


@frozen
class Query:
    """What to look for: all that is given has to be so. Times are aware; `until` is excluded.

    `who` is a name, a user id, or ``network:workspace:user``; `event` a whole name or the part
    before its dot (``audit``); `text` is looked for in all fields, whatever its case.
    """

    who: str | None = None
    action: str | None = None
    event: str | None = None
    status: str | None = None
    room: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None


def search(records: Iterable[Record], query: Query) -> Iterator[Record]:
    """The records that the query is about, in order.

    A person, an action and a room stand in a few records only; those that share a message or an
    execution with them belong to them too. So `records` should begin before `since`.
    """
    who, action, room = query.who, query.action, query.room
    threads = (
        _Thread(lambda record: who is None or is_by(record, who), _ids),
        _Thread(lambda record: room is None or record.text("room") == room, _ids),
        _Thread(lambda record: action is None or record.text("action") == action, _closest_id),
    )
    for record in records:
        # Each thread has to see each record, so this is no `all` that stops at the first no.
        missing = sum(not thread.has(record) for thread in threads)
        if not missing and _is_match(record, query):
            yield record


Ids: TypeAlias = "frozenset[tuple[str, str]]"


class _Thread:
    """The records that name something, and those that share an id with one of them."""

    def __init__(self, is_named: Callable[[Record], bool], ids: Callable[[Record], Ids]) -> None:
        self._is_named = is_named
        self._ids_of = ids
        self._ids: set[tuple[str, str]] = set()

    def has(self, record: Record) -> bool:
        ids = self._ids_of(record)
        if self._is_named(record):
            self._ids |= ids
            return True
        return not self._ids.isdisjoint(ids)


def _ids(record: Record) -> Ids:
    names = ("message_id", "execution_id")
    return frozenset((name, value) for name in names if (value := record.text(name)))


def _closest_id(record: Record) -> Ids:
    """The execution's where there is one: a message may lead to executions of several actions."""
    ids = _ids(record)
    return frozenset(each for each in ids if each[0] == "execution_id") or ids


def is_by(record: Record, who: str) -> bool:
    """Whether the record names this person as the one who asked."""
    principal = record.fields.get("principal")
    if not isinstance(principal, dict):
        return False
    network, workspace, user, name = (
        str(principal.get(key, "")) for key in ("network", "workspace", "user", "name")
    )
    whole = ":".join(part for part in (network, workspace, user) if part)
    return who in {name, user, whole} or who.casefold() == name.casefold() != ""


def _is_match(record: Record, query: Query) -> bool:
    return (
        (query.event is None or _is_event(record.event, query.event))
        and query.status in {None, record.text("status")}
        and (query.since is None or record.time >= query.since)
        and (query.until is None or record.time < query.until)
        and (query.text is None or _has_text(record, query.text))
    )


def _is_event(event: str, wanted: str) -> bool:
    return event == wanted or event.startswith(f"{wanted}.")


def _has_text(record: Record, text: str) -> bool:
    wanted = text.casefold()
    return any(wanted in part.casefold() for part in _texts(record.fields))


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)
        case _:
            yield encode(value).decode("ascii")
