"""Objects that share what they have in common with others, and objects put over others.

Nobody can change them, nor may anybody change what is in them.
"""

from collections.abc import ItemsView, Iterator, Mapping

from chatops_cli.model.json import Json, JsonObject


class Layered(Mapping[str, Json]):
    """An object that nobody can change; with more in it it is another one.

    It is kept in layers, the newest first, each of at least half the size of all before it: a
    thousand objects, each with one name more than the one before it, cost about what ten do that
    share nothing.
    """

    __slots__ = ("_layers",)

    def __init__(self, layers: tuple[dict[str, Json], ...] = ()) -> None:
        self._layers = layers

    def __getitem__(self, name: str) -> Json:
        for layer in self._layers:
            if name in layer:
                return layer[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        for layer in self._layers:  # noqa: SIM110  # `any` takes thrice as long
            if name in layer:
                return True
        return False

    def __iter__(self) -> Iterator[str]:
        return iter(self.whole())

    def __len__(self) -> int:
        return len(self.whole())

    def whole(self) -> dict[str, Json]:
        """All of it, in the order in which names came; a new dict."""
        found: dict[str, Json] = {}
        for layer in reversed(self._layers):
            found.update(layer)
        return found

    def plus(self, more: JsonObject) -> "Layered":
        """This with `more`, which wins; objects in both are merged."""
        newest: dict[str, Json] = {}
        for name, value in more.items():
            newest[name] = over(self[name], value) if name in self else value
        layers = self._layers
        while layers and len(layers[0]) < 2 * len(newest):
            newest = {**layers[0], **newest}
            layers = layers[1:]
        return Layered((newest, *layers)) if newest else self


class Over(Mapping[str, Json]):
    """The upper object, which wins, and the lower one; objects in both are merged.

    Put together when all of it is asked for, and not for one name in it.
    """

    __slots__ = ("_lower", "_upper", "_whole")

    def __init__(self, lower: JsonObject, upper: Layered) -> None:
        self._lower = lower
        self._upper = upper
        self._whole: dict[str, Json] | None = None

    def __getitem__(self, name: str) -> Json:
        if name not in self._upper:
            return self._lower[name]
        value = self._upper[name]
        return over(self._lower[name], value) if name in self._lower else value

    def __contains__(self, name: object) -> bool:
        return name in self._upper or name in self._lower

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def items(self) -> ItemsView[str, Json]:
        """All names with their values."""
        return self._all().items()

    def _all(self) -> dict[str, Json]:
        if self._whole is None:
            self._whole = merged(self._lower, self._upper.whole())
        return self._whole


def over(lower: Json, upper: Json) -> Json:
    """The upper value; two objects are merged. Neither is changed."""
    if isinstance(lower, Mapping) and isinstance(upper, Mapping):
        return merged(lower, upper)
    return upper


def merged(lower: JsonObject, upper: JsonObject) -> dict[str, Json]:
    """Both objects in one; the upper one wins, objects in them are merged. Neither is changed."""
    values = {**lower, **upper}
    for name in lower.keys() & upper.keys():
        values[name] = over(lower[name], upper[name])
    return values
