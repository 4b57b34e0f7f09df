"""The default answer says how it went first, and then what people look for."""

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.rendering.outline import outline
from chatops_cli.rendering.summary import fenced, headline, summarize
from tests.support.executions import make_execution

DONE = "linux.check_load succeeded in 0.3 s (execution e1)\n"


@pytest.mark.parametrize(
    ("status", "elapsed", "result", "runner", "expected"),
    [
        (Status.SUCCEEDED, 0.0, None, "noop", "succeeded in 0 s"),
        (Status.SUCCEEDED, 0.0123, None, "noop", "succeeded in 0.012 s"),
        (Status.SUCCEEDED, 61.4, None, "noop", "succeeded in 1m1s"),
        (Status.SUCCEEDED, None, None, "noop", "succeeded"),
        (
            Status.FAILED,
            2,
            {"return_code": 3},
            "local-shell-cmd",
            "failed with exit code 3 after 2.0 s",
        ),
        (
            Status.FAILED,
            2,
            {"exit_code": 1},
            "python-script",
            "failed with exit code 1 after 2.0 s",
        ),
        (Status.FAILED, 2, {"return_code": True}, "local-shell-cmd", "failed after 2.0 s"),
        (Status.FAILED, None, "odd", "other", "failed"),
        (
            Status.FAILED,
            1,
            {"status_code": 404},
            "http-request",
            "failed with HTTP status 404 after 1.0 s",
        ),
        (
            Status.FAILED,
            1,
            {"a": {"failed": True}, "b": {"succeeded": True}},
            "remote-shell-cmd",
            "failed on 1 of 2 hosts after 1.0 s",
        ),
        (Status.FAILED, 1, {"a": {}}, "remote-shell-cmd", "failed after 1.0 s"),
        (Status.TIMEOUT, 60.0, None, "local-shell-cmd", "timed out after 1m0s and was ended"),
        (Status.CANCELED, 3, None, "local-shell-cmd", "was canceled after 3.0 s"),
        (Status.ABANDONED, None, None, "local-shell-cmd", "was abandoned"),
        (Status.PENDING, None, None, "inquirer", "is waiting for an answer"),
        (Status.PAUSED, None, None, "orquesta", "is paused"),
    ],
)
def test_the_first_line_says_how_it_went(
    status: Status, elapsed: float | None, result: Json, runner: str, expected: str
) -> None:
    execution = make_execution(result, runner=runner, status=status, elapsed=elapsed)
    assert headline(execution) == f"linux.check_load {expected} (execution e1)"


@pytest.mark.parametrize(
    ("runner", "result", "expected"),
    [
        ("local-shell-cmd", {"stdout": "up 3 days", "stderr": "", "return_code": 0}, "up 3 days"),
        ("local-shell-cmd", {"stdout": "a\nb", "stderr": "w"}, "```\na\nb\n```\nstderr: w"),
        ("local-shell-script", {"stdout": {"a": 1, "b": [1, 2]}}, "```\na: 1\nb:\n- 1\n- 2\n```"),
        ("local-shell-cmd", {"stdout": " \n", "return_code": 0}, ""),
        ("local-shell-cmd", {"stdout": "x", "extra": 1}, "x\nextra: 1"),
        ("python-script", {"result": "done", "stdout": "", "stderr": "log"}, "done"),
        ("python-script", {"result": None, "stdout": "printed", "stderr": "log"}, "printed"),
        ("python-script", {"result": None, "stdout": "", "stderr": "log"}, "stderr: log"),
        (
            "python-script",
            {"result": {"a": {"b": None}}, "stdout": "p"},
            "```\na:\n  b: none\n```\nstdout: p",
        ),
        ("python-script", {"result": [], "stdout": ""}, ""),
        ("python-script", {"result": False}, "no"),
        (
            "http-request",
            {"status_code": 200, "body": "ok", "headers": {"a": "b"}},
            "HTTP status 200\nok",
        ),
        (
            "remote-shell-cmd",
            {"h1": {"stdout": "x"}, "h2": {"stdout": "", "failed": False}},
            "h1: ok\nx\nh2: ok",
        ),
        ("orquesta", {"output": {"owner": "bob"}, "errors": []}, "owner: bob"),
        (
            "action-chain",
            {"tasks": [{"name": "t", "state": "succeeded"}, 1], "published": {"v": 1}},
            "- t: succeeded\npublished: v: 1",
        ),
        ("noop", {}, ""),
        ("noop", None, ""),
        ("other", {"k": "v", "t": "a\nb\n"}, "```\nk: v\nt:\n  a\n  b\n```"),
        (
            "other",
            [1, {"a": 1, "b": 2}, [3, 4], [], {}],
            "```\n- 1\n- a: 1\n  b: 2\n- - 3\n  - 4\n- []\n- {}\n```",
        ),
        ("other", True, "yes"),
    ],
)
def test_a_success_shows_what_it_found(runner: str, result: Json, expected: str) -> None:
    assert summarize(make_execution(result, runner=runner)) == (DONE + expected).rstrip("\n")


