"""Which parts of a value are secret by its schema."""

import re
from collections.abc import Iterator, Mapping

from chatops_cli.model.action import Parameter
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.secret import MASK

DEEPEST = 64
"""Levels of a schema that are looked at; what is deeper counts as secret where any of it is."""


def schema_of(parameter: Parameter) -> JsonObject:
    """The parameter's schema with ``secret`` back in it, as the file has it."""
    return {**parameter.schema, "secret": True} if parameter.secret else parameter.schema


def schemas_of(parameters: Mapping[str, Parameter]) -> dict[str, JsonObject]:
    """The schema of each parameter that has a secret in it, by name."""
    return {
        name: schema
        for name, parameter in parameters.items()
        if has_secret(schema := schema_of(parameter))
    }


def schemas_with_secrets(properties: JsonObject) -> dict[str, JsonObject]:
    """Of the schemas by name those that have a secret in them."""
    return {
        name: schema
        for name, schema in properties.items()
        if isinstance(schema, Mapping) and has_secret(schema)
    }


def has_secret(schema: object, depth: int = 0) -> bool:
    """Whether ``secret: true`` stands anywhere in the schema."""
    if isinstance(schema, list):
        return any(has_secret(item, depth + 1) for item in schema)
    if not isinstance(schema, Mapping):
        return False
    if schema.get("secret") is True:
        return True
    return depth < DEEPEST and any(has_secret(item, depth + 1) for item in schema.values())


def masked(value: Json, schema: object) -> Json:
    """The value with `MASK` in place of each part that the schema calls secret.

    A secret object or list is one mask. Nothing is masked where there is no value.
    Source: StackStorm, ``st2common.util.secrets``; patterns, further properties and alternatives
    are looked at too, which it doesn't.
    """
    if value is None or not isinstance(schema, Mapping) or not has_secret(schema):
        return value
    if schema.get("secret") is True:
        return MASK
    if isinstance(value, dict):
        return {key: _each(item, schemas_of_key(schema, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_each(item, schemas_of_item(schema, n)) for n, item in enumerate(value)]
    return _each(value, _alternatives(schema))


def masked_object(values: JsonObject, schemas: Mapping[str, JsonObject]) -> dict[str, Json]:
    """The values by name, each masked by the schema of that name."""
    return {
        name: masked(value, schemas[name]) if name in schemas else value
        for name, value in values.items()
    }


def secret_values(values: JsonObject, schemas: Mapping[str, JsonObject]) -> tuple[Json, ...]:
    """Each part of the values that its schema calls secret, to be masked by value elsewhere."""
    found: list[Json] = []
    for name, schema in schemas.items():
        found.extend(secret_parts(values.get(name), schema))
    return tuple(found)


def secret_parts(value: Json, schema: object) -> Iterator[Json]:
    """Each part of the value that its schema calls secret."""
    if value is None or not isinstance(schema, Mapping) or not has_secret(schema):
        return
    if schema.get("secret") is True:
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            for part in schemas_of_key(schema, key):
                yield from secret_parts(item, part)
    elif isinstance(value, list):
        for n, item in enumerate(value):
            for part in schemas_of_item(schema, n):
                yield from secret_parts(item, part)
    else:
        for part in _alternatives(schema):
            yield from secret_parts(value, part)


def _each(value: Json, schemas: Iterator[JsonObject]) -> Json:
    for schema in schemas:
        value = masked(value, schema)
    return value


def schemas_of_key(schema: JsonObject, key: str) -> Iterator[JsonObject]:
    """The schemas that speak about one key of an object."""
    known = False
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and isinstance(own := properties.get(key), Mapping):
        known = True
        yield own
    patterns = schema.get("patternProperties")
    if isinstance(patterns, Mapping):
        for pattern, item in patterns.items():
            if isinstance(item, Mapping) and _fits(pattern, key):
                known = True
                yield item
    others = schema.get("additionalProperties")
    if not known and isinstance(others, Mapping):
        yield others
    for part in _alternatives(schema):
        yield from schemas_of_key(part, key)


def schemas_of_item(schema: JsonObject, index: int) -> Iterator[JsonObject]:
    """The schemas that speak about one item of a list."""
    items = schema.get("items")
    others = schema.get("additionalItems")
    if isinstance(items, Mapping):
        yield items
    elif isinstance(items, list) and index < len(items):
        if isinstance(own := items[index], Mapping):
            yield own
    elif isinstance(others, Mapping):
        yield others
    for part in _alternatives(schema):
        yield from schemas_of_item(part, index)


def _alternatives(schema: JsonObject) -> Iterator[JsonObject]:
    for keyword in ("allOf", "anyOf", "oneOf"):
        parts = schema.get(keyword)
        if isinstance(parts, list):
            yield from (part for part in parts if isinstance(part, Mapping))


def _fits(pattern: str, key: str) -> bool:
    """Whether the pattern is in the key; a pattern that is broken might be, so it is."""
    try:
        return re.search(pattern, key) is not None
    except re.error:
        return True
