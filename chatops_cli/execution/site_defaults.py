"""A site's configuration with the defaults of what it leaves out."""

from collections.abc import Callable, Mapping

from chatops_cli.execution.schema_references import whole_schema
from chatops_cli.execution.secrecy import schemas_of_item, schemas_of_key
from chatops_cli.model.action import Parameter
from chatops_cli.model.json import Json, JsonObject

DefaultOf = Callable[[Json, JsonObject], Json]
"""What a default comes to, given it and its schema."""


def with_defaults(
    values: JsonObject,
    parameters: Mapping[str, Parameter],
    default_of: DefaultOf = lambda default, _: default,
) -> dict[str, Json]:
    """The values, and the defaults of what they leave out, in objects and lists too.

    Null counts as left out. An object with known keys and a list with known items are there at
    least, if only empty.

    Source: StackStorm, ``st2common.util.config_loader``, the assignment of default values.
    """
    result = dict(values)
    for name, parameter in parameters.items():
        filled = _filled(result.get(name), whole_schema(parameter), default_of)
        if filled is not None:
            result[name] = filled
    return result


def _filled(value: Json, schema: JsonObject, default_of: DefaultOf) -> Json:
    if value is None and "default" in schema:
        value = default_of(schema["default"], schema)
    kind = schema.get("type")
    if kind == "object" and _says_any(schema, _KEYS):
        value = {} if value is None else value
    if kind == "array" and _says_any(schema, ("items", "additionalItems")):
        value = [] if value is None else value
    if isinstance(value, dict):
        return _filled_object(value, schema, default_of)
    if isinstance(value, list):
        return [
            _filled_by(item, [*schemas_of_item(schema, n)], default_of)
            for n, item in enumerate(value)
        ]
    return value


_KEYS = ("properties", "patternProperties", "additionalProperties")


def _filled_object(
    value: dict[str, Json], schema: JsonObject, default_of: DefaultOf
) -> dict[str, Json]:
    properties = schema.get("properties")
    names = properties if isinstance(properties, Mapping) else {}
    result = dict(value)
    for name in (*names, *(name for name in value if name not in names)):
        filled = _filled_by(value.get(name), [*schemas_of_key(schema, name)], default_of)
        if filled is not None:
            result[name] = filled
    return result


def _filled_by(value: Json, schemas: list[JsonObject], default_of: DefaultOf) -> Json:
    for schema in schemas:
        value = _filled(value, schema, default_of)
    return value


def _says_any(schema: JsonObject, keywords: tuple[str, ...]) -> bool:
    return any(schema.get(keyword) for keyword in keywords)
