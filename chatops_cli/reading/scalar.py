"""One scalar of YAML 1.1 as JSON, the way PyYAML reads it."""

import math
from functools import reduce
from types import MappingProxyType

# A whole number of this many hexadecimal digits still fits into a float.
_LONGEST_NUMBER = 250
_TRUE = frozenset({"yes", "true", "on"})

TEXT = "tag:yaml.org,2002:str"
"""The tag of plain text."""
NULL = "tag:yaml.org,2002:null"
"""The tag of null."""
_INTEGER = "tag:yaml.org,2002:int"
_KINDS = MappingProxyType(
    {
        NULL: "nothing",
        "tag:yaml.org,2002:bool": "true or false",
        _INTEGER: "a number",
        "tag:yaml.org,2002:float": "a number",
        "tag:yaml.org,2002:timestamp": "a date",
    }
)


class ScalarError(ValueError):
    """The scalar has no JSON value of its kind; the message says what it is."""


def resolve(tag: str, text: str) -> bool | int | float | str | None:
    """The JSON value of a scalar. Dates stay as they are written: JSON knows none.

    Args:
        tag: The node's tag, which YAML 1.1's rules or the file gave it.
        text: The scalar as written, without its quotes.

    Raises:
        ScalarError: A number that JSON can't hold, or text that isn't of its tag.
    """
    if tag == TEXT:
        return text
    match _KINDS.get(tag):
        case "nothing":
            return None
        case "true or false":
            return text.lower() in _TRUE
        case "a number":
            return _integer(text) if tag == _INTEGER else _number(text)
        case _:
            return text


def kind(tag: str) -> str | None:
    """What a scalar of this tag is called, None for text."""
    return _KINDS.get(tag)


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ScalarError("a number too long to keep")
    plain = text.replace("_", "")
    sign = -1 if plain.startswith("-") else 1
    digits = plain.lstrip("+-")
    try:
        if ":" in digits:
            return sign * reduce(lambda value, part: value * 60 + int(part), digits.split(":"), 0)
        if digits[:2] in ("0b", "0x"):
            return sign * int(digits, 0)
        return sign * int(digits, 8 if digits.startswith("0") else 10)
    except ValueError as error:
        raise ScalarError("not a whole number") from error


def _number(text: str) -> float:
    plain = text.replace("_", "").lower()
    sign = -1.0 if plain.startswith("-") else 1.0
    digits = plain.lstrip("+-")
    if digits in (".inf", ".nan") or len(text) > _LONGEST_NUMBER:
        raise ScalarError("a number that JSON can't hold")
    try:
        value = reduce(lambda value, part: value * 60 + float(part), digits.split(":"), 0.0)
    except ValueError as error:
        raise ScalarError("not a number") from error
    if not math.isfinite(value):
        raise ScalarError("a number that JSON can't hold")
    return sign * value
