"""Values that stand for what isn't known yet, so that a template can be tried beforehand.

Whatever is done with an `Unknown` is unknown again: what fails all the same fails for certain.
"""

from collections.abc import Iterator, Mapping

from chatops_cli.validation.jinja.shape import Keyed, Listed, Number, Shape

_DEPTH = 4
"""Levels of lists and objects in which something unknown is looked for."""


class Unknown:
    """Any value. `is_true` says how it is taken where true or false is asked, and has one item.

    Where it isn't true it has none. All that Python asks of a value is answered in that way.
    """

    __slots__ = ("is_true",)
    __hash__ = object.__hash__

    def __init__(self, *, is_true: bool) -> None:
        self.is_true = is_true

    def __bool__(self) -> bool:
        return self.is_true

    def __len__(self) -> int:
        return int(self.is_true)

    def __iter__(self) -> Iterator[object]:
        return iter((self.item(),) if self.is_true else ())

    def __contains__(self, value: object) -> bool:
        return self.is_true

    def __str__(self) -> str:
        return "…"

    def __format__(self, specification: str) -> str:
        return "…"

    def __int__(self) -> int:
        return 1

    __index__ = __int__

    def __float__(self) -> float:
        return 1.0

    def _any(self, *_: object, **__: object) -> "Unknown":
        return Unknown(is_true=self.is_true)

    __call__ = __neg__ = __pos__ = __abs__ = __round__ = _any
    __lt__ = __le__ = __gt__ = __ge__ = _any
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __rmod__ = _any
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __pow__ = __rpow__ = _any

    def __eq__(self, other: object) -> bool:
        return self.is_true

    def __ne__(self, other: object) -> bool:
        return self.is_true

    def __getitem__(self, key: object) -> object:
        return self.step(key)

    def step(self, key: object) -> object:  # noqa: ARG002  # others know some keys
        """What is under a key, of which nothing is known either."""
        return Unknown(is_true=self.is_true)

    def item(self) -> object:
        """What a loop over it gives."""
        return Unknown(is_true=self.is_true)


class Many(Unknown):
    """A list of so many, of whose items something is known."""

    __slots__ = ("_item",)

    def __init__(self, item: object, *, is_true: bool) -> None:
        super().__init__(is_true=is_true)
        self._item = item

    def step(self, key: object) -> object:
        """An item, or what else it may be asked for."""
        return self._item if isinstance(key, int) else super().step(key)

    def item(self) -> object:
        return self._item


class Open(Unknown):
    """An object of which some keys are known. `other` is what further ones hold, if known."""

    __slots__ = ("_known", "_other")

    def __init__(self, known: Mapping[str, object], other: object, *, is_true: bool) -> None:
        super().__init__(is_true=is_true)
        self._known = known
        self._other = other

    def step(self, key: object) -> object:
        if isinstance(key, str) and key in self._known:
            return self._known[key]
        is_method = isinstance(key, str) and hasattr(dict, key)
        return self._other if self._other is not None and not is_method else super().step(key)


def sample(shape: Shape, *, is_true: bool) -> object:
    """A value of this shape: what is known of it is as it will be, the rest unknown.

    Args:
        shape: What is known.
        is_true: How unknown values are taken where true or false is asked.
    """
    match shape:
        case Number():
            return (0 if shape.is_code and is_true else 1) if shape.is_whole else 1.5
        case Listed():
            return Many(sample(shape.items, is_true=is_true), is_true=is_true)
        case Keyed():
            known = {key: sample(inner, is_true=is_true) for key, inner in shape.keys.items()}
            if not (shape.is_open or shape.other):
                return known
            other = sample(shape.other, is_true=is_true) if shape.other is not None else None
            return Open(known, other, is_true=is_true)
        case _:
            return Unknown(is_true=is_true)


def is_unknown(value: object, depth: int = 0) -> bool:
    """Whether something in a value isn't known."""
    if isinstance(value, Unknown):
        return True
    if depth == _DEPTH:
        return False
    if isinstance(value, dict):
        return any(is_unknown(item, depth + 1) for pair in value.items() for item in pair)
    if isinstance(value, slice):
        return any(isinstance(end, Unknown) for end in (value.start, value.stop, value.step))
    return isinstance(value, list | tuple) and any(is_unknown(item, depth + 1) for item in value)
