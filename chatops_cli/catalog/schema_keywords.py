"""The keywords of JSON Schema in parameters, and in the schemas within them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from chatops_cli.model.json import Json
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value, certain_word, did_you_mean

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


def read_keywords(reader: Reader) -> dict[str, Json]:
    """What validates, of a schema; keywords that are wrong are reported, and left out."""
    schema: dict[str, Json] = {}
    written = [key for key in reader.keys() if key in KEYWORDS]  # noqa: SIM118  # no mapping
    for key in written:
        value = reader.value(key)
        if value is not None and KEYWORDS[key](value):
            schema[key] = _PARTS[key](value) if key in _PARTS else value.json()
    return schema


def read_required(reader: Reader) -> tuple[dict[str, Json], bool]:
    """Whether a value has to be given; a list of names, as in draft 4, is reported and kept."""
    value = reader.value("required")
    if value is None or not value.is_list:
        return {}, reader.flag("required", default=False)
    value.report(
        "wrong-type",
        f"{value.name} must be true or false, not a list",
        hint="for the properties of an object, say 'required: true' in each of them",
    )
    return {"required": list(value.strings())}, False


def read_part(value: Value) -> Json:
    """A schema within another as JSON, its flags as flags; what is wrong is reported.

    Source: StackStorm, ``st2common.util.schema``: these are read by the rules of a parameter, but
        that a type may be a list; an unknown key is refused there, too.
    """
    reader = Reader.of(value)
    if reader is None:
        return {}
    schema, required = read_required(reader)
    schema.update(read_keywords(reader))
    if required:
        schema["required"] = True
    if reader.has("default"):
        schema["default"] = reader.json("default")
    for name in ("secret", "immutable"):
        if reader.flag(name, default=False, broken=True):
            schema[name] = True
    if description := reader.text("description"):
        schema["description"] = description
    reader.integer("position", minimum=0)
    reader.finish(known=KEYWORDS.keys())
    return schema


def _schema_or_more(value: Value) -> Json:
    """A schema, a list of them, or a flag."""
    if value.is_list:
        return _schemas(value)
    return read_part(value) if value.is_mapping else value.flag()


def _schemas(value: Value) -> Json:
    return [read_part(item) for item in value.items()]


def _named(value: Value) -> Json:
    return {name: read_part(part) for name, part in Reader(value).entries()}


def _dependencies(value: Value) -> Json:
    """A schema by name, or the names of others."""
    entries = Reader(value).entries()
    return {name: part.json() if part.is_list else read_part(part) for name, part in entries}


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


def is_named(value: Value) -> bool:
    """A mapping of schemas."""
    return is_mapping(value)


def is_dependencies(value: Value) -> bool:
    """A mapping of schemas, or of lists of names."""
    return is_mapping(value)


def is_schemas(value: Value) -> bool:
    """A list of schemas."""
    return is_list(value)


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
        "properties": is_named,
        "patternProperties": is_named,
        "additionalProperties": is_schema,
        "additionalItems": is_schema,
        "definitions": is_named,
        "dependencies": is_dependencies,
        "allOf": is_schemas,
        "anyOf": is_schemas,
        "oneOf": is_schemas,
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

_PARTS: Mapping[str, Callable[[Value], Json]] = MappingProxyType(
    {
        "items": _schema_or_more,
        "additionalItems": _schema_or_more,
        "additionalProperties": _schema_or_more,
        "not": read_part,
        "allOf": _schemas,
        "anyOf": _schemas,
        "oneOf": _schemas,
        "properties": _named,
        "patternProperties": _named,
        "definitions": _named,
        "dependencies": _dependencies,
    }
)
"""What holds schemas, and how they are read."""
