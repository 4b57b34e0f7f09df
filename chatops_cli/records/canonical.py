"""Canonical JSON: one value, one text, so that a digest means the same everywhere."""

import hashlib
import json.encoder
from collections.abc import Callable, Mapping
from math import isfinite

from chatops_cli.model.json import Json

DEPTH = 200
"""Levels of nesting that are kept; what lies deeper is replaced by a note."""


def _writer(*, sort: bool) -> Callable[[object], str]:
    """What writes a value as JSON: the C encoder, which `JSONEncoder.encode` makes for each value.

    A circle in a value ends as nesting too deep does, and needs no check of its own.
    """
    encoder = json.JSONEncoder(
        sort_keys=sort, separators=(",", ":"), allow_nan=False, check_circular=False
    )
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return encoder.encode
    escape = json.encoder.encode_basestring_ascii
    write = make(None, encoder.default, escape, None, ":", ",", sort, False, False)
    return lambda value: "".join(write(value, 0))


_ORDERED = _writer(sort=False)
_SORTED = _writer(sort=True)


def encode(value: object, *, sort: bool = True) -> bytes:
    """The value as ASCII JSON without white space, keys sorted unless `sort` is off.

    ASCII, because text from a chat room may hold lone surrogates, which UTF-8 can't, and control
    characters beyond ASCII, which ``cat`` would hand to the terminal. What JSON can't hold is put
    in words (``NaN`` becomes ``"NaN"``), so that every value can be recorded.
    """
    write = _SORTED if sort else _ORDERED
    try:
        return write(value).encode("ascii")
    except (TypeError, ValueError, RecursionError):
        return write(plain(value)).encode("ascii")


def digest(data: bytes) -> str:
    """The SHA-256 of the bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def plain(value: object, depth: int = DEPTH) -> Json:
    """The value with all that JSON can't hold put in words.

    A float that isn't finite, an integer too long to print, a key or value of another type becomes
    its text; nesting ends at `depth`.
    """
    if isinstance(value, str):
        # An exact str: a StrEnum writes itself otherwise.
        return str(value)
    if isinstance(value, (Mapping, list, tuple)):
        return _nested(value, depth)
    match value:
        case None | bool():
            return value
        case int():
            return _integer(value)
        case float() if isfinite(value):
            return value
        case _:
            return str(value)


def _nested(value: Mapping[object, object] | list[object] | tuple[object, ...], depth: int) -> Json:
    if depth == 0:
        return f"(nested deeper than {DEPTH} levels)"
    if isinstance(value, Mapping):
        return {str(key): plain(item, depth - 1) for key, item in value.items()}
    return [plain(item, depth - 1) for item in value]


def _integer(value: int) -> Json:
    # Python prints and reads at most 4300 digits; 14000 bits stay below that.
    return int(value) if value.bit_length() < 14000 else hex(value)  # noqa: PLR2004  # said above
