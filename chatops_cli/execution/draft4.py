"""Parameter schemas of packs, rewritten as the JSON Schema draft 4 that a validator reads.

Packs write ``required: true`` inside a property, as draft 3 did, beside keywords of StackStorm's.
"""

from collections.abc import Mapping

from chatops_cli.model.json import Json, JsonObject

DRAFT = "http://json-schema.org/draft-04/schema#"
DEEPEST = 64
"""Levels of nesting that a schema may have."""

_DROPPED = frozenset(
    {"$schema", "description", "id", "$id", "immutable", "position", "secret", "title"}
)
_ONE = ("additionalItems", "additionalProperties", "items", "not")
_MANY = ("allOf", "anyOf", "items", "oneOf")
_NAMED = ("definitions", "dependencies", "patternProperties", "properties")


class SchemaError(ValueError):
    """A pack's schema is broken; the text says how."""


def draft4(schema: JsonObject) -> dict[str, Json]:
    """Rewrites one parameter's schema as draft 4; `schema` itself stays as it is.

    A property with ``required: true`` is listed in ``required`` of the object around it, unless it
    has a default; every other property may be null. Keywords that validate nothing are dropped;
    ``id`` too, so that no ``$ref`` can lead out of the schema.

    Raises:
        SchemaError: A ``$ref`` leads out of the schema, or it nests deeper than `DEEPEST` levels.

    Source: StackStorm, ``st2common.util.schema``, the custom validator and its defaults of null.
    """
    return {"$schema": DRAFT, **_rewritten(schema, 0)}


def _rewritten(schema: JsonObject, depth: int) -> dict[str, Json]:
    if depth > DEEPEST:
        raise SchemaError(f"it nests deeper than {DEEPEST} levels")
    result: dict[str, Json] = {k: v for k, v in schema.items() if k not in _DROPPED}
    if isinstance(result.get("required"), bool):
        del result["required"]
    ref = result.get("$ref")
    if ref is not None and not (isinstance(ref, str) and ref.startswith("#")):
        raise SchemaError(f"$ref may only point into the schema itself, not to {ref!r}")
    for keyword in _ONE:
        value = result.get(keyword)
        if isinstance(value, Mapping):
            result[keyword] = _rewritten(value, depth + 1)
    for keyword in _MANY:
        value = result.get(keyword)
        if isinstance(value, list):
            result[keyword] = [_item(item, depth) for item in value]
    for keyword in _NAMED:
        value = result.get(keyword)
        if isinstance(value, Mapping):
            result[keyword] = {name: _item(item, depth) for name, item in value.items()}
    _lift_required(schema, result)
    return result


def _item(value: Json, depth: int) -> Json:
    return _rewritten(value, depth + 1) if isinstance(value, Mapping) else value


def _lift_required(schema: JsonObject, result: dict[str, Json]) -> None:
    """Turns booleans of the properties into the object's list, and lets the others be null."""
    written, properties = schema.get("properties"), result.get("properties")
    if not (isinstance(written, Mapping) and isinstance(properties, dict)):
        return
    listed = result.get("required")
    names: list[Json] = list(listed) if isinstance(listed, list) else []
    for name, item in written.items():
        if not isinstance(item, Mapping):
            continue
        if item.get("required") is True and item.get("default") is None:
            names.append(name)
        elif name not in names:
            properties[name] = _nullable(properties[name])
    if names:
        result["required"] = names


def _nullable(schema: Json) -> Json:
    if isinstance(schema, dict) and isinstance(kind := schema.get("type"), str) and kind != "null":
        return {**schema, "type": [kind, "null"]}
    return schema
