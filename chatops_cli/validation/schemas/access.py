"""The section ``access`` of the settings, read by `settings.access`."""

from chatops_cli.model.access import Denials, Effect, Operation
from chatops_cli.settings.access import MOST
from chatops_cli.settings.duration import LONGEST, WRITTEN
from chatops_cli.validation.schemas.terms import (
    Schema,
    choice,
    flag,
    integer,
    listing,
    named,
    section,
    strings,
    text,
)


def access() -> Schema:
    """Who may run what."""
    return section(
        "Who may run what.",
        {
            "local": choice("What holds in a terminal where no rule fits.", tuple(Effect)),
            "denials": choice("What who is denied something is told.", tuple(Denials)),
            "roles": named("Roles, with who has them.", _people("People and %groups.", "%")),
            "groups": named("Groups, with who is in them.", _people("People.", "")),
            "rbac": text("A folder of StackStorm's RBAC files: roles, assignments, mappings."),
            "rules": listing("The rules; a deny rule beats every allow rule.", _rule()),
        },
    )


def _rule() -> Schema:
    own = {
        "name": text("What it is called in refusals."),
        "effect": choice("What it does.", tuple(Effect)),
        "who": _people("People (network:workspace:user), @roles and %groups.", "@%"),
        "operations": _one_or_more("What they want.", {"enum": [str(each) for each in Operation]}),
        "parameters": named(
            "Parameters, with the values of which each must have one.",
            _one_or_more("Values.", {"type": ["string", "number", "boolean"]}, required=True),
        ),
        "require": _requirement(),
    }
    kinds = ("actions", "aliases", "rooms", "networks", "packs")
    patterns = {kind: strings(f"{kind.title()}: patterns with * and ?.") for kind in kinds}
    return section("A rule.", own | patterns, required=("effect",), is_optional=False)


def _requirement() -> Schema:
    approval = section(
        "Others have to say yes first.",
        {
            "by": _people("People, @roles and %groups.", "@%"),
            "count": integer("How many of them.", minimum=1, maximum=MOST),
            "own": flag("Whether who asks may be one of them.", default=False),
            "within": _duration(),
        },
        required=("by",),
    )
    confirm: Schema = {
        "description": "Who asks says it twice.",
        "anyOf": [
            section(
                "With a word, or a time.",
                {"word": text("The word that is to be typed."), "within": _duration()},
            ),
            {"type": ["boolean", "string", "number"]},
        ],
    }
    return section(
        "What has to happen before it is run.",
        {"approval": approval, "confirm": confirm},
    ) | {"minProperties": 1}


def _people(about: str, signs: str) -> Schema:
    named = f"^[{signs}]|" if signs else ""
    return strings(about, each={"type": "string", "pattern": rf"^\*$|{named}:"})


def _one_or_more(about: str, one: Schema, *, required: bool = False) -> Schema:
    several: Schema = {"type": "array", "items": one, **({"minItems": 1} if required else {})}
    nothing: Schema = {"type": "null"}
    return {"description": about, "anyOf": [several, one, *([] if required else [nothing])]}


def _duration() -> Schema:
    return {
        "description": "How long: seconds, or 30s, 15m, 2h, 1d.",
        "anyOf": [
            {"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST},
            {"type": "string", "pattern": f"^{WRITTEN.pattern}$"},
            {"type": "null"},
        ],
    }
