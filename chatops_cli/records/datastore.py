"""The key-value datastore that ``st2kv`` reads: values for everybody, and values of one user.

Source: StackStorm, `st2common.constants.keyvalue`, the scopes system and user. Values are text and
lie readable in the file: no place for secrets.
"""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.errors import ParameterError
from chatops_cli.records.documents import Documents

if TYPE_CHECKING:
    from tinydb.queries import QueryInstance
    from tinydb.table import Document


class Scope(StrEnum):
    """Whose values: everybody's, or those of one user."""

    SYSTEM = "system"
    USER = "user"


class Datastore:
    """The values in the file at `path`. In scope user each call names the user."""

    def __init__(self, path: Path) -> None:
        self._documents = Documents(path)
        self._path = path

    def get(self, scope: str, name: str, user: str | None = None) -> str | None:
        """The value of this name, None where there is none.

        Raises:
            ParameterError: There is no such scope, or a user is missing or too many.
            RecordError: The file is damaged or can't be read.
        """
        table, owner = _place(scope, user)
        if not self._path.exists():
            return None
        with self._documents.reading() as database:
            found = database.table(table).search(_is(name, owner))
        return _value(found[0]) if found else None

    def set(self, scope: str, name: str, value: str, user: str | None = None) -> None:
        """The value has this name, on disk; same errors as `get`."""
        table, owner = _place(scope, user)
        if not name:
            raise ParameterError("a value of the datastore needs a name")
        with self._documents.changing() as database:
            database.table(table).upsert(
                {"name": name, "user": owner, "value": value}, _is(name, owner)
            )

    def delete(self, scope: str, name: str, user: str | None = None) -> bool:
        """There is no value of this name; the answer says whether there was one."""
        table, owner = _place(scope, user)
        with self._documents.changing() as database:
            return bool(database.table(table).remove(_is(name, owner)))

    def items(self, scope: str, user: str | None = None) -> dict[str, str]:
        """All values by name, sorted; same errors as `get`."""
        table, owner = _place(scope, user)
        if not self._path.exists():
            return {}
        with self._documents.reading() as database:
            found = [doc for doc in database.table(table).all() if doc.get("user") == owner]
        return dict(sorted((str(doc.get("name")), _value(doc)) for doc in found))

    def of(self, user: str) -> "Lookup":
        """What templates see when this user asks."""
        return Lookup(self, user)


class Lookup:
    """The datastore for one user, as ``st2kv`` asks it."""

    def __init__(self, datastore: Datastore, user: str) -> None:
        self._datastore = datastore
        self._user = user

    def get(self, scope: str, name: str, decrypt: bool = False) -> str | None:
        """The value, None where there is none. `decrypt` changes nothing: none is encrypted."""
        del decrypt
        return self._datastore.get(scope, name, self._user if scope == Scope.USER else None)


def _place(scope: str, user: str | None) -> tuple[str, str]:
    """The table and the owner of a value."""
    if scope not in set(Scope):
        raise ParameterError(
            f"the datastore has no scope '{scope}'", hint=f"the scopes are {', '.join(Scope)}"
        )
    if (scope == Scope.USER) != bool(user):
        need = "needs the user whose value it is" if scope == Scope.USER else "has no users"
        raise ParameterError(f"the datastore's scope {scope} {need}")
    return str(scope), user or ""


def _is(name: str, user: str) -> "QueryInstance":
    from tinydb import where

    both: QueryInstance = (where("name") == name) & (where("user") == user)
    return both


def _value(document: "Document") -> str:
    # Someone may have edited the file and written a number.
    return str(document.get("value", ""))
