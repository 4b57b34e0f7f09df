"""Workflows where something goes wrong around them: full disks, cancellation, deep nesting."""

import asyncio
from pathlib import Path

import pytest

from chatops_cli.model.chat import Reply, ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.records.events import Event, ExecutionRequested
from tests.support.chat import make_message
from tests.support.flows import Flow, tasks
from tests.support.rooms import Memory

STEPS = tasks(
    "  one: {action: flow.noop, next: [{do: two}]}\n"
    "  two: {action: flow.noop, next: [{do: three}]}\n"
    "  three: {action: flow.noop}\n"
)


@pytest.mark.parametrize("full_at", range(5, 10))
def test_nothing_more_is_started_once_the_disk_is_full(tmp_path: Path, full_at: int) -> None:
    flow = Flow(tmp_path, STEPS, memory=Memory(full_at=full_at))
    flow.go()
    begun = [each.task for each in flow.requested]
    assert len(begun) <= 3
    said = [reply for reply in flow.replies if reply.kind in {ReplyKind.RESULT, ReplyKind.ERROR}]
    assert said[0].status is Status.FAILED
    assert all("the audit log can't be written" in reply.text for reply in said)
    assert said[-1].reason == "records"


def test_a_workflow_that_runs_itself_is_stopped(tmp_path: Path) -> None:
    flow = Flow(tmp_path, tasks("  again: {action: flow.work}\n"))
    assert flow.go().status is Status.FAILED
    assert len(flow.requested) == 20
    assert "workflows nest deeper than 20 levels: flow.work" in str(flow.result)


def test_workflows_that_run_each_other_are_named(tmp_path: Path) -> None:
    flow = Flow(
        tmp_path,
        tasks("  down: {action: flow.other}\n"),
        more={"other": tasks("  up: {action: flow.work}\n")},
    )
    assert flow.go().status is Status.FAILED
    line = "flow.work > flow.other > flow.work > flow.other > flow.work > … > flow.work"
    assert f"workflows nest deeper than 20 levels: {line}" in str(flow.result)


def test_nested_workflows_need_no_place_of_their_own(tmp_path: Path) -> None:
    """More of them than actions may run at a time, each waiting for its own."""
    flow = Flow(
        tmp_path,
        tasks("  many: {with: <% range(100) %>, action: flow.inner}\n"),
        more={"inner": tasks("  one: {action: flow.noop}\n")},
    )
    assert flow.go().status is Status.SUCCEEDED
    assert len(flow.finished) == 201


class Busy(Memory):
    """Records that tell when so many executions have been asked for."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.left = number
        self.has_come = asyncio.Event()

    def append(self, *events: Event, sync: bool) -> None:
        super().append(*events, sync=sync)
        self.left -= sum(isinstance(event, ExecutionRequested) for event in events)
        if self.left <= 0:
            self.has_come.set()


def test_cancelled_it_ends_all_that_runs(tmp_path: Path) -> None:
    """Half of 100 processes run; what waits for its turn never begins."""
    memory = Busy(51)
    definition = tasks("  many: {with: <% range(100) %>, action: flow.sleep seconds=600}\n")
    flow = Flow(tmp_path, definition, memory=memory)

    async def replies() -> list[Reply]:
        return [reply async for reply in flow.room.handle(make_message("go api"))]

    async def cancel_when_busy() -> list[Reply]:
        talk = asyncio.create_task(replies())
        await memory.has_come.wait()
        talk.cancel()
        return await talk

    assert asyncio.run(cancel_when_busy())[-1].status is Status.CANCELED
    assert {each.status for each in flow.finished} == {Status.CANCELED}
    assert 51 <= len(flow.finished) == len(flow.requested) <= 65


def test_one_event_loop_may_follow_another(tmp_path: Path) -> None:
    """More items than places, so that some wait for theirs in both."""
    flow = Flow(tmp_path, tasks("  many: {with: <% range(70) %>, action: flow.noop}\n"))
    assert [flow.go().status, flow.go().status] == [Status.SUCCEEDED, Status.SUCCEEDED]
