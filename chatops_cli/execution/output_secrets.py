"""Secrets in what an action answers, by its ``output_schema``.

Source: StackStorm, ``st2common.util.output_schema``: the schema is that of the runner's output key.
It may be a whole JSON Schema of an object, or only its properties, as older packs have it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from chatops_cli.execution.masking import Masker
from chatops_cli.execution.secrecy import masked_object, schemas_with_secrets, secret_values
from chatops_cli.model.action import Action
from chatops_cli.model.json import Json, JsonObject

OUTPUT_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "local-shell-cmd": "stdout",
        "local-shell-script": "stdout",
        "python-script": "result",
        "orquesta": "output",
        "action-chain": "published",
    }
)
"""Where in a runner's result the action's own output is; of other runners it is the whole."""


def masked_result(action: Action, result: Json, masker: Masker) -> tuple[Json, Masker]:
    """The result without what the schema calls secret, and a masker that knows these values too."""
    schemas = secret_outputs(action)
    key = OUTPUT_KEYS.get(action.runner_type)
    output = result.get(key) if key is not None and isinstance(result, dict) else result
    if not schemas or not isinstance(output, dict):
        return masker.json(result), masker
    masker = masker.also(secret_values(output, schemas))
    shown = masked_object(output, schemas)
    if key is not None and isinstance(result, dict):
        return masker.json({**result, key: shown}), masker
    return masker.json(shown), masker


def secret_outputs(action: Action) -> dict[str, JsonObject]:
    """The keys of the action's output that have a secret in them, with their schemas."""
    return schemas_with_secrets(properties_of(action.output_schema))


def properties_of(schema: JsonObject) -> JsonObject:
    """The schema of each key of the output."""
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else schema
