"""An Orquesta definition, read by `workflows.definition.orquesta`."""

import re
from typing import TYPE_CHECKING

from chatops_cli.validation.schemas.terms import (
    Schema,
    anything,
    listing,
    named,
    section,
    text,
    unread,
)
from chatops_cli.workflows.definition.assignments import NAME
from chatops_cli.workflows.definition.items import WITH
from chatops_cli.workflows.definition.markers import BLOCK, JINJA, YAQL
from chatops_cli.workflows.definition.orquesta import TASK_NAME, VERSION

if TYPE_CHECKING:
    from chatops_cli.model.json import Json

_EXPRESSION = "|".join(each.pattern for each in (YAQL, JINJA, BLOCK))
# Groups have no names here: Python's form of them is not that of editors.
_WITH = re.sub(r"\?P<\w+>", "", WITH.pattern)


def schema() -> Schema:
    """What a workflow's file says."""
    one: Schema = {
        "description": "A name with its value.",
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
    }
    bare: Schema = {
        "type": ["string", "integer", "boolean"],
        "pattern": rf"^\s*{NAME.pattern}\s*$",
    }
    assigned = listing("Names with their values, in this order.", one)
    return section(
        "A workflow of Orquesta.",
        {
            "version": {"description": "1.0, the only one.", "enum": [1.0, VERSION, None]},
            "description": text("What it does."),
            "input": listing("What it takes, with or without a default.", {"anyOf": [bare, one]}),
            "vars": assigned,
            "output": assigned,
            "tasks": {
                **named("The tasks by name.", _task(), names=rf"^{TASK_NAME.pattern}$"),
                "type": "object",
                "minProperties": 1,
            },
            **unread(("name", "tags")),
        },
        required=("tasks",),
        is_optional=False,
    )


def _task() -> Schema:
    expression: Schema = {"type": "string", "pattern": _EXPRESSION}
    return section(
        "A task.",
        {
            "action": {
                "description": "The action: pack.name, with or without parameters behind it.",
                "anyOf": [
                    {"type": ["null", "number", "boolean"]},
                    {"type": "string", "pattern": r"\S"},
                ],
            },
            "input": {
                "description": "The action's parameters.",
                "anyOf": [{"type": ["object", "null"]}, expression],
            },
            "with": _items(),
            "join": {
                "description": "How many of the tasks before it have to have ended: all, or some.",
                "anyOf": [{"enum": ["all", None]}, {"type": "integer", "minimum": 0}],
            },
            "delay": _count("Seconds before it."),
            "retry": section(
                "Another try.",
                {
                    "count": _count("How often.") | {"not": {"type": "null"}},
                    "when": _condition("For what."),
                    "delay": _count("Seconds before each."),
                },
                required=("count",),
            ),
            "next": listing("What comes after it.", _transition()),
        },
    )


def _items() -> Schema:
    written: Schema = {"type": "string", "pattern": f"^(?:{_WITH})$"}
    about = "The items that it is run for: an expression, or x in an expression."
    several = section(
        about,
        {"items": written, "concurrency": _count("How many at once.")},
        required=("items",),
        is_optional=False,
    )
    return {"description": about, "anyOf": [written, several, {"type": "null"}]}


def _transition() -> Schema:
    names: Json = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
    separated: Schema = {
        "type": ["string", "number", "boolean", "null"],
        "pattern": r"^\s*[^,\s][^,]*(,\s*[^,\s][^,]*)*$",
    }
    one: Json = {"type": "object", "minProperties": 1, "maxProperties": 1}
    return section(
        "What comes next, and when.",
        {
            "when": _condition("When; without it always."),
            "publish": {
                "description": "Names with their values, for what comes after.",
                "anyOf": [{"type": "array", "items": one}, {"type": ["string", "null"]}],
            },
            "do": {
                "description": "The tasks that come next, or a word: continue, fail, noop, retry.",
                "anyOf": [{"type": "array", "items": names}, separated],
            },
        },
        is_optional=False,
    )


def _count(about: str) -> Schema:
    written: Json = {"type": "string", "pattern": _EXPRESSION}
    return {
        "description": about,
        "anyOf": [{"type": ["integer", "null"], "minimum": 0}, written],
    }


def _condition(about: str) -> Schema:
    return anything(about) | {"type": ["string", "null"], "pattern": r"\S"}
