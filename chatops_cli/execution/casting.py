"""Casts of a parameter's value to the type that its schema declares."""

import math
import re
from collections.abc import Callable, Mapping

from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.secret import MASK

NONE_MARK = "%*****__%NONE%__*****%"
"""What the `use_none` filter renders for a null, since a template can only render text.

Source: StackStorm, ``st2common.expressions.functions.data``.
"""

LONGEST_SHOWN = 60

_INTEGER = re.compile(r"[+-]?[0-9]+")
_ARTICLES: Mapping[str, str] = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}


class CastError(ValueError):
    """The value can't be read as the declared type; the text says what was expected."""


def cast(value: Json, schema: JsonObject) -> Json:
    """Reads `value` as the type that `schema` declares.

    Text is read as the type: a whole number, a number, true or false, JSON or a Python literal for
    lists and objects; text without brackets is a list by its commas, its items cast to the type of
    ``items``. Null and values of a schema without a single type stay as they are, and so does what
    is of the type already.

    Raises:
        CastError: The value does not read as the type.

    Source: StackStorm, ``st2common.util.casts``, and the array cast of alias executions. It differs
        where StackStorm loses something in silence: 12.7 is no whole number, true is no number, and
        ``nan`` and ``inf`` are no numbers, since JSON has none of them.
    """
    if value is None or value == NONE_MARK:
        return None
    kind = schema.get("type")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    return value if read is None else read(value, schema)


def describe(kind: str) -> str:
    """The type in words, to stand after "must be"."""
    return _ARTICLES.get(kind, kind)


def shown(value: Json, *, is_secret: bool = False) -> str:
    """The value for an error message: one line, cut short, and never a secret's."""
    if is_secret:
        return MASK
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _string(value: Json, _: JsonObject) -> Json:
    if not isinstance(value, str):
        raise CastError("must be a text")
    return value


def _integer(value: Json, _: JsonObject) -> Json:
    if isinstance(value, str):
        text = value.strip()
        if not _INTEGER.fullmatch(text):
            raise CastError("must be a whole number")
        try:
            return int(text)
        except ValueError as error:  # more digits than Python reads
            raise CastError("must be a whole number of fewer digits") from error
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise CastError("must be a whole number")
    return int(value)


def _number(value: Json, _: JsonObject) -> Json:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise CastError("must be a number")
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise CastError("must be a number") from error
    if not math.isfinite(number):
        raise CastError("must be a finite number")
    return number


def _boolean(value: Json, _: JsonObject) -> Json:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        match value.strip().lower():
            case "true":
                return True
            case "false":
                return False
            case _:
                pass
    raise CastError("must be true or false")


def _array(value: Json, schema: JsonObject) -> Json:
    if isinstance(value, list):
        return value
    if not isinstance(value, str):
        raise CastError("must be a list")
    text = value.strip()
    if not text:
        return []
    if text.startswith(("[", "(")) and text.endswith(("]", ")")):
        parsed = _structure(text)
        if not isinstance(parsed, list):
            raise CastError('must be a list, such as a,b or ["a", "b"]')
        return parsed
    items = schema.get("items")
    kind = items if isinstance(items, Mapping) else {}
    try:
        return [cast(item.strip(), kind) for item in text.split(",")]
    except CastError as error:
        raise CastError(f"must be a list, and each item {error}") from error


def _object(value: Json, _: JsonObject) -> Json:
    parsed = _structure(value.strip()) if isinstance(value, str) else value
    if not isinstance(parsed, dict):
        raise CastError('must be an object, such as {"key": "value"}')
    return parsed


def _structure(text: str) -> Json:
    """Reads JSON, or else a Python literal as templates render them; None if it is neither."""
    import json

    try:
        value: Json = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return _literal(text)
    return value


def _literal(text: str) -> Json:
    """Reads a Python literal as JSON would hold it: a tuple as a list, keys as text."""
    import ast
    import json

    try:
        value: Json = json.loads(json.dumps(ast.literal_eval(text), allow_nan=False))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return value


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> Json:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is more than a number holds")
    return number


_READERS: Mapping[str, Callable[[Json, JsonObject], Json]] = {
    "array": _array,
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "object": _object,
    "string": _string,
}
