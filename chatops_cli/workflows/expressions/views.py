"""Plain data as YAQL needs it: nothing in it can change, and all of it can be hashed.

Orquesta copies all variables for each expression. Here an object is wrapped, and what is in it when
it is asked for; what comes back unchanged is the object itself.
"""

from collections.abc import Callable, Iterator, Mapping

from chatops_cli.model.json import Json


class View(Mapping[str, object]):
    """An object that can't be changed, as ``yaql.language.utils.FrozenDict`` is."""

    __slots__ = ("_hash", "_made", "_original")

    def __init__(self, original: Mapping[str, Json]) -> None:
        self._original = original
        self._made: dict[str, object] = {}
        self._hash: int | None = None

    def __getitem__(self, key: str) -> object:
        made = self._made
        if key in made:
            return made[key]
        value = made[key] = frozen_view(self._original[key])
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._original)

    def __len__(self) -> int:
        return len(self._original)

    def __contains__(self, key: object) -> bool:
        return key in self._original

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = 0
            for pair in self.items():
                self._hash ^= hash(pair)
        return self._hash

    def __eq__(self, other: object) -> bool:
        if isinstance(other, View):
            return self._original == other._original
        return NotImplemented if not isinstance(other, Mapping) else dict(self) == dict(other)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __unfrozen__(self) -> Mapping[str, Json]:
        """What it was made of."""
        return self._original


def frozen_view(value: Json) -> object:
    """The value, with views for objects and tuples for lists."""
    if isinstance(value, dict):
        return View(value)
    if isinstance(value, list | tuple):
        return tuple(map(frozen_view, value))
    return value


def thawed(value: object) -> object:
    """What YAQL works with, for functions that expect lists and dicts. Generators are run."""
    original: Callable[[], object] | None = getattr(value, "__unfrozen__", None)
    if original is not None:
        return original()
    if isinstance(value, Mapping):
        return {key: thawed(member) for key, member in value.items()}
    if isinstance(value, tuple | list):
        return [thawed(member) for member in value]
    if isinstance(value, Iterator):
        return [thawed(member) for member in value]
    return value
