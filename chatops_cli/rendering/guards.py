"""What operators, filters and methods would build, reckoned before they build it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from itertools import islice
from types import MappingProxyType

from chatops_cli.rendering.limits import (
    STEP_LIMIT,
    check_bits,
    check_numbers,
    check_size,
    weigh,
)

NUMBERED_FILTERS = frozenset(
    {
        "batch",
        "center",
        "indent",
        "round",
        "slice",
        "to_json_string",
        "to_yaml_string",
        "tojson",
        "wordwrap",
    }
)
"""Filters whose numbers are widths or counts."""
FREE_FILTERS = frozenset(
    {"abs", "attr", "count", "d", "default", "first", "float", "int", "last", "length", "random"}
)
"""Filters that take no more than a moment whatever they are given."""
NUMBERED_METHODS = frozenset({"center", "expandtabs", "ljust", "rjust", "to_bytes", "zfill"})

_WIDTH = re.compile(r"\d{6,}")


def check_operation(operator: str, left: object, right: object) -> None:
    """Refuses a binary operation whose result would be over a limit."""
    if operator == "*":
        _check_product(left, right)
    elif operator == "**":
        if isinstance(left, int) and isinstance(right, int):
            check_bits(left.bit_length() * abs(right))
    elif operator == "%":
        if isinstance(left, str):
            check_percent(left, right)
    elif isinstance(left, str | list | tuple) and isinstance(right, str | list | tuple):
        check_size(len(left) + len(right))


def _check_product(left: object, right: object) -> None:
    if isinstance(left, int) and isinstance(right, int):
        check_bits(left.bit_length() + right.bit_length())
    for value, times in ((left, right), (right, left)):
        if isinstance(value, str | bytes | list | tuple) and isinstance(times, int):
            check_size(len(value) * max(times, 0))


def check_percent(form: str, values: object) -> None:
    """Refuses ``form % values`` where widths are large, or large values are written many times."""
    if _WIDTH.search(form):
        check_numbers(int(run[:20]) for run in _WIDTH.findall(form))
    if "*" in form:
        check_numbers(values if isinstance(values, tuple) else (values,))
    check_size(len(form) + form.count("%") * weigh(values))


def check_specification(specification: str) -> None:
    """Refuses a format specification, as in ``'{:>9}'``, with a large width or precision."""
    check_numbers(int(run[:20]) for run in _WIDTH.findall(specification))


def guard_filter(
    name: str, value: object, arguments: Sequence[object], named: Mapping[str, object]
) -> object:
    """The value to filter, once it is known that the filter may have it.

    Iterators are gathered into a list for the filters that would write all of them.

    Raises:
        TemplateLimitError: The filter would build more than a limit allows.
    """
    extra = (*arguments, *named.values())
    for argument in extra:
        weigh(argument)
    if name in NUMBERED_FILTERS:
        check_numbers(extra)
    if name in ("join", "sum") and isinstance(value, Iterator):
        value = list(islice(value, STEP_LIMIT))
    weight = weigh(value)
    size = _FILTER_SIZES.get(name)
    if size is not None:
        check_size(size(value, weight, extra))
    return value


def _joined(value: object, weight: int, extra: Sequence[object]) -> int:
    return weight + _length(value) * _longest(extra)


def _replaced(value: object, weight: int, extra: Sequence[object]) -> int:
    if len(extra) < 2:  # noqa: PLR2004  # the filter itself says what is missing
        return weight
    return weight + str(value).count(str(extra[0])) * len(str(extra[1]))


def _indented(value: object, weight: int, extra: Sequence[object]) -> int:
    widths = [len(e) if isinstance(e, str) else e for e in extra if isinstance(e, str | int)]
    return weight + (str(value).count("\n") + 1) * int(max(widths, default=4))


def _formatted(value: object, weight: int, extra: Sequence[object]) -> int:
    if isinstance(value, str):
        check_percent(value, tuple(extra))
    return weight


def _worded(value: object, weight: int, extra: Sequence[object]) -> int:
    return weight + len(str(value)) * _longest(extra)


_FILTER_SIZES: Mapping[str, Callable[[object, int, Sequence[object]], int]] = MappingProxyType(
    {
        "join": _joined,
        "replace": _replaced,
        "indent": _indented,
        "format": _formatted,
        "wordwrap": _worded,
        "urlize": _worded,
    }
)


def guard_method(
    function: object, arguments: tuple[object, ...], named: Mapping[str, object]
) -> tuple[object, ...]:
    """The arguments for a method of a text, once it is known that it may have them.

    Other callables are let through: `function` is whatever a template calls.

    Raises:
        TemplateLimitError: The method would build more than a limit allows.
    """
    owner = getattr(function, "__self__", None)
    name = getattr(function, "__name__", "")
    if name in NUMBERED_METHODS:
        check_numbers((*arguments, *named.values()))
    if not isinstance(owner, str | bytes):
        return arguments
    if name == "join" and arguments:
        return _guard_join(owner, arguments)
    if name == "replace" and len(arguments) > 1:
        new = arguments[1]
        found = owner.count(arguments[0])  # type: ignore[arg-type]  # str.replace says it better
        check_size(len(owner) + found * (len(new) if isinstance(new, str | bytes) else 0))
    elif name == "translate" and arguments and isinstance(arguments[0], dict):
        check_size(len(owner) * max(1, _longest(list(arguments[0].values()))))
    elif name == "expandtabs":
        width = next((a for a in (*arguments, *named.values()) if isinstance(a, int)), 8)
        check_size(len(owner) * max(1, width))
    elif name in ("format", "format_map") and isinstance(owner, str):
        check_size(len(owner) + owner.count("{") * (weigh(arguments) + weigh(dict(named))))
    return arguments


def _guard_join(owner: str | bytes, arguments: tuple[object, ...]) -> tuple[object, ...]:
    items = arguments[0]
    if isinstance(items, Iterator):
        items = list(islice(items, STEP_LIMIT))
    check_size(weigh(items) + _length(items) * len(owner))
    return (items, *arguments[1:])


def _longest(values: Sequence[object]) -> int:
    return max((len(v) for v in values if isinstance(v, str)), default=0)


def _length(value: object) -> int:
    return len(value) if isinstance(value, Sized) else 0
