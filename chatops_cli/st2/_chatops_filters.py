"""StackStorm's Jinja filters, for templates that packs' code renders itself.

Templates of packs' files are rendered by the program, with bounds; here nothing is bounded.
`FILTERS` has them by name.

Source: StackStorm, `st2common.expressions.functions`.
"""

import json
import os.path
import re

from _chatops_missing import NotProvidedError

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any

NONE_TEXT = "%*****__%NONE%__*****%"
"""What `use_none` writes for null."""

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?", re.ASCII)
_UNITS = ("y", "d", "h", "m", "s")


def decrypt_kv(_value: object) -> str:
    """Refused: what is in the datastore is asked for with `decrypt=True`."""
    raise NotProvidedError("decrypt_kv here (read with decrypt=True)")


def from_json_string(value: object) -> "Any":
    return json.loads(str(value))


def from_yaml_string(value: object) -> "Any":
    import yaml

    return yaml.safe_load(str(value))  # noqa: TID251  # a pack's interpreter has no other reader


def json_escape(value: object) -> str:
    return "" if _is_undefined(value) else json.dumps(value).strip('"')


def jsonpath_query(value: object, query: str) -> "list[Any] | None":
    """The values found, None where there are none; one of two libraries has to be installed."""
    from importlib import import_module

    try:
        library = import_module("jsonpath_ng")
    except ImportError:
        library = import_module("jsonpath_rw")  # StackStorm's choice, named if there is neither
    return [match.value for match in library.parse(query).find(value)] or None


def to_json_string(
    value: object,
    indent: "int | None" = None,
    sort_keys: bool = False,
    separators: "tuple[str, str]" = (",", ": "),
) -> str:
    if _is_undefined(value):
        return ""
    return json.dumps(value, indent=indent, sort_keys=sort_keys, separators=separators)


def to_yaml_string(value: object, indent: "int | None" = None, allow_unicode: bool = True) -> str:
    import yaml

    if _is_undefined(value):
        return ""
    text: str = yaml.safe_dump(
        value, indent=indent, allow_unicode=allow_unicode, default_flow_style=False
    )
    return text


def use_none(value: object) -> object:
    return NONE_TEXT if value is None else value


def regex_match(value: str, pattern: str, ignorecase: bool = False) -> bool:
    return re.match(pattern, value, re.IGNORECASE if ignorecase else 0) is not None


def regex_search(value: str, pattern: str, ignorecase: bool = False) -> bool:
    return re.search(pattern, value, re.IGNORECASE if ignorecase else 0) is not None


def regex_replace(value: str, pattern: str, replacement: str, ignorecase: bool = False) -> str:
    return re.sub(pattern, replacement, value, flags=re.IGNORECASE if ignorecase else 0)


def regex_substring(
    value: str, pattern: str, result_index: int = 0, ignorecase: bool = False
) -> object:
    return re.findall(pattern, value, re.IGNORECASE if ignorecase else 0)[result_index]


def to_human_time_from_seconds(seconds: float) -> str:
    """``3h25m45s``; the number itself below a second, with a mu. Months are left out, as there."""
    import datetime as dt

    if seconds == 0:
        return "0s"
    if seconds < 1:
        return f"{seconds}\u03bcs"
    date = dt.datetime(1, 1, 1) + dt.timedelta(seconds=round(seconds))  # noqa: DTZ001  # a length, no moment
    counts = [date.year - 1, date.day - 1, date.hour, date.minute, date.second]
    first = next(number for number, count in enumerate(counts) if count)
    return "".join(f"{count}{unit}" for count, unit in list(zip(counts, _UNITS))[first:])


def version_compare(value: str, pattern: str) -> int:
    """-1, 0 or 1: below, equal, above."""
    left, right = _order(value), _order(pattern)
    return (left > right) - (left < right)


def version_match(value: str, pattern: str) -> bool:
    """Whether a condition such as ``>=1.2.0`` holds; a version alone means equal."""
    found = re.fullmatch(r"(>=|<=|==|!=|>|<)?(.*)", pattern, re.DOTALL)
    assert found is not None
    order = version_compare(value, found[2])
    signs = {">": (1,), "<": (-1,), ">=": (0, 1), "<=": (0, -1), "!=": (1, -1)}
    return order in signs.get(found[1] or "==", (0,))


def version_bump_major(value: str) -> str:
    return f"{_parts(value)[0] + 1}.0.0"


def version_bump_minor(value: str) -> str:
    major, minor, _ = _parts(value)
    return f"{major}.{minor + 1}.0"


def version_bump_patch(value: str) -> str:
    major, minor, patch = _parts(value)
    return f"{major}.{minor}.{patch + 1}"


def version_strip_patch(value: str) -> str:
    major, minor, _ = _parts(value)
    return f"{major}.{minor}"


def _parts(value: str) -> "tuple[int, int, int]":
    found = _VERSION.fullmatch(value)
    if found is None:
        raise ValueError(f"'{value}' is not a version such as 1.2.3")
    return int(found[1]), int(found[2]), int(found[3])


def _order(value: str) -> "tuple[Any, ...]":
    """What versions are ordered by: the build doesn't count, a prerelease comes first."""
    numbers, found = _parts(value), _VERSION.fullmatch(value)
    assert found is not None
    if not found[4]:
        return (numbers, 1)
    words = [(0, int(w), "") if w.isdigit() else (1, 0, w) for w in found[4].split(".")]
    return (numbers, 0, words)


def _is_undefined(value: object) -> bool:
    from jinja2 import StrictUndefined, Undefined

    return isinstance(value, Undefined) and not isinstance(value, StrictUndefined)


def _named(*functions: "Any") -> "dict[str, Any]":
    return {function.__name__: function for function in functions}


FILTERS = {
    **_named(decrypt_kv, from_json_string, from_yaml_string, json_escape, jsonpath_query),
    **_named(to_json_string, to_yaml_string, use_none, to_human_time_from_seconds),
    **_named(regex_match, regex_search, regex_replace, regex_substring),
    **_named(version_compare, version_match, version_strip_patch),
    **_named(version_bump_major, version_bump_minor, version_bump_patch),
    "to_complex": json.dumps,
    "version_more_than": lambda value, other: version_compare(value, other) > 0,
    "version_less_than": lambda value, other: version_compare(value, other) < 0,
    "version_equal": lambda value, other: version_compare(value, other) == 0,
    "basename": os.path.basename,
    "dirname": os.path.dirname,
}
