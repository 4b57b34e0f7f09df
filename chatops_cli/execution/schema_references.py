"""``$ref`` in the schemas of one pack's configuration, replaced by what it points to."""

from collections.abc import Mapping
from dataclasses import replace

from chatops_cli.execution.secrecy import has_secret
from chatops_cli.model.action import Parameter
from chatops_cli.model.json import Json, JsonObject

LARGEST = 20_000
"""Values that schemas may come to; what is beyond that stays unsaid, as in a circle."""


def whole_schema(parameter: Parameter) -> dict[str, Json]:
    """The parameter's schema as its file has it, StackStorm's words back in it."""
    whole: dict[str, Json] = dict(parameter.schema)
    if parameter.description:
        whole["description"] = parameter.description
    if parameter.required:
        whole["required"] = True
    if parameter.secret:
        whole["secret"] = True
    if parameter.has_default:
        whole["default"] = parameter.default
    return whole


def inlined(parameters: Mapping[str, Parameter]) -> Mapping[str, Parameter]:
    """The parameters with each ``$ref`` replaced by the schema that it names.

    A reference is a JSON pointer from the schema of the whole: ``#/properties/group`` is the
    parameter `group`. What stands beside a ``$ref`` doesn't count. Where references go in a circle,
    the second time around anything is permitted; it is secret where something in it is. A reference
    to nothing stays, for whoever checks to name it.

    Source: StackStorm, ``st2common.util.schema``: all keys are properties of one object schema.
    """
    if not any(_has_reference(p.schema) for p in parameters.values()):
        return parameters
    root: dict[str, Json] = {"properties": {n: whole_schema(p) for n, p in parameters.items()}}
    inliner = _Inliner(root)
    return {
        name: replace(parameter, schema=_as_object(inliner.inline(dict(parameter.schema), ())))
        for name, parameter in parameters.items()
    }


class _Inliner:
    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._count = 0

    def inline(self, schema: Json, inside: tuple[str, ...]) -> Json:
        self._count += 1
        if isinstance(schema, list):
            return [self.inline(item, inside) for item in schema]
        if not isinstance(schema, dict):
            return schema
        pointer = schema.get("$ref")
        if not isinstance(pointer, str):
            return {key: self.inline(item, inside) for key, item in schema.items()}
        target = _find(self._root, pointer)
        if target is None:
            return schema
        if pointer in inside or self._count > LARGEST:
            return {"secret": True} if has_secret(target) else {}
        return self.inline(dict(target), (*inside, pointer))


def _find(root: JsonObject, pointer: str) -> JsonObject | None:
    """What a JSON pointer of this document names; None where it names no schema here."""
    start, *steps = pointer.split("/")
    if start != "#":
        return None
    here: object = root
    for step in steps:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(here, Mapping):
            here = here.get(key)
        elif isinstance(here, list) and key.isdecimal() and int(key) < len(here):
            here = here[int(key)]
        else:
            return None
    return here if isinstance(here, Mapping) and steps else None


def _has_reference(schema: object) -> bool:
    if isinstance(schema, list):
        return any(map(_has_reference, schema))
    if not isinstance(schema, Mapping):
        return False
    return isinstance(schema.get("$ref"), str) or any(map(_has_reference, schema.values()))


def _as_object(schema: Json) -> JsonObject:
    return schema if isinstance(schema, dict) else {}
