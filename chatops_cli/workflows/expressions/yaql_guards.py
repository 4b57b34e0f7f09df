"""YAQL's own functions that could build more than a limit allows, each with a check before it.

Source: yaql 3.2, ``yaql.standard_library``. Its quota looks at values when they are there already.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sized
from types import MappingProxyType

from yaql.standard_library import collections, date_time, math, regex, strings

from chatops_cli.rendering.limits import check_bits, check_numbers, check_size
from chatops_cli.workflows.expressions import yaql_regex
from chatops_cli.workflows.expressions.mistakes import MistakeError
from chatops_cli.workflows.expressions.yaql_context import BoundedContext

_DATE_TEXT = 100
_FORMAT = 1000
_WIDTH = re.compile(r"%[^a-zA-Z%]*\d{3}")


def guard(context: BoundedContext) -> None:
    """Replaces what functions of this context and those around it do, where it is not bounded."""
    layer: BoundedContext | None = context
    while layer is not None:
        for definitions in layer._functions.values():  # noqa: SLF001  # there is no other door
            for definition in definitions:
                payload = definition.payload
                if payload in _CHECKED:
                    definition.payload = _with_check(_CHECKED[payload], payload)
                elif payload in _REPLACED:
                    definition.payload = _REPLACED[payload]
        layer = layer.parent


def _with_check(
    check: Callable[..., None], payload: Callable[..., object]
) -> Callable[..., object]:
    def checked(*arguments: object, **named: object) -> object:
        check(*arguments, **named)
        return payload(*arguments, **named)

    return checked


def _check_power(a: object, b: object, c: object = None) -> None:
    if isinstance(a, int) and isinstance(b, int) and c is None:
        check_bits(a.bit_length() * abs(b))


def _check_shift(value: int, bits_number: int) -> None:
    check_bits(value.bit_length() + bits_number)


def _check_product(left: object, right: object) -> None:
    if isinstance(left, int) and isinstance(right, int):
        check_bits(left.bit_length() + right.bit_length())


def _check_round(_: object, ndigits: int = 0) -> None:
    check_numbers((ndigits,))


def _check_repeated(left: object, right: object, _: object) -> None:
    for value, times in ((left, right), (right, left)):
        if isinstance(value, Sized) and isinstance(times, int):
            check_size(len(value) * max(times, 0))


def _check_concat(*texts: str) -> None:
    check_size(sum(map(len, texts)))


def _check_replace(string: str, old: str, new: str, count: int = -1) -> None:
    found = string.count(old)
    check_size(len(string) + len(new) * (found if count < 0 else min(found, count)))


def _check_date(string: str, format__: str | None = None) -> None:
    if len(string) > _DATE_TEXT:
        raise MistakeError("a text is too long for a date")
    if format__ is not None:
        _check_format(None, format__)


def _check_format(_: object, format__: str) -> None:
    if len(format__) > _FORMAT or _WIDTH.search(format__):
        raise MistakeError("a format of a date is too long, or has a width in it")


def _joined(
    sequence: Iterable[object], separator: str, str_delegate: Callable[[object], str]
) -> str:
    texts: list[str] = []
    size = 0
    for member in sequence:
        text = str_delegate(member)
        texts.append(text)
        size += len(text) + len(separator)
        check_size(size)
    return separator.join(texts)


def _joined_by(
    separator: str, sequence: Iterable[object], str_delegate: Callable[[object], str]
) -> str:
    return _joined(sequence, separator, str_delegate)


def _replaced_each(
    string: str,
    str_func: Callable[[object], str],
    replacements: Mapping[object, object],
    count: int = -1,
) -> str:
    for key, value in replacements.items():
        old, new = str_func(key), str_func(value)
        _check_replace(string, old, new, count)
        string = string.replace(old, new, count)
    return string


def _date_of(string: str, format__: str | None = None) -> object:
    _check_date(string, format__)
    try:
        return date_time.datetime_from_string(string, format__)
    except (ValueError, OverflowError):
        raise MistakeError("a text is no date") from None


_CHECKED: Mapping[object, Callable[..., None]] = MappingProxyType(
    {
        math.pow_: _check_power,
        math.shift_bits_left: _check_shift,
        math.multiplication: _check_product,
        math.round_: _check_round,
        collections.list_by_int: _check_repeated,
        collections.int_by_list: _check_repeated,
        strings.string_by_int: _check_repeated,
        strings.int_by_string: _check_repeated,
        strings.concat: _check_concat,
        strings.replace: _check_replace,
        date_time.format_: _check_format,
    }
)
_REPLACED: Mapping[object, Callable[..., object]] = MappingProxyType(
    {
        strings.join: _joined,
        strings.join_: _joined_by,
        strings.replace_with_dict: _replaced_each,
        date_time.datetime_from_string: _date_of,
        regex.regex: yaql_regex.regex,
        regex.matches: yaql_regex.matches,
        regex.matches_: yaql_regex.text_matches,
        regex.matches_operator_regex: yaql_regex.operator_matches,
        regex.matches_operator_string: yaql_regex.text_matches,
        regex.not_matches_operator_regex: yaql_regex.operator_differs,
        regex.not_matches_operator_string: yaql_regex.operator_differs_text,
        regex.search: yaql_regex.search,
        regex.search_all: yaql_regex.search_all,
        regex.split: yaql_regex.split,
        regex.split_string: yaql_regex.split_text,
        regex.replace: yaql_regex.replace,
        regex.replace_string: yaql_regex.replace_text,
        regex.replace_by: yaql_regex.replace_by,
        regex.replace_by_string: yaql_regex.replace_text_by,
    }
)
