"""``st2kv`` in templates: values of the key-value datastore, looked up when they are written."""

from typing import Protocol

from chatops_cli.errors import ChatOpsError, ExitCode

SCOPES = ("system", "user")


class DatastoreError(ChatOpsError):
    """A template refers to a datastore item that doesn't exist, or not by its name."""

    exit_code = ExitCode.FAILED


class Lookup(Protocol):
    """Where datastore items are read. `name` may hold dots; None stands for an absent item."""

    def get(self, scope: str, name: str, decrypt: bool) -> str | None: ...


class StoredValues:
    """``st2kv`` itself: ``st2kv.system.x``, ``st2kv.user.x``, ``st2kv('system.x', decrypt=true)``.

    Source: StackStorm, `st2common.services.keyvalues` and the function of Orquesta. An absent item
    is an error here, where StackStorm's attribute form gives an empty text.
    """

    __slots__ = ("_lookup",)

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def child(self, name: str) -> "StoredValue":
        """The scope of this name."""
        if name not in SCOPES:
            raise DatastoreError(
                f"st2kv has no scope '{name}'", hint=f"the scopes are {' and '.join(SCOPES)}"
            )
        return StoredValue(self._lookup, name, "")

    def __call__(self, key: str, **options: object) -> object:
        """The value of ``scope.name``; options are ``decrypt=`` and ``default=`` (if absent)."""
        if not isinstance(key, str):
            raise DatastoreError(f"st2kv takes the name of an item, not {key!r}")
        name = key.removeprefix("st2kv.")
        scope, dot, rest = name.partition(".")
        if not dot or scope not in SCOPES:
            scope, rest = "system", name
        value = self._lookup.get(scope, rest, bool(options.get("decrypt", False)))
        if value is not None:
            return value
        if "default" in options:
            return options["default"]
        raise _absent(scope, rest)


class StoredValue:
    """One item, or the start of its dotted name; its text is looked up when it is written."""

    __slots__ = ("_lookup", "_name", "_scope")

    def __init__(self, lookup: Lookup, scope: str, name: str) -> None:
        self._lookup = lookup
        self._scope = scope
        self._name = name

    def child(self, name: str) -> "StoredValue":
        """The item with one more part in its name."""
        return StoredValue(self._lookup, self._scope, f"{self._name}.{name}".lstrip("."))

    def read(self, *, decrypt: bool = False) -> str:
        """The item's value.

        Raises:
            DatastoreError: There is no such item.
        """
        value = self._lookup.get(self._scope, self._name, decrypt)
        if value is None:
            raise _absent(self._scope, self._name)
        return value

    def __str__(self) -> str:
        return self.read()

    def __int__(self) -> int:
        return int(float(self.read()))

    def __float__(self) -> float:
        return float(self.read())

    def __len__(self) -> int:
        return len(self.read())

    def __bool__(self) -> bool:
        return bool(self._lookup.get(self._scope, self._name, False))

    def __eq__(self, other: object) -> bool:
        return self.read() == (other.read() if isinstance(other, StoredValue) else other)

    def __hash__(self) -> int:
        return hash((self._scope, self._name))


def _absent(scope: str, name: str) -> DatastoreError:
    return DatastoreError(
        f"the datastore has no item '{name}' in scope {scope}",
        hint="set it, or give a default: st2kv('system.x', default='…')",
    )
