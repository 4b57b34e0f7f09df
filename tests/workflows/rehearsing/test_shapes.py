"""What an action gives is put into the shape of its runner."""

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.workflows.rehearsing.shapes import shaped

ENDED: dict[str, Json] = {"failed": False, "succeeded": True, "return_code": 0, "stderr": ""}
FAILED: dict[str, Json] = {"failed": True, "succeeded": False, "stdout": ""}
HOSTS: dict[str, Json] = {"hosts": "a, b"}
ASKED: dict[str, Json] = {"schema": {}, "roles": [], "users": ["amy"], "route": "", "ttl": 5}


@pytest.mark.parametrize(
    ("runner", "given", "status", "result"),
    [
        ("local-shell-cmd", "hi", Status.SUCCEEDED, {**ENDED, "stdout": "hi"}),
        ("run-local", '{"a": 1}', Status.SUCCEEDED, {**ENDED, "stdout": {"a": 1}}),
        ("local-shell-script", "[1", Status.SUCCEEDED, {**ENDED, "stdout": "[1"}),
        ("local-shell-cmd", 5, Status.SUCCEEDED, {**ENDED, "stdout": "5"}),
        ("winrm-cmd", None, Status.SUCCEEDED, {**ENDED, "stdout": ""}),
        ("local-shell-cmd", "no", Status.FAILED, {**FAILED, "return_code": 1, "stderr": "no"}),
        ("local-shell-cmd", "no", Status.TIMEOUT, {**FAILED, "return_code": -9, "stderr": "no"}),
        (
            "remote-shell-cmd",
            "hi",
            Status.SUCCEEDED,
            {"a": {**ENDED, "stdout": "hi"}, "b": {**ENDED, "stdout": "hi"}},
        ),
        (
            "python-script",
            [1],
            Status.SUCCEEDED,
            {"result": [1], "exit_code": 0, "stdout": "", "stderr": ""},
        ),
        (
            "http-request",
            {"a": 1},
            Status.SUCCEEDED,
            {
                "status_code": 200,
                "body": {"a": 1},
                "parsed": True,
                "headers": {"Content-Type": "application/json"},
            },
        ),
        (
            "http-request",
            "no",
            Status.FAILED,
            {
                "status_code": 500,
                "body": "no",
                "parsed": False,
                "headers": {"Content-Type": "text/plain"},
            },
        ),
        ("inquirer", {"ok": 1}, Status.SUCCEEDED, {**ASKED, "response": {"ok": 1}}),
        ("inquirer", True, Status.SUCCEEDED, {**ASKED, "response": {"continue": True}}),
        ("inquirer", None, Status.PENDING, ASKED),
        ("orquesta", {"a": 1}, Status.SUCCEEDED, {"output": {"a": 1}}),
        (
            "orquesta",
            "no",
            Status.FAILED,
            {"output": None, "errors": [{"type": "error", "message": "no"}]},
        ),
        ("noop", None, Status.SUCCEEDED, {}),
        ("noop", "x", Status.SUCCEEDED, "x"),
        ("somebody-elses", "x", Status.SUCCEEDED, "x"),
    ],
)
def test_a_shape(runner: str, given: Json, status: Status, result: Json) -> None:
    parameters: dict[str, Json] = {**HOSTS, **ASKED}
    assert shaped(runner, given, status, parameters) == result


def test_an_announcement_gives_what_was_told() -> None:
    parameters: dict[str, Json] = {"text": "hi", "route": "r", "experimental": True}
    told = {"text": "hi"}
    assert shaped("announcement", None, Status.SUCCEEDED, parameters) == {"output": told, **told}
    assert shaped("announcement", "x", Status.SUCCEEDED, parameters) == "x"
