"""What a person is told of a workflow that failed, and what is on record."""

from pathlib import Path

from chatops_cli.model.execution import Status
from tests.support.flows import Flow, tasks

SEVERAL = tasks(
    "  bad: {action: flow.broken}\n"
    "  items: {with: <% range(3) %>, action: flow.broken}\n"
    "  expr: {action: flow.noop, next: [{publish: [{x: <% result().no.such %>}]}]}\n"
)


def test_each_failed_task_is_named_with_its_own_error(tmp_path: Path) -> None:
    flow = Flow(tmp_path, SEVERAL)
    last = flow.go()
    assert last.status is Status.FAILED
    text = last.text
    first = {str(each.task): each.execution_id for each in reversed(flow.requested)}
    assert f"error: task bad: exit code 3: no such host (execution {first['bad']})" in text
    assert "error: task items: exit code 3: no such host (execution id-" in text
    assert "error: task expr: " in text
    whole = flow.finished[-1]
    assert whole.error is not None
    assert "(and 2 more errors)" in whole.error
    assert {each.error for each in flow.finished if each.status is Status.FAILED} == {
        "exit code 3: no such host",
        whole.error,
    }


def test_an_error_has_the_id_of_its_execution(tmp_path: Path) -> None:
    flow = Flow(tmp_path, tasks("  bad: {action: flow.broken}\n"))
    flow.go()
    assert isinstance(flow.result["errors"], list)
    (error,) = flow.result["errors"]
    assert isinstance(error, dict)
    assert error["execution_id"] == flow.requested[-1].execution_id


def test_the_error_of_a_nested_workflow_reaches_the_person(tmp_path: Path) -> None:
    flow = Flow(
        tmp_path,
        tasks("  in: {action: flow.inner}\n"),
        more={"inner": tasks("  bad: {action: flow.broken}\n")},
    )
    text = flow.go().text
    assert "error: task in: task bad: exit code 3: no such host (execution id-" in text


def test_what_is_refused_has_place_and_hint(tmp_path: Path) -> None:
    flow = Flow(tmp_path, tasks("  bad: {action: flow.ecko}\n"))
    text = flow.go().text
    assert "actions/workflows/work.yaml:4:" in text
    assert "\nhint: " in text
    assert flow.finished[-1].error
    assert "work.yaml:4:" in flow.finished[-1].error


CHAIN = """
chain:
  - {name: one, ref: flow.broken, on-failure: two}
  - {name: two, ref: flow.%s}
default: one
"""


def test_a_chain_tells_what_failed_only_if_it_has(tmp_path: Path) -> None:
    good = Flow(tmp_path / "good", CHAIN % "noop", runner="action-chain").go()
    assert good.status is Status.SUCCEEDED
    assert "error" not in good.text
    flow = Flow(tmp_path / "bad", CHAIN % "broken", runner="action-chain")
    bad = flow.go()
    assert bad.status is Status.FAILED
    assert "error: task two: exit code 3: no such host (execution id-" in bad.text
    assert flow.finished[-1].error == ("task one: exit code 3: no such host (and 1 more errors)")
