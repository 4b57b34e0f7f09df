"""A rule's file, read by `catalog.rule_file` and `catalog.criteria`."""

from chatops_cli.catalog.criteria import OPERATORS, WITHOUT_PATTERN
from chatops_cli.catalog.rule_file import COMPUTED, TYPES, UNUSED
from chatops_cli.model.json import Json
from chatops_cli.model.rule import Condition, Operator
from chatops_cli.validation.schemas.terms import (
    Schema,
    anything,
    choice,
    flag,
    mapping,
    named,
    section,
    text,
    unread,
)


def schema() -> Schema:
    """What a rule's file says."""
    found = section(
        "A rule: when something has happened, an action is run.",
        {
            "name": text("Its name, without the pack's.", required=True),
            "pack": text("The pack's ref; the folder decides, so leave it out."),
            "description": text("What it is for."),
            "enabled": flag("Whether it holds.", default=False),
            "trigger": section(
                "What it waits for.",
                {
                    "type": text("The trigger: pack.name.", required=True),
                    "parameters": mapping("Those of the trigger."),
                },
                required=("type",),
                is_open=True,
                is_optional=False,
            ),
            "criteria": {"$ref": "#/definitions/criteria"},
            "action": section(
                "What is run.",
                {
                    "ref": text("The action: pack.name.", required=True),
                    "parameters": mapping("Its parameters, with templates."),
                    "description": text("What it is run for."),
                },
                required=("ref",),
                is_optional=False,
            ),
            "type": section(
                "Whether it is asked only where no other rule fits.",
                {"ref": choice("The kind of rule.", TYPES), **unread(("parameters",))},
            ),
            **unread(COMPUTED, "Computed by StackStorm."),
            **unread(UNUSED),
        },
        required=("name", "trigger", "action"),
        is_optional=False,
    )
    return found | {"definitions": {"criteria": named(_CRITERIA, _criterion())}}


_CRITERIA = "What has to hold of what has happened: a path of keys, and how it is compared."


def _criterion() -> Schema:
    found = section(
        "How a value is compared.",
        {
            "type": choice("How.", OPERATORS, required=True),
            "pattern": anything("With what."),
            "condition": anything("For search: how many items, and how many of the inner ones."),
        },
        required=("type",),
        is_optional=False,
    )
    bare: list[Json] = [*sorted(WITHOUT_PATTERN)]
    search: Schema = {
        "properties": {
            "condition": choice("How many fit.", tuple(Condition), required=True),
            "pattern": {"allOf": [{"type": "object"}, {"$ref": "#/definitions/criteria"}]},
        },
        "required": ["condition", "pattern"],
    }
    there: Schema = {"properties": {"pattern": {"not": {"type": "null"}}}, "required": ["pattern"]}
    return found | {
        "allOf": [
            {"if": _is(*bare), "then": {}, "else": there},
            {"if": _is(Operator.SEARCH), "then": search},
        ]
    }


def _is(*words: Json) -> Schema:
    return {"properties": {"type": {"enum": [*words]}}}
