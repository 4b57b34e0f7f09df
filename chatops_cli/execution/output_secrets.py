"""Secrets in what an action answers, by its ``output_schema``.

Source: StackStorm, ``st2common.util.output_schema``: the schema is that of the runner's output key.
It may be a whole JSON Schema of an object, or only its properties, as older packs have it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from chatops_cli.execution.masking import Masker
from chatops_cli.execution.secrecy import (
    has_secret,
    masked,
    masked_object,
    schemas_with_secrets,
    secret_parts,
    secret_values,
)
from chatops_cli.model.action import Action
from chatops_cli.model.json import Json, JsonObject

OUTPUT_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "local-shell-cmd": "stdout",
        "local-shell-script": "stdout",
        "python-script": "result",
        "http-request": "body",
        "orquesta": "output",
        "action-chain": "published",
    }
)
"""Where in a runner's result the action's own output is; of other runners it is the whole."""

_KEYWORDS = ("additionalProperties", "patternProperties", "allOf", "anyOf", "oneOf")


def masked_result(action: Action, result: Json, masker: Masker) -> tuple[Json, Masker]:
    """The result without what the schema calls secret, and a masker that knows these values too.

    The schema is that of the output; where it names keys of the whole result, such as ``stdout``,
    it is held to be that of the result as well: what somebody calls secret isn't shown.
    """
    if not has_secret_output(action):
        return masker.json(result), masker
    schema = _whole(action.output_schema)
    key = OUTPUT_KEYS.get(action.runner_type)
    if key is None or not isinstance(result, dict):
        masker = masker.also(secret_parts(result, schema))
        return masker.json(masked(result, schema)), masker
    named = schema.get("properties")
    schemas = schemas_with_secrets(named) if isinstance(named, Mapping) else {}
    output = result.get(key)
    masker = masker.also((*secret_parts(output, schema), *secret_values(result, schemas)))
    shown = result if key not in result else {**result, key: masked(output, schema)}
    return masker.json(masked_object(shown, schemas)), masker


def has_secret_output(action: Action) -> bool:
    """Whether the schema calls anything of what the action answers secret."""
    return has_secret(action.output_schema)


def _whole(schema: JsonObject) -> JsonObject:
    """The schema, or that of an object of which it has only the properties."""
    if isinstance(schema.get("properties"), Mapping) or isinstance(schema.get("type"), str | list):
        return schema
    if schema.get("secret") is True or any(keyword in schema for keyword in _KEYWORDS):
        return schema
    return {"properties": dict(schema)}
