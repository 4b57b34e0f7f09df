"""Records found by their number, or by the id of a message or an execution."""

from collections.abc import Iterable
from pathlib import Path

from chatops_cli.errors import NotFoundError
from chatops_cli.records.reader import last, records
from chatops_cli.records.record import Record

_SHOWN = 5


def find(folder: Path, which: str) -> tuple[Record, ...]:
    """The record of this number, or those of the message or execution with this id.

    Raises:
        NotFoundError: There is none, or the beginning of an id means several.
    """
    newest = last(folder, 1)
    if which.isascii() and which.isdigit() and newest and int(which) <= newest[0].seq:
        found = next(iter(records(folder, after=int(which) - 1)), None) if int(which) else None
        if found is None or found.seq != int(which):
            raise NotFoundError(
                f"record {which} is not in the log", hint="'chatops audit verify' says more"
            )
        return (found,)
    return _by_id(records(folder), which)


def _by_id(source: Iterable[Record], which: str) -> tuple[Record, ...]:
    """The records that name this id, or the only one that begins so."""
    found: dict[str, list[Record]] = {}
    for record in source:
        for name in ("execution_id", "message_id"):
            own = record.text(name)
            if own is not None and which and own.startswith(which):
                found.setdefault(own, []).append(record)
    if which in found:
        return tuple(found[which])
    match list(found):
        case [only]:
            return tuple(found[only])
        case []:
            raise NotFoundError(
                f"no record has the number or id '{which}'", hint="see 'chatops audit tail'"
            )
        case several:
            names = ", ".join(several[:_SHOWN]) + (" …" if len(several) > _SHOWN else "")
            raise NotFoundError(f"several ids begin with '{which}': {names}")
