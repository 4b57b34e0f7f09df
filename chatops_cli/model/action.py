"""An action: what a runner can be asked to do, and with which parameters."""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import NewType

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Place

ActionRef = NewType("ActionRef", str)
"""``pack.name``; only the first dot separates, as in ``slack.chat.postMessage``."""


@frozen
class Parameter:
    """One parameter: a JSON Schema (draft 4) with StackStorm's additions taken out of it.

    `schema` holds the rest of the schema (``type``, ``enum``, ``items``, ``pattern`` …) as written.
    `default` means something only where `has_default`: a default may be null.
    """

    name: str
    schema: JsonObject = field(default_factory=dict)
    description: str = ""
    required: bool = False
    default: Json = None
    has_default: bool = False
    secret: bool = False
    immutable: bool = False
    position: int | None = None

    @property
    def type(self) -> str | None:
        """The declared type, or None where the schema names none (or a list of them)."""
        declared = self.schema.get("type")
        return declared if isinstance(declared, str) else None

    @property
    def enum(self) -> tuple[Json, ...]:
        """The permitted values; empty where any is."""
        values = self.schema.get("enum")
        return tuple(values) if isinstance(values, list) else ()


def by_name(*parameters: Parameter) -> Mapping[str, Parameter]:
    """The parameters of a runner, in this order; nobody can change it."""
    return MappingProxyType({parameter.name: parameter for parameter in parameters})


@frozen
class Action:
    """What an action's metadata file says.

    `entry_point` is as written, relative to the pack's ``actions/``; `pack_path` is absolute.
    `parameters` are the action's own, in file order: among them overrides of runner parameters.
    `queue` is where its executions wait for a worker, empty for where all do; `is_idempotent` says
    whether it may be run again when nobody knows how far it came. StackStorm has neither.
    """

    ref: ActionRef
    pack: str
    name: str
    runner_type: str
    pack_path: str
    place: Place
    entry_point: str = ""
    enabled: bool = True
    description: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    notify: JsonObject = field(default_factory=dict)
    output_schema: JsonObject = field(default_factory=dict)
    tags: tuple[Json, ...] = ()
    queue: str = ""
    is_idempotent: bool = False
