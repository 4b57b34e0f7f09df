"""Why an execution failed, in a line."""

import pytest

from chatops_cli.model.json import Json
from chatops_cli.rendering.causes import LONGEST, cause, task_causes

SHELL: dict[str, Json] = {"stdout": "", "stderr": "one\nno such\thost\n\n", "return_code": 3}
ERROR: dict[str, Json] = {"task_id": "a", "message": "see result", "result": SHELL}


@pytest.mark.parametrize(
    ("result", "why"),
    [
        pytest.param(None, "", id="nothing"),
        pytest.param("broken\nfor ever", "broken for ever", id="text"),
        pytest.param([1], "", id="list"),
        pytest.param({"error": "it is\nfull", "stderr": "x"}, "it is full", id="error"),
        pytest.param(SHELL, "exit code 3: no such\thost", id="stderr"),
        pytest.param({"exit_code": 1, "stderr": ""}, "exit code 1", id="exit code"),
        pytest.param({"return_code": 0, "stdout": "told\n"}, "told", id="stdout"),
        pytest.param({"status_code": 503, "body": {}}, "HTTP status 503", id="http"),
        pytest.param({"result": "no disk", "exit_code": 0}, "no disk", id="python"),
        pytest.param(
            {"h1": {"succeeded": True}, "h2": {"failed": True, **SHELL}},
            "h2: exit code 3: no such\thost",
            id="hosts",
        ),
        pytest.param({"h1": {"failed": True}}, "h1: failed", id="a host"),
        pytest.param(
            {"output": None, "errors": [ERROR, ERROR]},
            "task a: exit code 3: no such\thost (and 1 more errors)",
            id="workflow",
        ),
        pytest.param(
            {"errors": [{"message": "bad expression"}], "output": None}, "bad expression", id="own"
        ),
        pytest.param({"errors": ["odd"]}, "odd", id="odd"),
        pytest.param(
            {"errors": [{"task_id": "b", "result": {"errors": [ERROR]}}]},
            "task b: task a: exit code 3: no such\thost",
            id="nested",
        ),
        pytest.param(
            {"tasks": [{"name": "x", "state": "succeeded"}, {"name": "y", "state": "timeout"}]},
            "task y: ",
            id="chain",
        ),
        pytest.param({"error": "x" * 5000}, "x" * (LONGEST - 1) + "…", id="long"),
    ],
)
def test_the_cause(result: Json, why: str) -> None:
    assert cause(result) == why


def test_what_nests_for_ever_is_followed_so_far() -> None:
    result: Json = SHELL
    for _ in range(500):
        result = {"errors": [{"task_id": "a", "result": result, "message": "m"}]}
    assert len(cause(result)) <= LONGEST


def test_each_task_has_its_cause_and_execution() -> None:
    errors: Json = [{**ERROR, "execution_id": "e1"}, {"message": "m", "execution_id": 3}]
    assert task_causes({"errors": errors}) == [
        ("a", "exit code 3: no such\thost", "e1"),
        ("", "m", ""),
    ]
