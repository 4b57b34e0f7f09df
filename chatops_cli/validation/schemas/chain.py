"""An ActionChain's file, read by `workflows.definition.chain`."""

from chatops_cli.validation.schemas.terms import (
    Schema,
    anything,
    listing,
    mapping,
    section,
    strings,
    text,
)
from chatops_cli.workflows.definition.chain import ABOUT, EVENTS


def schema() -> Schema:
    """What a chain's file says."""
    return section(
        "An ActionChain: tasks, one after the other.",
        {
            "chain": listing("The tasks.", _task(), required=True),
            "vars": mapping("Values for all tasks, with templates."),
            "default": text("The task that is first."),
        },
        required=("chain",),
        is_optional=False,
    )


def _task() -> Schema:
    notice = section(
        "Who is told, and what.",
        {
            "routes": strings("The routes of the settings that are told."),
            "channels": strings("The old name of routes."),
            "message": text("What is said."),
            "data": mapping("What is handed on with it."),
        },
    )
    # Of other keys there is only a warning.
    found = section(
        "A task.",
        {
            "name": text("Its name.", required=True),
            "ref": text("The action: pack.name.", required=True),
            ABOUT: anything("What it does, for who reads the file."),
            "parameters": mapping("The action's parameters, with templates."),
            "params": mapping("The old name of parameters."),
            "publish": mapping("Values for the tasks behind it, with templates."),
            "notify": section("Who is told when it has ended.", dict.fromkeys(EVENTS, notice)),
            "on-success": text("The task after it, if it went well."),
            "on-failure": text("The task after it, if it failed."),
        },
        required=("name", "ref"),
        is_open=True,
        is_optional=False,
    )
    both: Schema = {
        "properties": {key: {"minProperties": 1, "type": "object"} for key in _EITHER},
        "required": [*_EITHER],
    }
    return found | {"not": both}


_EITHER = ("parameters", "params")
