"""Parts of schemas: what each getter of the `Reader` takes without an error.

JSON Schema draft 7, which editors' YAML servers know best. Null counts as absent, and any scalar
can be read as text.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from chatops_cli.model.json import Json

Schema: TypeAlias = dict[str, Json]

_SCALARS = ("string", "number", "boolean")


def anything(about: str) -> Schema:
    """Whatever stands there."""
    return {"description": about}


def text(about: str, *, required: bool = False) -> Schema:
    """Text; one that is required isn't empty."""
    if required:
        return {"description": about, "type": [*_SCALARS], "pattern": r"\S"}
    return {"description": about, "type": [*_SCALARS, "null"]}


def pattern(about: str, regex: str) -> Schema:
    """Text of a form that whole numbers from 0 and flags have, too."""
    kinds: list[Json] = ["string", "integer", "boolean", "null"]
    return {"description": about, "type": kinds, "pattern": regex, "minimum": 0}


def flag(about: str, *, default: bool) -> Schema:
    """True or false; in quotes, too."""
    written: Schema = {"type": "string", "pattern": "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$"}
    return {
        "description": about,
        "default": default,
        "anyOf": [{"type": ["boolean", "null"]}, written],
    }


def integer(about: str, *, minimum: int = 0, maximum: int | None = None) -> Schema:
    """A whole number within bounds."""
    bounds: Schema = {"minimum": minimum}
    if maximum is not None:
        bounds["maximum"] = maximum
    return {"description": about, "type": ["integer", "null"], **bounds}


def number(about: str, *, minimum: float, maximum: float | None = None) -> Schema:
    """A number within bounds."""
    bounds: Schema = {"minimum": minimum}
    if maximum is not None:
        bounds["maximum"] = maximum
    return {"description": about, "type": ["number", "null"], **bounds}


def choice(about: str, options: Collection[str], *, required: bool = False) -> Schema:
    """One of some words."""
    words: list[Json] = [str(option) for option in options]
    return {"description": about, "enum": words if required else [*words, None]}


def strings(about: str, *, required: bool = False, each: Schema | None = None) -> Schema:
    """A list of texts, or one text alone; where it is required, at least one."""
    one: Schema = each or {"type": [*_SCALARS]}
    several: Schema = {"type": "array", "items": one, **({"minItems": 1} if required else {})}
    return {"description": about, "anyOf": [several, one, *([] if required else [_NULL])]}


def mapping(about: str) -> Schema:
    """A mapping, in which anything may stand."""
    return {"description": about, "type": ["object", "null"]}


def listing(about: str, items: Schema, *, required: bool = False) -> Schema:
    """A list; where it is required, of one item at least."""
    if required:
        return {"description": about, "type": "array", "items": items, "minItems": 1}
    return {"description": about, "type": ["array", "null"], "items": items}


def named(about: str, values: Schema, *, names: str = "", required: bool = False) -> Schema:
    """A mapping from names, which match a regular expression, to values of one kind."""
    found: Schema = {
        "description": about,
        "type": "object" if required else ["object", "null"],
        "additionalProperties": values,
    }
    return found | ({"propertyNames": {"pattern": names}} if names else {})


def section(
    about: str,
    properties: Mapping[str, Schema],
    *,
    required: Iterable[str] = (),
    is_open: bool = False,
    is_optional: bool = True,
) -> Schema:
    """A mapping of known keys.

    Args:
        about: What it is.
        properties: The schema of each key.
        required: The keys that have to be there.
        is_open: Whether other keys are passed over.
        is_optional: Whether null may stand in its place.
    """
    needed = list(required)
    return {
        "description": about,
        "type": ["object", "null"] if is_optional else "object",
        "properties": dict(properties),
        **({"required": [*needed]} if needed else {}),
        **({} if is_open else {"additionalProperties": False}),
    }


def whole(title: str, content: Schema) -> Schema:
    """The schema of a file."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": title, **content}


def unread(keys: Iterable[str], about: str = "Known, and not used.") -> dict[str, Schema]:
    """Keys that are accepted whatever they hold."""
    return {key: anything(about) for key in keys}


_NULL: Schema = {"type": "null"}
