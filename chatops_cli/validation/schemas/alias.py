"""An alias' file, read by `catalog.alias_file`."""

from typing import TYPE_CHECKING

from chatops_cli.catalog.alias_file import COMPUTED
from chatops_cli.validation.schemas.terms import (
    Schema,
    flag,
    listing,
    mapping,
    section,
    text,
    unread,
)

if TYPE_CHECKING:
    from chatops_cli.model.json import Json


def schema() -> Schema:
    """What an alias' file says."""
    return section(
        "An alias: what people type, and the action that it means.",
        {
            "name": text("Its name, without the pack's.", required=True),
            "pack": text("The pack's ref; the folder decides, so leave it out."),
            "action_ref": text("The action: pack.name.", required=True),
            "formats": listing(
                "What people may type, with {{ parameters }}.", _format(), required=True
            ),
            "description": text("What it does, for the help."),
            "enabled": flag("Whether it can be typed.", default=True),
            "ack": _answer("What is said at once.", {"append_url": _APPEND_URL}),
            "result": _answer("What is said when the action has ended.", {}),
            "immutable_parameters": mapping("Parameters that are always given, and by nobody."),
            "extra": mapping("What only a chat network understands."),
            "queue": text("Where its executions wait, in place of the action's queue."),
            **unread(COMPUTED, "Computed by StackStorm."),
        },
        required=("name", "action_ref", "formats"),
        is_optional=False,
    )


_APPEND_URL = flag("Whether a link to the execution stands behind it.", default=True)


def _answer(about: str, more: dict[str, Schema]) -> Schema:
    own = {
        "enabled": flag("Whether anything is said.", default=True),
        "format": text("A Jinja template of what is said."),
        "extra": mapping("What only a chat network understands."),
    }
    # Of other keys there is only a warning.
    return section(about, own | more, is_open=True)


def _format() -> Schema:
    one: Schema = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
    several: Schema = {"type": "array", "items": one}
    either: list[Json] = [
        {"required": [key], "properties": {key: {"not": {"type": "null"}}}}
        for key in ("display", "representation")
    ]
    mapped = section(
        "A format, as help shows it and as it is matched.",
        {
            "display": text("What help shows."),
            "representation": {
                "description": "What is matched: one, or a list.",
                "anyOf": [one, several, {"type": "null"}],
            },
            "match_multiple": flag("Whether other aliases may match the same.", default=False),
        },
        is_optional=False,
    )
    return {"anyOf": [one, mapped | {"anyOf": either}]}
