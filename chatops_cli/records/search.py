"""Records found by who, what, when and which words."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from chatops_cli.records.canonical import encode
from chatops_cli.records.record import Record

_IDS = ("message_id", "execution_id")


@dataclass(frozen=True, slots=True, kw_only=True)
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
        _Thread(lambda record: who is None or is_by(record, who)),
        _Thread(lambda record: action is None or record.text("action") == action),
        _Thread(lambda record: room is None or record.text("room") == room),
    )
    for record in records:
        # Each thread has to see each record, so this is no `all` that stops at the first no.
        missing = sum(not thread.has(record) for thread in threads)
        if not missing and _is_match(record, query):
            yield record


class _Thread:
    """The records that name something, and those that share a message or execution with them."""

    def __init__(self, is_named: Callable[[Record], bool]) -> None:
        self._is_named = is_named
        self._ids: set[tuple[str, str]] = set()

    def has(self, record: Record) -> bool:
        ids = {(name, value) for name in _IDS if (value := record.text(name))}
        if self._is_named(record):
            self._ids |= ids
            return True
        # An execution belongs to a message, not the other way round: one message may lead to
        # several actions, and asking for one of them doesn't mean the others.
        key = "execution_id" if any(name == "execution_id" for name, _ in ids) else "message_id"
        return any(each in self._ids for each in ids if each[0] == key)


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
