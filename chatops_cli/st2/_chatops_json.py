"""JSON of an action's answer, and of what the datastore is asked, without `json` where that can be.

That one imports `re`, which takes as long as the interpreter; what does the work is in C, and is
used directly here.
"""

import sys

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any


def loads(text: str) -> "Any":
    """The value that `text` is the JSON of."""
    try:
        from _json import make_scanner

        scan = make_scanner(_Scan)  # type: ignore[arg-type]  # its stub names no such class
    except (ImportError, AttributeError, TypeError):
        import json

        return json.loads(text)
    return scan(text, 0)[0]


class _Scan:
    """What the scanner asks of a decoder."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    array_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float


def dumps(value: object) -> str:
    """`value` as JSON; what JSON can't say becomes the text of it, numbers without value null."""
    try:
        return _encode(value)
    except ValueError:
        pass
    except (TypeError, RecursionError):
        return _encode(_text(value))
    try:
        return _encode(_without_nan(value))
    except (TypeError, ValueError, RecursionError):
        return _encode(_text(value))


def _text(value: object) -> str:
    """The text of a result that JSON can't say. Leaves by `sys.exit` if there is none."""
    try:
        return str(value)
    except Exception as error:  # noqa: BLE001  # it is the action's own class
        sys.stderr.write(
            f"run() returned a {type(value).__name__} that JSON can't say, and that gives no text "
            f"either: {type(error).__name__}: return plain lists, dicts, texts and numbers\n"
        )
        sys.exit(1)


def _encode(value: object) -> str:
    try:
        from _json import encode_basestring, make_encoder

        encode = make_encoder({}, _simplify, encode_basestring, None, ":", ",", False, False, False)
    except (ImportError, TypeError):
        import json

        return json.dumps(value, default=_simplify, ensure_ascii=False, allow_nan=False)
    return "".join(encode(value, 0))


def _simplify(value: "Any") -> object:
    """The same in JSON's types. Source: orjson, which StackStorm writes results with."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    loaded = sys.modules
    if "uuid" in loaded and isinstance(value, loaded["uuid"].UUID):
        return str(value)
    if "enum" in loaded and isinstance(value, loaded["enum"].Enum):
        return value.value
    raise TypeError(type(value))


def _without_nan(value: object) -> object:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    return value
