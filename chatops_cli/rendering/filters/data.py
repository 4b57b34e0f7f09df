"""Filters between data and text: JSON, YAML, JSONPath, the datastore.

Source: StackStorm, `st2common.expressions.functions.data` and `.datastore`.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from chatops_cli.rendering.datastore import StoredValue

if TYPE_CHECKING:
    from jsonpath_ng import JSONPath

NONE_TEXT = "%*****__%NONE%__*****%"
"""What `use_none` writes for null; a parameter with this text is null."""


def decrypt_kv(value: object) -> str:
    """A datastore item's value, decrypted."""
    if not isinstance(value, StoredValue):
        raise TypeError("decrypt_kv takes a datastore item, such as st2kv.system.password")
    return value.read(decrypt=True)


def from_json_string(value: object) -> object:
    """The data of a JSON text."""
    import json

    return json.loads(str(value))


def from_yaml_string(value: object) -> object:
    """The data of a YAML text, without tags that make anything but data."""
    from yaml import YAMLError
    from yaml.constructor import SafeConstructor

    from chatops_cli.reading.loader import LimitError, compose

    try:
        node, _ = compose(str(value).encode("utf-8", "replace"))
        return None if node is None else SafeConstructor().construct_document(node)
    except (LimitError, YAMLError) as error:
        raise ValueError(f"from_yaml_string was given what isn't YAML: {error}") from None


def json_escape(value: object) -> str:
    """The value as JSON without the quotes around it, to stand between quotes."""
    import json

    return "" if _is_undefined(value) else json.dumps(value).strip('"')


def jsonpath_query(value: object, query: str) -> list[object] | None:
    """The values that a JSONPath finds, None where there are none."""
    found = [match.value for match in _jsonpath(query).find(value)]
    return found or None


@lru_cache(maxsize=64)
def _jsonpath(query: str) -> "JSONPath":
    from jsonpath_ng.exceptions import JSONPathError
    from jsonpath_ng.parser import parse

    try:
        return parse(query)
    except JSONPathError as error:
        raise ValueError(f"'{query}' isn't a JSONPath: {error}") from None


def to_complex(value: object) -> str:
    """The value as JSON text."""
    import json

    return json.dumps(value)


def to_json_string(
    value: object,
    indent: int | str | None = None,
    sort_keys: bool = False,
    separators: tuple[str, str] | None = (",", ": "),
) -> str:
    """The value as JSON text."""
    import json

    if _is_undefined(value):
        return ""
    return json.dumps(value, indent=indent, sort_keys=bool(sort_keys), separators=separators)


def to_yaml_string(
    value: object, indent: int | None = None, allow_unicode: bool | None = True
) -> str:
    """The value as YAML text in block style, keys sorted."""
    import yaml

    if _is_undefined(value):
        return ""
    dumper = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper
    try:
        text: str = yaml.dump(
            value,
            Dumper=dumper,
            default_flow_style=False,
            indent=indent,
            allow_unicode=bool(allow_unicode),
        )
    except yaml.YAMLError as error:
        raise ValueError(f"to_yaml_string: {error}") from None
    return text


def use_none(value: object) -> object:
    """The value, or for null a text that a parameter reads as null."""
    return NONE_TEXT if value is None else value


def _is_undefined(value: object) -> bool:
    """Whether the template named something that isn't there: it writes nothing then."""
    from jinja2 import StrictUndefined, Undefined

    return isinstance(value, Undefined) and not isinstance(value, StrictUndefined)
