"""A parameter of an action or of a configuration, read by `catalog.schema_keywords`."""

from chatops_cli.catalog import schema_keywords as read
from chatops_cli.model.json import Json
from chatops_cli.validation.schemas.terms import (
    Schema,
    anything,
    flag,
    integer,
    named,
    section,
    text,
)

_TYPES: list[Json] = [*read.TYPES]
_PART: Schema = {"$ref": "#/definitions/part"}
_BY_CHECK: dict[object, Schema] = {
    read.is_type: {
        "anyOf": [
            {"enum": [*_TYPES, None]},
            {"type": "array", "items": {"enum": _TYPES}},
        ]
    },
    read.is_text: {"type": ["string", "number", "boolean", "null"]},
    read.is_flag: {key: value for key, value in flag("", default=False).items() if key == "anyOf"},
    read.is_count: {"type": ["integer", "null"], "minimum": 0},
    read.is_number: {"type": ["number", "null"]},
    read.is_list: {"type": ["array", "null"]},
    read.is_mapping: {"anyOf": [_PART, {"type": "null"}]},
    read.is_named: {"type": ["object", "null"], "additionalProperties": _PART},
    read.is_dependencies: {
        "type": ["object", "null"],
        "additionalProperties": {"anyOf": [{"type": "array"}, _PART]},
    },
    read.is_schemas: {"type": ["array", "null"], "items": _PART},
    read.is_schema: {
        "anyOf": [
            _PART,
            {"type": "array", "items": _PART},
            {"type": ["boolean", "null"]},
            {"type": "string", "pattern": "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$"},
        ]
    },
}
"""What each check of the reader's table takes."""


def parameters(about: str) -> Schema:
    """Names with what each takes."""
    return named(about, parameter(), names=r"^\w+$")


def parameter() -> Schema:
    """What one takes."""
    keywords: dict[str, Schema] = {
        key: {"description": _SAID.get(key, f"{key} of JSON Schema."), **_BY_CHECK[check]}
        for key, check in read.KEYWORDS.items()
    }
    own: dict[str, Schema] = {
        "description": text("What it means, for the help."),
        "required": flag("Whether it has to be given.", default=False),
        "default": anything("The value where none is given."),
        "secret": flag("Whether its value is shown to nobody.", default=False),
        "immutable": flag("Whether nobody may give another value.", default=False),
        "position": integer("Its place among the words of a script's command line, from 0."),
    }
    return section("What one parameter takes.", own | keywords, is_optional=False)


def definitions() -> Schema:
    """What a file's schema has at its top where it holds parameters."""
    return {"definitions": {"part": {**parameter(), "description": "A schema within another."}}}


_SAID = {
    "type": "What its value is, or a list of what it may be.",
    "enum": "All values that it may have.",
    "pattern": "A regular expression that its text matches.",
}
