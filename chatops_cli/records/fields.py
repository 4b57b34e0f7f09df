"""The fields of an event as its record writes them.

Long values are shortened, with their length and digest, so that one record stays one small write.
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache

from chatops_cli.model.chat import Principal
from chatops_cli.model.json import Json
from chatops_cli.records.canonical import digest, encode, plain
from chatops_cli.records.events import Event
from chatops_cli.records.record import timestamp

TEXT_LIMIT = 4096
"""Characters of a text that a record keeps."""

LIST_LIMIT = 50
"""Items of a list, such as the candidates of an ambiguous message, that a record keeps."""

_WORD = 2**63
"""Integers within plus or minus this are short, and need no look at their text."""


def fields_of(event: Event) -> dict[str, Json]:
    """The event's fields as its record writes them: every field, absent ones as null."""
    names = _names(type(event))  # type: ignore[arg-type]  # a class can be hashed
    fields: dict[str, Json] = {}
    for name in names:
        value = getattr(event, name)
        # Most are nothing, or an exact and short text: there are sixty of them in a message's path.
        kind = type(value)
        if value is None or kind is bool or (kind is str and len(value) <= TEXT_LIMIT):
            fields[name] = value
        elif kind is datetime:
            fields[name] = timestamp(value)
        elif kind is Principal:
            fields[name] = _principal(value)
        else:
            fields[name] = _field(value)
    return fields


@cache
def _names(event: type[Event]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(event))


def shortened(value: Json) -> Json:
    """The value, or the start of its text where that is longer than `TEXT_LIMIT`.

    What was left out is told by its length in characters and the digest of the whole.
    """
    text = value if isinstance(value, str) else encode(value, sort=False).decode("ascii")
    if len(text) <= TEXT_LIMIT:
        return value
    left_out, whole = len(text) - TEXT_LIMIT, digest(encode(text))
    return f"{text[:TEXT_LIMIT]}… ({left_out} more characters, sha256 {whole})"


def _field(value: object) -> Json:
    match value:
        case StrEnum():
            return value.value
        case float() | int() if _is_short(value):
            return plain(value)
        case Mapping():
            return {str(key): shortened(plain(item)) for key, item in value.items()}
        case tuple():
            return [shortened(plain(item)) for item in value[:LIST_LIMIT]]
        case _:
            return shortened(plain(value))


def _principal(value: Principal) -> dict[str, Json]:
    return {
        "network": value.network,
        "workspace": value.workspace,
        "user": value.user,
        "name": value.name,
    }


def _is_short(value: float) -> bool:
    """Whether its text is, which needs not be made to know that."""
    return not isinstance(value, int) or -_WORD < value < _WORD
