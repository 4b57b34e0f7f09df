"""The runner `inquirer`: an execution that waits for an answer."""

from typing import TYPE_CHECKING

from chatops_cli.model.execution import Status
from chatops_cli.runners import inquirer
from tests.support.calls import make_action, make_call

if TYPE_CHECKING:
    from chatops_cli.model.json import Json


async def test_the_result_says_what_is_asked_and_of_whom() -> None:
    asked: dict[str, Json] = {
        "schema": {"type": "object", "properties": {"code": {"type": "integer"}}},
        "roles": ["admin"],
        "users": ["alice", "bob"],
        "route": "ops",
        "ttl": 5,
    }
    outcome = await inquirer.run(make_call(make_action("inquirer"), **asked))
    assert (outcome.status, outcome.result) == (Status.PENDING, asked)
    assert not outcome.status.is_final


async def test_an_action_that_says_nothing_asks_for_yes_or_no_for_a_day() -> None:
    outcome = await inquirer.run(make_call(make_action("inquirer")))
    result = outcome.result
    assert isinstance(result, dict)
    assert {name: result[name] for name in ("roles", "users", "route", "ttl")} == {
        "roles": [],
        "users": [],
        "route": "",
        "ttl": 24 * 60,
    }
    schema = result["schema"]
    assert isinstance(schema, dict)
    assert isinstance(schema["properties"], dict)
    asked = schema["properties"]["continue"]
    assert isinstance(asked, dict)
    assert (asked["type"], asked["required"]) == ("boolean", True)
