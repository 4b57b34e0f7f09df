"""What people are told of an execution that waits for their answer."""

import pytest

from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json
from chatops_cli.rendering.replies import render_waiting
from tests.support.executions import make_execution

YES: Json = {
    "type": "object",
    "properties": {"continue": {"type": "boolean", "description": "Go on?", "required": True}},
}


def waiting(result: Json) -> Execution:
    return make_execution(
        result, ref="core.ask", runner="inquirer", status=Status.PENDING, elapsed=None
    )


def test_it_says_who_may_answer_for_how_long_and_what_is_asked() -> None:
    result: Json = {
        "schema": YES,
        "roles": ["admin"],
        "users": ["alice", "bob"],
        "route": "",
        "ttl": 90,
    }
    assert render_waiting(waiting(result)).text == (
        "core.ask is waiting for an answer (execution e1)\n"
        "May answer: alice, bob, the role admin\n"
        "Waits for: 90 minutes\n"
        "- continue (boolean, required): Go on?"
    )


def test_it_links_to_the_execution() -> None:
    said = render_waiting(waiting({}), web_url="https://x/e1").text
    assert said.endswith("\nDetails: https://x/e1")


@pytest.mark.parametrize(
    ("ttl", "said"),
    [
        (1440, ["Waits for: 1 day"]),
        (120, ["Waits for: 2 hours"]),
        (1, ["Waits for: 1 minute"]),
        (0, []),
        (-5, []),
        (True, []),
        ("soon", []),
    ],
)
def test_the_time_is_told_in_the_largest_unit_that_fits(ttl: Json, said: list[str]) -> None:
    lines = render_waiting(waiting({"ttl": ttl})).text.splitlines()
    assert lines[1:] == ["May answer: everybody", *said]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        pytest.param({"properties": {"code": {}}}, ["- code"], id="nothing said of it"),
        pytest.param({"properties": {"code": True}}, ["- code"], id="not an object"),
        pytest.param({"properties": {"n": {"type": ["a", "b"]}}}, ["- n"], id="several types"),
        pytest.param({"type": "object"}, ["type: object"], id="no properties"),
        pytest.param({}, [], id="nothing"),
    ],
)
def test_any_schema_is_told(schema: Json, said: list[str]) -> None:
    lines = render_waiting(waiting({"schema": schema, "users": "alice"})).text.splitlines()
    assert lines[2:] == said


def test_an_inquirer_that_could_not_ask_is_told_like_any_other() -> None:
    """A result without a question, such as the error of a refusal."""
    failed = make_execution({"error": "no"}, runner="inquirer", status=Status.FAILED)
    assert "May answer" not in render_waiting(failed).text
