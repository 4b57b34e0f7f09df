"""An action's file, read by `catalog.action_file`."""

from typing import TYPE_CHECKING

from chatops_cli.catalog.action_file import COMPUTED, NEED_ENTRY_POINT, NOTIFY_EVENTS
from chatops_cli.catalog.links import installed_runners
from chatops_cli.model.runner import BUILT_IN, LEGACY_NAMES
from chatops_cli.validation.schemas.parameter import definitions, parameters
from chatops_cli.validation.schemas.terms import (
    Schema,
    anything,
    choice,
    flag,
    listing,
    mapping,
    section,
    strings,
    text,
    unread,
)

if TYPE_CHECKING:
    from chatops_cli.model.json import Json


def schema() -> Schema:
    """What an action's file says; runners that other distributions bring are known, too."""
    runners = dict.fromkeys((*BUILT_IN, *sorted(installed_runners()), *LEGACY_NAMES))
    found = section(
        "An action.",
        {
            "name": text("Its name, without the pack's.", required=True),
            "pack": text("The pack's ref; the folder decides, so leave it out."),
            "runner_type": choice("What runs it.", tuple(runners), required=True),
            "entry_point": text("The file that is run, relative to the folder actions."),
            "enabled": flag("Whether it can be run.", default=True),
            "description": text("What it does, for the help."),
            "parameters": parameters("What it takes, by name."),
            "notify": notify(),
            "output_schema": mapping("JSON Schema of its result."),
            "tags": listing("Its tags.", anything("A tag.")),
            "queue": text("Where its executions wait for a worker of a durable engine."),
            "idempotent": flag("Whether it may be run again after a crash.", default=False),
            **unread(COMPUTED, "Computed by StackStorm."),
        },
        required=("name", "runner_type"),
        is_optional=False,
    )
    return found | _needs_entry_point() | definitions()


def notify() -> Schema:
    """Who is told of an action's end."""
    notice = section(
        "Who is told, and what.",
        {
            "routes": strings("The routes of the settings that are told."),
            "channels": strings("The old name of routes."),
            "message": text("What is said."),
            "data": mapping("What is handed on with it."),
        },
    )
    return section("Who is told when it has ended.", dict.fromkeys(NOTIFY_EVENTS, notice))


def _needs_entry_point() -> Schema:
    named = (old for old, new in LEGACY_NAMES.items() if new in NEED_ENTRY_POINT)
    runners: list[Json] = [*sorted(NEED_ENTRY_POINT), *named]
    needed: Schema = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
    return {
        "if": {"properties": {"runner_type": {"enum": runners}}, "required": ["runner_type"]},
        "then": {"properties": {"entry_point": needed}, "required": ["entry_point"]},
    }
