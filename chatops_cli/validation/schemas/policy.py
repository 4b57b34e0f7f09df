"""A policy's file, and those of the settings, read by `reading.policy`."""

from chatops_cli.catalog.policy_file import COMPUTED
from chatops_cli.model.json import Json
from chatops_cli.model.policy import AtThreshold, RetryOn
from chatops_cli.reading.policy import BY_ATTRIBUTE, CONCURRENCY, RETRY, TYPES
from chatops_cli.validation.schemas.terms import (
    Schema,
    choice,
    flag,
    integer,
    number,
    section,
    strings,
    text,
    unread,
)

KIND = "What it does."


def schema() -> Schema:
    """What a policy's file says."""
    found = section(
        "A policy: what holds for every execution of an action.",
        {
            "name": text("Its name, without the pack's.", required=True),
            "pack": text("The pack's ref; the folder decides, so leave it out."),
            "description": text("What it is for."),
            "enabled": flag("Whether it holds.", default=True),
            "resource_ref": text("The action: pack.name.", required=True),
            "policy_type": choice(KIND, TYPES, required=True),
            "parameters": {"description": "Those of its type.", "type": "object"},
            **unread(COMPUTED, "Computed by StackStorm."),
        },
        required=("name", "resource_ref", "policy_type", "parameters"),
        is_optional=False,
    )
    return found | {"allOf": by_type("policy_type")}


def by_type(key: str) -> list[Json]:
    """What the parameters are for each type, which stands under `key`."""
    known = {CONCURRENCY: _limit({}), BY_ATTRIBUTE: _limit(_ATTRIBUTES), RETRY: _RETRY}
    return [
        {
            "if": {"properties": {key: {"const": kind}}, "required": [key]},
            "then": {"properties": {"parameters": known[kind]}},
        }
        for kind in TYPES
    ]


def _limit(more: dict[str, Schema]) -> Schema:
    own = {
        "threshold": {**integer("How many may run at once.", minimum=1), "type": "integer"},
        "action": choice("What becomes of one more.", tuple(AtThreshold)),
    }
    return section("A limit.", own | more, required=("threshold",), is_optional=False)


_ATTRIBUTES = {"attributes": strings("The parameters that have to be equal to count together.")}
_RETRY = section(
    "Another try.",
    {
        "retry_on": choice("What it is tried again for.", tuple(RetryOn), required=True),
        "max_retry_count": integer("How often.", minimum=1, maximum=5),
        "delay": number("Seconds before each.", minimum=0, maximum=120),
    },
    required=("retry_on",),
    is_optional=False,
)