@pytest.mark.parametrize(
    ("runner", "result", "expected"),
    [
        (
            "local-shell-cmd",
            {"stdout": "partly", "stderr": "ls: no\nls: such", "return_code": 2, "error": "why"},
            "error: why\nstderr:\n```\nls: no\nls: such\n```\nstdout: partly",
        ),
        (
            "python-script",
            {"result": None, "exit_code": 1, "stdout": "", "stderr": "KeyError: 'a'"},
            "stderr: KeyError: 'a'",
        ),
        (
            "python-script",
            {"result": {"error": "no such host"}, "stderr": "log", "error": "E"},
            "error: E\nstderr: log\nerror: no such host",
        ),
        (
            "remote-shell-script",
            {
                "h1": {"stdout": "x", "succeeded": True},
                "h2": {"stderr": "down", "return_code": 255, "failed": True},
                "h3": {"error": "no", "succeeded": False},
            },
            "h1: ok\nx\nh2: failed with exit code 255\nstderr: down\nh3: failed\nerror: no",
        ),
        (
            "orquesta",
            {
                "output": None,
                "errors": [
                    {"task_id": "t1", "message": "Execution failed."},
                    {"message": "late"},
                    "odd",
                ],
            },
            "error: task t1: Execution failed.\nerror: late\nerror: odd",
        ),
        ("http-request", {"status_code": 500, "body": {"e": 1}, "error": "x"}, "error: x\ne: 1"),
        ("remote-shell-cmd", {"error": "no hosts", "return_code": 1}, "error: no hosts"),
    ],
)
def test_a_failure_says_why_before_anything_else(runner: str, result: Json, expected: str) -> None:
    text = summarize(make_execution(result, runner=runner, status=Status.FAILED))
    assert text.partition("\n")[2] == expected


def test_an_exit_code_tells_of_a_host_where_nothing_else_does() -> None:
    result: Json = {"h1": {"return_code": 1}, "h2": {"return_code": 0}}
    text = summarize(make_execution(result, runner="remote-shell-cmd", status=Status.FAILED))
    assert text == (
        "linux.check_load failed on 1 of 2 hosts after 0.3 s (execution e1)\n"
        "h1: failed with exit code 1\n"
        "h2: ok"
    )


def test_a_code_block_in_the_output_does_not_end_ours() -> None:
    assert fenced("a\n```\nb") == "````\na\n```\nb\n````"


def test_a_long_outline_is_cut() -> None:
    lines = outline(list(range(5000))).split("\n")
    assert lines[-2:] == ["- 1999", "… 3,000 more lines"]


@pytest.mark.parametrize("runner", ["local-shell-cmd", "python-script", "http-request"])
def test_what_to_do_follows_what_went_wrong(runner: str) -> None:
    """A runner that could not start says what would help, once."""
    result: Json = {"error": "it needs a package", "hint": "install it"}
    said = summarize(make_execution(runner=runner, status=Status.FAILED, result=result))
    assert said.endswith("error: it needs a package\nhint: install it")


def test_what_was_announced_is_told_once() -> None:
    said: Json = {"message": "hi", "user": None}
    announced = make_execution({"output": said, "message": "hi"}, runner="announcement")
    assert summarize(announced).endswith("(execution e1)\n```\nmessage: hi\nuser: none\n```")
