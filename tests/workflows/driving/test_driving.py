"""Workflows run through the room: parts are executions of their own, on record, masked."""

from pathlib import Path

import pytest

from chatops_cli.model.chat import ReplyKind
from chatops_cli.model.execution import Status
from tests.support.flows import Flow

WORKFLOW = """
version: 1.0
input: [app, pin]
tasks:
  build:
    action: flow.echo
    input:
      text: build <% ctx(app) %> for <% ctx(st2).api_user %> in <% ctx(st2).source_channel %>
    next: [{when: <% succeeded() %>, publish: built=<% result().stdout %>, do: [test, lint]}]
  test:
    with: <% range(3) %>
    action: flow.echo text=<% str(item()) %>
    next: [{when: <% succeeded() %>, do: ship}]
  lint:
    action: flow.noop
    next: [{when: <% succeeded() %>, do: ship}]
  ship:
    join: all
    action: flow.noop
output:
  - built: <% ctx(built) %>
"""


def test_a_workflow_runs_its_tasks_as_executions_of_their_own(tmp_path: Path) -> None:
    flow = Flow(tmp_path, WORKFLOW)
    last = flow.go()
    assert (last.kind, last.status) == (ReplyKind.RESULT, Status.SUCCEEDED)
    assert {"output": {"built": "build api for alice in #ops"}} in flow.memory.results
    whole, *parts = flow.requested
    assert whole.action == "flow.work"
    assert {part.parent for part in parts} == {whole.execution_id}
    assert sorted((str(part.task), part.item) for part in parts if part.item is None) == [
        ("build", None),
        ("lint", None),
        ("ship", None),
    ]
    assert sorted(part.item for part in parts if part.item is not None) == [0, 1, 2]
    assert len(flow.finished) == 7
    assert {part.principal for part in parts} == {whole.principal}


def test_how_far_it_has_come_is_told(tmp_path: Path) -> None:
    flow = Flow(tmp_path, WORKFLOW)
    flow.go()
    told = [reply for reply in flow.replies if reply.progress is not None]
    assert told
    assert all(reply.kind is ReplyKind.PROGRESS and reply.reason == "tasks" for reply in told)
    assert told[0].text.startswith("flow.work: ")


def test_a_task_that_fails_is_told_in_the_result(tmp_path: Path) -> None:
    flow = Flow(tmp_path, "version: 1.0\ninput: [app, pin]\ntasks: {one: {action: flow.broken}}\n")
    last = flow.go()
    assert last.status is Status.FAILED
    (result,) = [r for r in flow.memory.results if isinstance(r, dict) and "errors" in r]
    assert isinstance(result["errors"], list)
    (error,) = result["errors"]
    assert isinstance(error, dict)
    assert error["task_id"] == "one"
    assert result["output"] is None


def test_a_definition_with_mistakes_is_refused_with_their_places(tmp_path: Path) -> None:
    flow = Flow(tmp_path, "version: 1.0\ntasks: {one: {action: flow.none, next: [{do: two}]}}\n")
    last = flow.go()
    assert last.status is Status.FAILED
    assert len(flow.requested) == 1
    (result,) = flow.memory.results
    assert "work.yaml:2:" in str(result)


SECRET = """
version: 1.0
input: [app, pin]
tasks:
  one:
    action: flow.echo text=<% ctx(pin) %>
    next: [{publish: [{seen: <% result().stdout %>}]}]
output: [{seen: <% ctx(seen) %>}]
"""


def test_a_secret_is_masked_in_the_records_of_all_parts(tmp_path: Path) -> None:
    flow = Flow(tmp_path, SECRET)
    assert flow.go().status is Status.SUCCEEDED
    kept = f"{flow.memory.events}{flow.memory.results}{flow.replies}"
    assert "hunter22" not in kept
    assert "'seen': '" in kept


CHAIN = """
chain:
  - name: one
    ref: flow.echo
    parameters: {text: "{{ app }}"}
    publish: {said: "{{ one.stdout }}"}
    on-success: two
  - name: two
    ref: flow.broken
    on-failure: three
  - name: three
    ref: flow.noop
default: one
"""


@pytest.mark.parametrize("runner", ["action-chain", "action_chain"])
def test_a_chain_runs(tmp_path: Path, runner: str) -> None:
    flow = Flow(tmp_path, CHAIN, runner=runner)
    assert flow.go().status is Status.SUCCEEDED
    (result,) = [r for r in flow.memory.results if isinstance(r, dict) and "tasks" in r]
    assert isinstance(result["tasks"], list)
    tasks = [task for task in result["tasks"] if isinstance(task, dict)]
    assert [(t["name"], t["state"]) for t in tasks] == [
        ("one", "succeeded"),
        ("two", "failed"),
        ("three", "succeeded"),
    ]
    assert [t["execution_id"] for t in tasks] == [p.execution_id for p in flow.requested[1:]]
    assert result["published"] == {"said": "api"}
