"""The key-value datastore: values for everybody and values of one user, for a time or for good.

The file is for people to read and edit; what was set as secret stands encrypted in it.
Source: StackStorm, `st2common.constants.keyvalue`, the scopes system and user.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from chatops_cli.errors import ParameterError
from chatops_cli.model.item import Item, Scope
from chatops_cli.records import key_file as keys
from chatops_cli.records.documents import Documents
from chatops_cli.records.item_document import document_of, is_expired, item_of

if TYPE_CHECKING:
    from tinydb import TinyDB
    from tinydb.queries import QueryInstance

FILE = "datastore.json"
"""The file's name in the state folder."""
VALUE_LIMIT = 1024 * 1024
"""Bytes of the largest value."""
NAME_LIMIT = 1024
"""Characters of the longest name."""
LONGEST = 100 * 365 * 86400
"""Seconds of the longest ttl."""


class Recorder(Protocol):
    """Told of changes before they are made; raises `RecordError` to prevent them."""

    def set(self, items: Sequence[Item]) -> None: ...

    def deleted(self, items: Sequence[Item]) -> None: ...


class Datastore:
    """The values in the file at `path`. In scope user each call names the user.

    Args:
        path: The file; it is made when something is set.
        clock: The time, aware UTC: what has expired is gone.
        key_file: The key of secret values, by default ``datastore.key`` beside the file. It is
            read when a value is encrypted or decrypted.
        recorder: Told of each change before it is made; what it raises keeps the change from being.

    Methods raise `ParameterError` for a scope, user, name or value that can't be, `RecordError`
    where the file or the key file can't be used, and `CipherMissingError` where the library that
    encrypts is not installed.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime],
        key_file: Path | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self._recorder = recorder
        self._documents = Documents(path)
        self._path = path
        self._clock = clock
        self._key_file = key_file or path.with_name(keys.NAME)

    def find(
        self, scope: str, name: str, user: str | None = None, *, decrypt: bool = False
    ) -> Item | None:
        """The item of this name, None where there is none; a secret one holds its ciphertext."""
        table, owner = _place(scope, user)
        with self._reading() as database:
            # A database is false where its default table is empty.
            found = [] if database is None else database.table(table).search(_is(name, owner))
        items = [item_of(table, document, self._path) for document in found]
        current = [item for item in items if not is_expired(item, self._clock())]
        return self._shown(current, decrypt=decrypt)[0] if current else None

    def get(
        self, scope: str, name: str, user: str | None = None, *, decrypt: bool = False
    ) -> str | None:
        """The value of this name; see `find`."""
        item = self.find(scope, name, user, decrypt=decrypt)
        return None if item is None else item.value

    def select(
        self,
        *,
        scope: str | None = None,
        user: str | None = None,
        prefix: str = "",
        decrypt: bool = False,
    ) -> tuple[Item, ...]:
        """All items of a scope and a user (of all, where None) whose names start so, in order."""
        now = self._clock()
        found = [
            item
            for item in self._all(tuple(Scope) if scope is None else (_scope(scope),))
            if user in {None, item.user}
            and item.name.startswith(prefix)
            and not is_expired(item, now)
        ]
        found.sort(key=lambda item: (item.scope, item.user, item.name))
        return self._shown(found, decrypt=decrypt)

    def set(
        self,
        scope: str,
        name: str,
        value: str,
        user: str | None = None,
        *,
        ttl: float | None = None,
        encrypt: bool = False,
    ) -> Item:
        """The value has this name, on disk, for `ttl` seconds or for good.

        What it replaces is gone as a whole. The item is given as it stands there.
        """
        table, owner = _place(scope, user)
        item = Item(
            scope=table,
            name=name,
            value=value,
            user=owner,
            secret=encrypt,
            expires=self.expiry(ttl),
        )
        return self.put([item])[0]

    def put(self, items: Iterable[Item]) -> tuple[Item, ...]:
        """All of the items are on disk, or none; secret ones not yet so, encrypted."""
        checked = [_checked(item) for item in items]
        stored = self._encrypted(checked)
        with self._changing() as database:
            if self._recorder is not None:
                self._recorder.set(stored)
            for item in stored:
                table = database.table(item.scope)
                table.remove(_is(item.name, item.user))
                table.insert(document_of(item))
        return tuple(stored)

    def delete(self, scope: str, name: str, user: str | None = None) -> bool:
        """There is no value of this name; the answer says whether there was one."""
        table, owner = _place(scope, user)
        return bool(self.remove([Item(scope=table, name=name, value="", user=owner)]))

    def remove(self, items: Iterable[Item]) -> tuple[Item, ...]:
        """There are no items of these names any more; those that were there."""
        if not self._path.exists():
            return ()
        with self._changing() as database:
            there = tuple(
                item
                for item in items
                if database.table(item.scope).contains(_is(item.name, item.user))
            )
            if self._recorder is not None:
                self._recorder.deleted(there)
            for item in there:
                database.table(item.scope).remove(_is(item.name, item.user))
            return there

    def recorded(self, recorder: Recorder) -> "Datastore":
        """The same datastore, each change of which is on record before it is made."""
        return Datastore(self._path, clock=self._clock, key_file=self._key_file, recorder=recorder)

    def expiry(self, ttl: float | None) -> datetime | None:
        """When a value that is set now for `ttl` seconds is gone; None for None."""
        if ttl is None:
            return None
        if not 0 < ttl <= LONGEST:
            raise ParameterError(
                f"a value can't be kept for {str(ttl)[:40]} seconds",
                hint=f"a ttl is more than 0 and at most {LONGEST} seconds; without it: for good",
            )
        return self._clock() + timedelta(seconds=ttl)

    def of(self, user: str) -> "UserValues":
        """What templates and actions see when this user asks."""
        return UserValues(self, user)

    def _all(self, tables: Iterable[Scope]) -> list[Item]:
        with self._reading() as database:
            return [
                item_of(table, document, self._path)
                for table in tables
                if database is not None
                for document in database.table(table).all()
            ]

    @contextmanager
    def _reading(self) -> "Iterator[TinyDB | None]":
        if not self._path.exists():
            yield None
            return
        with self._documents.reading() as database:
            yield database

    @contextmanager
    def _changing(self) -> "Iterator[TinyDB]":
        """A transaction; what has expired is gone from the file after it, too."""
        with self._documents.changing() as database:
            now = self._clock()
            for scope in Scope:
                table = database.table(scope)
                gone = [
                    document.doc_id
                    for document in table.all()
                    if is_expired(item_of(scope, document, self._path), now)
                ]
                if gone:
                    table.remove(doc_ids=gone)
            yield database

    def _shown(self, items: "list[Item]", *, decrypt: bool) -> tuple[Item, ...]:
        if not (decrypt and any(item.encrypted for item in items)):
            return tuple(items)
        from chatops_cli.records.cipher import decrypt as decrypted

        key = keys.read_key(self._key_file)
        return tuple(
            replace(item, value=decrypted(item.value, key, _where(item)), encrypted=False)
            if item.encrypted
            else item
            for item in items
        )

    def _encrypted(self, items: "list[Item]") -> "list[Item]":
        if not any(item.secret and not item.encrypted for item in items):
            return items
        from chatops_cli.records.cipher import encrypt

        key = keys.read_key(self._key_file)
        return [
            replace(item, value=encrypt(item.value, key, _where(item)), encrypted=True)
            if item.secret and not item.encrypted
            else item
            for item in items
        ]


class UserValues:
    """The datastore for one user: everybody's values and their own, nobody else's."""

    def __init__(self, datastore: Datastore, user: str) -> None:
        self._datastore = datastore
        self._user = user

    def get(self, scope: str, name: str, decrypt: bool = False) -> str | None:
        """The value, None where there is none, as ``st2kv`` asks for it."""
        return self._datastore.get(scope, name, self._owner(scope), decrypt=decrypt)

    def find(self, scope: str, name: str, *, decrypt: bool) -> Item | None:
        """See `Datastore.find`."""
        return self._datastore.find(scope, name, self._owner(scope), decrypt=decrypt)

    def select(self, scope: str, prefix: str, *, decrypt: bool) -> tuple[Item, ...]:
        """See `Datastore.select`."""
        _place(scope, self._owner(scope))
        return self._datastore.select(
            scope=scope, user=self._owner(scope), prefix=prefix, decrypt=decrypt
        )

    def set(self, scope: str, name: str, value: str, *, ttl: float | None, encrypt: bool) -> Item:
        """See `Datastore.set`."""
        owner = self._owner(scope)
        return self._datastore.set(scope, name, value, owner, ttl=ttl, encrypt=encrypt)

    def delete(self, scope: str, name: str) -> bool:
        """See `Datastore.delete`."""
        return self._datastore.delete(scope, name, self._owner(scope))

    def _owner(self, scope: str) -> str | None:
        return self._user if scope == Scope.USER else None


def _scope(scope: str) -> Scope:
    if scope not in set(Scope):
        raise ParameterError(
            f"the datastore has no scope '{scope}'", hint=f"the scopes are {', '.join(Scope)}"
        )
    return Scope(scope)


def _place(scope: str, user: str | None) -> tuple[Scope, str]:
    """The table and the owner of a value."""
    table = _scope(scope)
    if (table is Scope.USER) != bool(user):
        need = "needs the user whose value it is" if table is Scope.USER else "has no users"
        raise ParameterError(f"the datastore's scope {scope} {need}")
    return table, user or ""


def _checked(item: Item) -> Item:
    """The item, where it is one that can be kept."""
    _place(item.scope, item.user)
    if not item.name:
        raise ParameterError("a value of the datastore needs a name")
    for text, what in ((item.name, "name for a value"), (item.user, "user")):
        if len(text) > NAME_LIMIT or not text.isprintable():
            raise ParameterError(
                f"{text[:40]!r} is no {what} of the datastore",
                hint=f"at most {NAME_LIMIT} characters, no line breaks and the like",
            )
    try:
        size = len(item.value.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise ParameterError(
            f"the value of '{item.name}' is no text that UTF-8 can hold"
        ) from error
    # What encryption adds to a value that was within the limit doesn't count.
    if size > (2 * VALUE_LIMIT + NAME_LIMIT if item.encrypted else VALUE_LIMIT):
        raise ParameterError(
            f"the value of '{item.name}' has {size:,} bytes; at most {VALUE_LIMIT:,} are kept",
            hint="keep it in a file, and the file's name here",
        )
    return item


def _where(item: Item) -> tuple[str, str, str]:
    return str(item.scope), item.user, item.name


def _is(name: str, user: str) -> "QueryInstance":
    from tinydb import where

    both: QueryInstance = (where("name") == name) & (where("user") == user)
    return both
