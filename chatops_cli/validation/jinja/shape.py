"""What is known of a value before there is one: which keys it has, and what is in them."""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.execution.output_secrets import OUTPUT_KEYS
from chatops_cli.model.action import Action
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.view import EXECUTION_KEYS
from chatops_cli.runners.registry import current_name
from chatops_cli.validation.jinja.template import Kind

if TYPE_CHECKING:
    from chatops_cli.validation.jinja.access import Access

_DEPTH = 12
"""Levels of a schema that are looked at."""


@frozen
class Anything:
    """Nothing is known."""


@frozen
class Number:
    """A number, whole or not; one that `is_code` is 0 where all went well."""

    is_whole: bool = True
    is_code: bool = False


@frozen
class Listed:
    """A list of such values."""

    items: "Shape"


@frozen
class Keyed:
    """An object. `keys` are those that it may have; where it `is_open`, others too.

    `other` is what its further keys hold, and `absent` those that are never among them.
    """

    keys: Mapping[str, "Shape"] = field(default_factory=dict)
    is_open: bool = False
    other: "Shape | None" = None
    absent: frozenset[str] = frozenset()


Shape: TypeAlias = "Anything | Number | Listed | Keyed"

ANYTHING = Anything()
NUMBER = Number()
CODE = Number(is_code=True)
EMPTY = Keyed()


def _keys(names: str, **shapes: Shape) -> Keyed:
    return Keyed(keys={**dict.fromkeys(names.split(), ANYTHING), **shapes})


# An action that can't be started has only `error`, and `hint` where there is one.
_PROCESS = _keys("stdout stderr succeeded failed error hint", return_code=CODE)
_OF_HOST = frozenset({"stdout", "stderr", "return_code", "succeeded", "failed"})
_HOSTS = Keyed(is_open=True, other=_PROCESS, absent=_OF_HOST)

RESULTS: Mapping[str, Shape] = MappingProxyType(
    {
        **dict.fromkeys(("local-shell-cmd", "local-shell-script"), _PROCESS),
        **dict.fromkeys(("winrm-cmd", "winrm-ps-cmd", "winrm-ps-script"), _PROCESS),
        **dict.fromkeys(("remote-shell-cmd", "remote-shell-script"), _HOSTS),
        "python-script": _keys("result stdout stderr error hint", exit_code=CODE),
        "http-request": _keys("headers body parsed error hint", status_code=NUMBER),
        "orquesta": _keys("output errors error hint"),
        "action-chain": _keys("tasks published error hint"),
        "inquirer": _keys("schema roles users route ttl response error hint"),
        "noop": EMPTY,
    }
)
"""What each runner answers (docs/compatibility.md, results of the runners); others anything."""


def result_shape(action: Action | None) -> Shape:
    """What an action answers: by its runner, and where it has one, its ``output_schema``."""
    if action is None:
        return ANYTHING
    runner = current_name(action.runner_type)
    shape = RESULTS.get(runner, ANYTHING)
    key = OUTPUT_KEYS.get(runner)
    if key is None or not action.output_schema or not isinstance(shape, Keyed):
        return shape
    named = action.output_schema.get("properties", action.output_schema)
    if isinstance(named, Mapping) and shape.keys.keys() & named.keys():
        return shape  # written for the whole result, as some packs do
    return Keyed(keys={**shape.keys, key: schema_shape(dict(action.output_schema))})


def execution_shape(kind: Kind, action: Action | None) -> Keyed:
    """The `execution` of an answer's template; parameters are another rule's matter."""
    names = dict.fromkeys(EXECUTION_KEYS, ANYTHING)
    ended = {"elapsed_seconds": Number(is_whole=False)}
    return Keyed(
        keys={
            **names,
            **ended,
            "action": _keys("ref pack name"),
            "runner": _keys("name"),
            "liveaction": _keys("action parameters"),
            "result": EMPTY if kind is Kind.ACK else result_shape(action),
        }
    )


def schema_shape(schema: Json, depth: int = 0) -> Shape:
    """What a JSON Schema says of a value; what it leaves open is open."""
    if not isinstance(schema, dict) or depth > _DEPTH:
        return ANYTHING
    match schema.get("type"):
        case "object":
            return _object_shape(schema, depth)
        case "array":
            return Listed(items=schema_shape(schema.get("items"), depth + 1))
        case "integer" | "number" as word:
            return Number(is_whole=word == "integer")
        case _:
            return ANYTHING


def _object_shape(schema: JsonObject, depth: int) -> Shape:
    properties = schema.get("properties")
    if not isinstance(properties, dict) or "$ref" in schema:
        return ANYTHING
    keys = {name: schema_shape(inner, depth + 1) for name, inner in properties.items()}
    is_closed = schema.get("additionalProperties") is False and "patternProperties" not in schema
    return Keyed(keys=keys, is_open=not is_closed)


def missing_step(access: "Access", shape: Shape) -> tuple[int, Keyed] | None:
    """The first step of a path that can't be there, and what it was looked for in.

    Args:
        access: The path.
        shape: What its name holds.
    """
    for number, step in enumerate(access.steps):
        match shape:
            case Keyed():
                key = step.key
                if not isinstance(key, str) or (step.is_attribute and _is_method(key)):
                    return None
                if key in shape.keys:
                    shape = shape.keys[key]
                elif key in shape.absent or not (shape.is_open or shape.other):
                    return number, shape
                else:
                    shape = shape.other or ANYTHING
            case Listed():
                if not isinstance(step.key, int):
                    return None
                shape = shape.items
            case _:
                return None
    return None


def _is_method(name: str) -> bool:
    from chatops_cli.validation.jinja.analysis import is_method

    return is_method(name)
