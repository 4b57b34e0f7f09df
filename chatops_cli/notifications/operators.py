"""The operators of a rule's criteria: a value compared with a pattern.

Source: StackStorm, ``st2common.operators``. Where there a value of the wrong type raises whatever
Python raises, here it is one error that says so; either way the criterion doesn't hold.
**Ours**: dates are ISO 8601, or as mail has them; regular expressions are bounded in time.
"""

from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from operator import gt, lt
from types import MappingProxyType

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.json import Json
from chatops_cli.model.rule import Operator

Comparison = Callable[[Json, Json], bool]


class ComparisonError(ChatOpsError):
    """The value or the pattern is of a type that the operator can't compare."""


def compare(operator: Operator, value: Json, pattern: Json, *, now: Callable[[], datetime]) -> bool:
    """Whether the value, null where there is none, fits the pattern.

    With a null on one side nothing fits but what the operator's meaning allows. The operator
    ``search`` compares no single value: it isn't for here.

    Args:
        operator: How they are compared.
        value: What was found.
        pattern: What it is held to.
        now: The time, aware UTC, for the operators of time.

    Raises:
        ComparisonError: They can't be compared so.
    """
    if operator in _OF_ANYTHING:
        return _OF_ANYTHING[operator](value, pattern)
    if pattern is None or (value is None and operator not in _LISTS):
        return False
    if operator in _TIMES:
        return _TIMES[operator](_age(value, now), _number(pattern))
    return _COMPARISONS[operator](value, pattern)


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise ComparisonError(f"{_shown(value)} is no text")
    return value


def _shown(value: Json) -> str:
    match value:
        case None:
            return "nothing"
        case bool() | int() | float():
            return "a number" if not isinstance(value, bool) else "true or false"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"


def _holds(container: Json, item: Json) -> bool:
    """Whether the item is in a list, is a key of an object, or a part of a text."""
    if isinstance(container, str):
        return _text(item) in container
    if isinstance(container, list):
        return item in container
    if isinstance(container, dict) and isinstance(item, Hashable):
        return item in container
    raise ComparisonError(f"{_shown(item)} can't be looked for in {_shown(container)}")


def _is_less(left: Json, right: Json) -> bool:
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left < right
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    raise ComparisonError(f"{_shown(left)} and {_shown(right)} have no order")


def _lower(compare_texts: Callable[[str, str], bool]) -> Comparison:
    """A comparison of texts without regard to case."""
    return lambda value, pattern: compare_texts(_text(value).lower(), _text(pattern).lower())


def _cased(compare_texts: Callable[[str, str], bool]) -> Comparison:
    return lambda value, pattern: compare_texts(_text(value), _text(pattern))


def _regex(value: Json, pattern: Json, *, ignorecase: bool = False) -> bool:
    from chatops_cli.rendering.filters.engine import choose_engine

    text, sought = _text(value), _text(pattern)
    try:
        return choose_engine(text, sought, ignorecase=ignorecase).contains()
    except ValueError as error:
        raise ComparisonError(str(error)) from error


def _match_regex(value: Json, pattern: Json) -> bool:
    """The start of the text; a dot stands for a line break, too."""
    from chatops_cli.rendering.filters.engine import choose_engine

    text, sought = _text(value), _text(pattern)
    try:
        return choose_engine(text, sought, ignorecase=False, dotall=True).starts()
    except ValueError as error:
        raise ComparisonError(str(error)) from error


def _age(value: Json, now: Callable[[], datetime]) -> float:
    """Seconds since a date; one without a zone is in UTC."""
    text = _text(value).strip()
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        date = _mail_date(text)
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return (now() - date).total_seconds()


def _mail_date(text: str) -> datetime:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text)
    except ValueError:
        raise ComparisonError("the text is no date, such as 2026-01-31T08:15:00Z") from None


def _number(pattern: Json) -> float:
    if isinstance(pattern, int | float | str):
        try:
            return float(pattern)
        except (ValueError, OverflowError):
            pass
    raise ComparisonError(f"{_shown(pattern)} is no number of seconds")


_OF_ANYTHING: Mapping[Operator, Comparison] = MappingProxyType(
    {
        Operator.EXISTS: lambda value, _: value is not None,
        Operator.NEXISTS: lambda value, _: value is None,
        Operator.NEQUALS: lambda value, pattern: value != pattern,
    }
)
_LISTS = frozenset({Operator.INSIDE, Operator.NINSIDE})
_TIMES: Mapping[Operator, Callable[[float, float], bool]] = MappingProxyType(
    {Operator.TIMEDIFF_LT: lt, Operator.TIMEDIFF_GT: gt}
)
_COMPARISONS: Mapping[Operator, Comparison] = MappingProxyType(
    {
        Operator.EQUALS: lambda value, pattern: value == pattern,
        Operator.IEQUALS: _lower(lambda value, pattern: value == pattern),
        Operator.CONTAINS: _holds,
        Operator.NCONTAINS: lambda value, pattern: not _holds(value, pattern),
        Operator.ICONTAINS: _lower(lambda value, pattern: pattern in value),
        Operator.INCONTAINS: _lower(lambda value, pattern: pattern not in value),
        Operator.STARTSWITH: _cased(str.startswith),
        Operator.ISTARTSWITH: _lower(str.startswith),
        Operator.ENDSWITH: _cased(str.endswith),
        Operator.IENDSWITH: _lower(str.endswith),
        Operator.LESSTHAN: _is_less,
        Operator.GREATERTHAN: lambda value, pattern: _is_less(pattern, value),
        Operator.MATCHWILDCARD: _cased(fnmatchcase),
        Operator.MATCHREGEX: _match_regex,
        Operator.REGEX: _regex,
        Operator.IREGEX: lambda value, pattern: _regex(value, pattern, ignorecase=True),
        Operator.INSIDE: lambda value, pattern: _holds(pattern, value),
        Operator.NINSIDE: lambda value, pattern: not _holds(pattern, value),
    }
)
