"""An alias: what people type, the action it stands for, and how the answer looks."""

from collections.abc import Mapping
from dataclasses import field

from chatops_cli.model.action import ActionRef
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Place


@frozen
class Representation:
    """One text that messages are matched with: a regular expression with ``{{ name }}`` in it."""

    text: str
    place: Place


@frozen
class Format:
    """One way to type a command. Help shows `display`; each representation is matched."""

    display: str
    representations: tuple[Representation, ...]
    match_multiple: bool = False


@frozen
class Ack:
    """The answer when an execution starts. `format` is a Jinja template, None for the default."""

    enabled: bool = True
    format: str | None = None
    append_url: bool = True
    extra: JsonObject = field(default_factory=dict)
    place: Place | None = None


@frozen
class Result:
    """The answer when an execution has ended. `place` is where the template's text starts."""

    enabled: bool = True
    format: str | None = None
    extra: JsonObject = field(default_factory=dict)
    place: Place | None = None


@frozen
class Alias:
    """What an alias file says; `ref` is ``pack.name``.

    `queue` is where its executions wait for a worker, empty for that of the action.
    """

    ref: str
    pack: str
    name: str
    action_ref: ActionRef
    formats: tuple[Format, ...]
    place: Place
    description: str = ""
    enabled: bool = True
    ack: Ack = field(default_factory=Ack)
    result: Result = field(default_factory=Result)
    immutable_parameters: Mapping[str, Json] = field(default_factory=dict)
    extra: JsonObject = field(default_factory=dict)
    queue: str = ""
