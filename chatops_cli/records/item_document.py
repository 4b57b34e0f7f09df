"""An item of the datastore as a document of its file, and back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from chatops_cli.errors import RecordError
from chatops_cli.model.item import Item, Scope
from chatops_cli.model.json import Json


def document_of(item: Item) -> dict[str, Json]:
    """``name``, ``user``, ``value``; ``secret`` and ``expires`` where they say something."""
    document: dict[str, Json] = {"name": item.name, "user": item.user, "value": item.value}
    if item.secret:
        document["secret"] = True
    if item.expires is not None:
        document["expires"] = as_text(item.expires)
    return document


def item_of(scope: Scope, document: Mapping[str, Json], path: Path) -> Item:
    """The item that a document says; someone may have edited it, and written a number.

    Raises:
        RecordError: Nobody can tell when it expires. `path` is the file, for the message.
    """
    secret = document.get("secret") is True
    name = str(document.get("name", ""))
    return Item(
        scope=scope,
        name=name,
        value=str(document.get("value", "")),
        user=str(document.get("user") or ""),
        secret=secret,
        encrypted=secret,
        expires=_time(document.get("expires"), name, path),
    )


def is_expired(item: Item, now: datetime) -> bool:
    """Whether the item is gone by then."""
    return item.expires is not None and item.expires <= now


def as_text(time: datetime) -> str:
    """A time as it stands in the file, in UTC: ``2026-01-31T08:15:04.120Z``."""
    text = time.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _time(text: Json, name: str, path: Path) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise RecordError(
            f"the file {path} cannot be used: 'expires' of '{name}' is no time",
            hint="write it as 2026-01-31T08:15:04Z, or remove it",
        ) from error
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)
