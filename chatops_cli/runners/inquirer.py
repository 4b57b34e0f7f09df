"""``inquirer``: asks people something, and waits for the answer.

The execution stands at ``pending``. Its result says what is asked: ``{schema, roles, users, route,
ttl}``; ``schema`` is what an answer has to look like, ``roles`` and ``users`` are who may give it
(everybody, where both are empty), ``ttl`` is in minutes.

Source: StackStorm, ``contrib/runners/inquirer_runner``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from chatops_cli.model.action import Parameter, by_name
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Call, Outcome

YES_OR_NO: Mapping[str, Json] = MappingProxyType(
    {
        "title": "response_data",
        "type": "object",
        "properties": {
            "continue": {
                "type": "boolean",
                "description": "Shall the workflow go on?",
                "required": True,
            }
        },
    }
)
"""What is asked where the action says nothing else."""

PARAMETERS = by_name(
    Parameter(
        name="schema",
        schema={"type": "object"},
        description="The JSON Schema of an answer.",
        required=True,
        default=dict(YES_OR_NO),
        has_default=True,
    ),
    Parameter(
        name="roles",
        schema={"type": "array"},
        description="The roles of which one is needed to answer; none where it is empty.",
        default=[],
        has_default=True,
    ),
    Parameter(
        name="users",
        schema={"type": "array"},
        description="The people who may answer; everybody where it is empty.",
        default=[],
        has_default=True,
    ),
    Parameter(
        name="route",
        schema={"type": "string"},
        description="Where people are told of it; free for rules to look at.",
        default="",
        has_default=True,
    ),
    Parameter(
        name="ttl",
        schema={"type": "integer"},
        description="Minutes to wait for an answer.",
        required=True,
        default=1440,
        has_default=True,
    ),
)


async def run(call: Call) -> Outcome:
    """Stands at ``pending`` at once. See the module for the result."""
    asked: dict[str, Json] = {}
    for name in ("schema", "roles", "users", "route", "ttl"):
        value = call.runner_parameters.get(name)
        asked[name] = PARAMETERS[name].default if value is None else value
    return Outcome(status=Status.PENDING, result=asked)
