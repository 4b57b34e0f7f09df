"""One parameter of an action or of a pack's configuration: JSON Schema with StackStorm's words."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from chatops_cli.model.action import Parameter
from chatops_cli.model.json import Json
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value, certain_word, did_you_mean

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


def read_parameters(reader: Reader | None) -> dict[str, Parameter]:
    """The parameters of a mapping from name to schema, in file order.

    Source: StackStorm, ``st2common.util.schema``: names are words, and the schema is JSON Schema
        draft 4 with a boolean ``required``, ``secret``, ``immutable`` and ``position``.
    """
    if reader is None:
        return {}
    parameters = {}
    for name, schema in reader.entries():
        if not name.replace("_", "a").isalnum():
            reader.report(
                "parameter-name",
                f"{reader.path(name)!r} is no parameter's name",
                key=name,
                hint="use letters, digits and underscores",
            )
        parameters[name] = read_parameter(name, schema)
    return parameters


def read_parameter(name: str, value: Value) -> Parameter:
    """One parameter. Of a broken schema, what can be read counts; a broken secret is secret."""
    reader = Reader.of(value)
    if reader is None:
        return Parameter(name=name)
    has_default = reader.has("default")
    schema, required = _read_required(reader)
    keys = reader.keys()
    for key in keys:
        if key in KEYWORDS:
            _read_keyword(key, reader, schema)
    parameter = Parameter(
        name=name,
        schema=schema,
        description=reader.text("description"),
        required=required,
        default=reader.json("default"),
        has_default=has_default,
        secret=reader.flag("secret", default=False, broken=True),
        immutable=reader.flag("immutable", default=False, broken=True),
        position=reader.integer("position", minimum=0),
    )
    reader.finish(known=KEYWORDS.keys())
    return parameter


def _read_required(reader: Reader) -> tuple[dict[str, Json], bool]:
    value = reader.value("required")
    if value is None or not value.is_list:
        return {}, reader.flag("required", default=False)
    value.report(
        "wrong-type",
        f"{value.name} must be true or false, not a list",
        hint="for the properties of an object, say 'required: true' in each of them",
    )
    return {"required": list(value.strings())}, False


def _read_keyword(key: str, reader: Reader, schema: dict[str, Json]) -> None:
    value = reader.value(key)
    if value is None:
        return
    is_good = KEYWORDS[key]
    if is_good(value):
        schema[key] = value.json()


def is_type(value: Value) -> bool:
    """One of `TYPES`, or a list of them."""
    items = value.items() if value.is_list else (value,)
    return not [item for item in items if not _is_type_name(item)]


def _is_type_name(value: Value) -> bool:
    word = value.text()
    if word is None or word in TYPES:
        return word is not None
    value.report(
        "unknown-value",
        f"{value.name} is {value.show()}, which is none of {', '.join(TYPES)}",
        hint=did_you_mean(_OTHERWISE.get(word, word), TYPES),
        replacement=_OTHERWISE.get(word) or certain_word(word, TYPES),
    )
    return False


def is_text(value: Value) -> bool:
    """Text."""
    return value.text() is not None


def is_flag(value: Value) -> bool:
    """True or false."""
    return value.flag() is not None


def is_count(value: Value) -> bool:
    """A whole number from 0."""
    return value.integer(minimum=0) is not None


def is_number(value: Value) -> bool:
    """A number."""
    return value.number() is not None


def is_list(value: Value) -> bool:
    """A list."""
    if not value.is_list:
        value.wrong("a list")
    return value.is_list


def is_mapping(value: Value) -> bool:
    """A mapping."""
    if not value.is_mapping:
        value.wrong("a mapping")
    return value.is_mapping


def is_schema(value: Value) -> bool:
    """A schema, a list of them, or true or false."""
    if value.is_mapping or value.is_list:
        return True
    return is_flag(value)


_OTHERWISE = MappingProxyType(
    {
        "str": "string",
        "int": "integer",
        "bool": "boolean",
        "float": "number",
        "list": "array",
        "dict": "object",
    }
)
"""What other languages call these types."""

KEYWORDS: Mapping[str, Callable[[Value], bool]] = MappingProxyType(
    {
        "type": is_type,
        "enum": is_list,
        "items": is_schema,
        "properties": is_mapping,
        "patternProperties": is_mapping,
        "additionalProperties": is_schema,
        "additionalItems": is_schema,
        "definitions": is_mapping,
        "dependencies": is_mapping,
        "allOf": is_list,
        "anyOf": is_list,
        "oneOf": is_list,
        "not": is_mapping,
        "minimum": is_number,
        "maximum": is_number,
        "multipleOf": is_number,
        "exclusiveMinimum": is_flag,
        "exclusiveMaximum": is_flag,
        "minLength": is_count,
        "maxLength": is_count,
        "minItems": is_count,
        "maxItems": is_count,
        "minProperties": is_count,
        "maxProperties": is_count,
        "uniqueItems": is_flag,
        "pattern": is_text,
        "format": is_text,
        "title": is_text,
        "id": is_text,
        "$schema": is_text,
        "$ref": is_text,
    }
)
