"""Executions as tests write them, with results in the shapes that runners give."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from chatops_cli.model.action import ActionRef
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json

STARTED = datetime(2026, 5, 4, 12, 0, 0, 250000, tzinfo=UTC)
SHELL_RESULT: Json = {
    "stdout": "one line",
    "stderr": "",
    "return_code": 0,
    "succeeded": True,
    "failed": False,
}


def make_execution(
    result: Json = None,
    *,
    ref: str = "linux.check_load",
    runner: str = "local-shell-cmd",
    status: Status = Status.SUCCEEDED,
    parameters: Mapping[str, Json] | None = None,
    elapsed: float | None = 0.3,
) -> Execution:
    """An execution with id ``e1``; without `elapsed` it has not ended."""
    return Execution(
        id="e1",
        action_ref=ActionRef(ref),
        runner=runner,
        status=status,
        requested=STARTED,
        started=STARTED,
        ended=STARTED + timedelta(seconds=elapsed) if elapsed is not None else None,
        parameters=parameters or {},
        context={"api_user": "alice", "source_channel": "#ops"},
        result=result,
    )


def shell_samples() -> tuple[Execution, ...]:
    """Executions of every common shape, successful and not."""
    python: Json = {"result": {"a": [1, 2]}, "exit_code": 0, "stdout": "", "stderr": ""}
    broken: Json = {"result": None, "exit_code": 1, "stdout": "", "stderr": "Traceback\nKeyError"}
    failed: Json = {"stdout": "", "stderr": "no such file", "return_code": 2, "failed": True}
    remote: Json = {"web1": SHELL_RESULT, "web2": {"stderr": "down", "return_code": 255}}
    listed: Json = {"result": [{"name": "x", "id": 1}], "exit_code": 0, "stdout": "", "stderr": ""}
    http: Json = {"status_code": 200, "body": {"ok": True}, "parsed": True, "headers": {}}
    flow: Json = {"output": {"owner": "bob"}, "errors": []}
    said: Json = {"result": "done", "exit_code": 0, "stdout": "", "stderr": ""}
    task: Json = {"name": "t1", "state": "succeeded", "result": {"result": [], "stdout": ""}}
    chain: Json = {"tasks": [task, task], "published": {}}
    return (
        make_execution(SHELL_RESULT),
        make_execution(failed, status=Status.FAILED),
        make_execution(python, runner="python-script"),
        make_execution(listed, runner="python-script"),
        make_execution(said, runner="python-script"),
        make_execution(broken, runner="python-script", status=Status.FAILED),
        make_execution(remote, runner="remote-shell-cmd", status=Status.FAILED),
        make_execution(http, runner="http-request"),
        make_execution(flow, runner="orquesta"),
        make_execution(chain, runner="action-chain"),
        make_execution({}, runner="noop"),
        make_execution(None, status=Status.TIMEOUT),
        make_execution("text", runner="other"),
    )
