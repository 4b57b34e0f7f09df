"""The datastore as one execution uses it: what it decrypts is a secret of that execution."""

from collections.abc import Callable

from chatops_cli.execution.masking import Masker
from chatops_cli.model.item import Item
from chatops_cli.rendering.datastore import Lookup
from chatops_cli.runners.contract import KeyValues


class WatchedLookup:
    """What ``st2kv`` reads; each value that was asked for decrypted is told to `learn`.

    That it may have stood there readable makes no difference: whoever decrypts expects a secret.
    """

    def __init__(self, lookup: Lookup, learn: Callable[[str], None]) -> None:
        self._lookup = lookup
        self._learn = learn

    def get(self, scope: str, name: str, decrypt: bool) -> str | None:
        """See `Lookup`."""
        value = self._lookup.get(scope, name, decrypt)
        if decrypt and value is not None:
            self._learn(value)
        return value


class WatchedValues:
    """What an action's code reads and writes; the masker knows a secret before the action does."""

    def __init__(self, values: KeyValues, masker: Masker) -> None:
        self._values = values
        self._masker = masker

    def find(self, scope: str, name: str, *, decrypt: bool) -> Item | None:
        """See `KeyValues`."""
        item = self._values.find(scope, name, decrypt=decrypt)
        self._note(() if item is None else (item,))
        return item

    def select(self, scope: str, prefix: str, *, decrypt: bool) -> tuple[Item, ...]:
        """See `KeyValues`."""
        items = self._values.select(scope, prefix, decrypt=decrypt)
        self._note(items)
        return items

    def set(self, scope: str, name: str, value: str, *, ttl: float | None, encrypt: bool) -> Item:
        """See `KeyValues`."""
        if encrypt:
            self._masker.learn([value])
        return self._values.set(scope, name, value, ttl=ttl, encrypt=encrypt)

    def delete(self, scope: str, name: str) -> bool:
        """See `KeyValues`."""
        return self._values.delete(scope, name)

    def _note(self, items: tuple[Item, ...]) -> None:
        self._masker.learn([item.value for item in items if item.secret and not item.encrypted])
