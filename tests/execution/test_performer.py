"""An execution is recorded before it starts and when it has ended, and keeps its policies."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from chatops_cli.errors import RecordError
from chatops_cli.execution.engine import Prepared, Request
from chatops_cli.execution.happening import Delayed, Ended, Happening, Retrying, Started
from chatops_cli.execution.inline import InlineEngine
from chatops_cli.execution.origin import Origin
from chatops_cli.execution.parameters import Binder
from chatops_cli.execution.performer import Performer
from chatops_cli.model.chat import Principal
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.policy import (
    AtThreshold,
    ConcurrencyPolicy,
    Policy,
    RetryOn,
    RetryPolicy,
)
from chatops_cli.records.events import (
    ExecutionDelayed,
    ExecutionFinished,
    ExecutionRequested,
    ReplySent,
)
from chatops_cli.rendering.templates import Templates
from chatops_cli.runners.registry import find_runner
from tests.support.parameters import make_action
from tests.support.rooms import Clock, Memory

ORIGIN = Origin(principal=Principal(network="local", user="ann"), room="#ops", rule="r", reason="w")
COUNTED = "echo try >> {file}; test $(wc -l < {file}) -ge {n}"
RETRY = RetryPolicy(ref="demo.again", action_ref="demo.try", retry_on=RetryOn.FAILURE)
ONE = ConcurrencyPolicy(ref="demo.one", action_ref="demo.try", threshold=1)


@dataclass
class Stage:
    """A performer over real shell actions, and all that it tells."""

    folder: Path
    policies: tuple[Policy, ...] = ()
    memory: Memory = field(default_factory=Memory)
    ends: list[Ended] = field(default_factory=list)
    starts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        ids = itertools.count(1)
        clock = Clock()
        self.new_id: Callable[[], str] = lambda: f"id-{next(ids)}"
        self.engine = InlineEngine(
            find_runner=find_runner,
            binder=Binder(Templates()),
            clock=clock,
            new_id=self.new_id,
        )
        self.performer = Performer(
            engine=self.engine,
            records=self.memory,
            clock=clock,
            new_id=self.new_id,
            policies=lambda ref: tuple(p for p in self.policies if p.action_ref == ref),
            slots=self.folder / "slots",
            on_end=self.ends.append,
        )

    def prepare(self, cmd: str, **given: Json) -> Prepared:
        own = given.keys() - {"timeout"}
        parameters: dict[str, JsonObject] = {name: {"type": "string"} for name in own}
        action = make_action({"cmd": {"default": cmd}, **parameters}, runner_type="local-shell-cmd")
        return self.engine.prepare(Request(id=self.new_id(), action=action, given=given))

    def start(
        self, cmd: str, origin: Origin = ORIGIN, **given: Json
    ) -> tuple[str, AsyncIterator[Happening]]:
        """The id of an execution that is on record, and what happens with it once it started."""
        prepared = self.prepare(cmd, **given)
        requested = self.performer.request(prepared, origin)
        return prepared.execution.id, self._started(self.performer.run(requested))

    async def _started(self, happenings: AsyncIterator[Happening]) -> AsyncIterator[Happening]:
        async for happening in happenings:
            if isinstance(happening, Started):
                self.starts.append(happening.execution.id)
            else:
                yield happening

    async def perform(self, cmd: str, origin: Origin = ORIGIN, **given: Json) -> list[Happening]:
        return [step async for step in self.start(cmd, origin, **given)[1]]


def end_of(happenings: list[Happening]) -> Execution:
    last = happenings[-1]
    assert isinstance(last, Ended)
    return last.execution


def names(happenings: list[Happening]) -> list[str]:
    return [type(step).__name__ for step in happenings]


async def test_it_is_on_record_before_it_starts_and_when_it_has_ended(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    happenings = await stage.perform("echo done")
    assert names(happenings) == ["Ended"]
    assert end_of(happenings).result == {
        "stdout": "done",
        "stderr": "",
        "return_code": 0,
        "succeeded": True,
        "failed": False,
    }
    (requested, is_synced), (finished, _) = stage.memory.events
    assert isinstance(requested, ExecutionRequested)
    assert is_synced
    assert (requested.principal, requested.room) == (ORIGIN.principal, "#ops")
    assert requested.timeout == 60
    assert isinstance(finished, ExecutionFinished)
    assert finished.status is Status.SUCCEEDED
    assert [ended.execution.id for ended in stage.ends] == [requested.execution_id]
    assert stage.starts == [requested.execution_id]


async def test_what_is_not_on_record_is_not_run(tmp_path: Path) -> None:
    stage = Stage(tmp_path, memory=Memory(full_at=0))
    with pytest.raises(RecordError):
        stage.performer.request(stage.prepare(f"touch {tmp_path}/ran"), ORIGIN)
    assert not (tmp_path / "ran").exists()


async def test_an_end_that_is_not_on_record_is_told_and_not_tried_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path, (RETRY,), Memory(full_at=1))
    happenings = await stage.perform("exit 3")
    (ended,) = happenings
    assert isinstance(ended, Ended)
    assert ended.unrecorded is not None
    assert ended.execution.status is Status.FAILED
    assert stage.ends == []


async def test_what_keeps_an_end_from_being_answered_keeps_it_on_record(tmp_path: Path) -> None:
    stage = Stage(tmp_path)

    def answer(ended: Ended) -> list[ReplySent]:
        raise RuntimeError(f"{ended.execution.status}, and no words for it")

    requested = stage.performer.request(stage.prepare("echo done"), ORIGIN)
    with pytest.raises(RuntimeError, match="succeeded, and no words"):
        async for _ in stage.performer.run(requested, answer=answer):
            pass
    assert stage.memory.names() == ["execution.requested", "execution.finished"]
    assert [ended.execution.status for ended in stage.ends] == ["succeeded"]


async def test_an_end_is_answered_where_no_other_try_may_follow(tmp_path: Path) -> None:
    """What answers it goes to the disk with it."""
    said = ReplySent(message_id="m", execution_id="x", kind="result", digest="0", size=1)
    plain, within = Stage(tmp_path), Stage(tmp_path, (RETRY,))
    for stage in (plain, within):
        requested = stage.performer.request(stage.prepare("echo done"), ORIGIN)
        async for _ in stage.performer.run(requested, answer=lambda _: [said]):
            pass
    assert plain.memory.names() == [*within.memory.names(), "reply"]
    assert within.memory.names()[-1] == "execution.finished"
    assert all(is_synced for _, is_synced in plain.memory.events)


async def test_a_failure_is_tried_again_until_it_succeeds(tmp_path: Path) -> None:
    """Each try is an execution of its own, which knows of the one before."""
    stage = Stage(tmp_path, (RETRY,))
    happenings = await stage.perform(COUNTED.format(file=tmp_path / "tries", n=3))
    assert names(happenings) == ["Retrying", "Retrying", "Ended"]
    assert end_of(happenings).status is Status.SUCCEEDED
    requests = [e for e, _ in stage.memory.events if isinstance(e, ExecutionRequested)]
    ids = [request.execution_id for request in requests]
    assert len(set(ids)) == 3
    assert stage.starts == ids
    assert [request.retry_of for request in requests] == [None, *ids[:2]]
    assert end_of(happenings).context["policies"] == {
        "retry": {
            "applied_policy": "demo.again",
            "retry_count": 2,
            "retried_liveaction_id": ids[1],
        }
    }
    assert [ended.execution.status for ended in stage.ends] == ["failed", "failed", "succeeded"]


async def test_it_is_tried_again_as_often_as_the_policy_says(tmp_path: Path) -> None:
    stage = Stage(tmp_path, (RETRY,))
    happenings = await stage.perform("exit 1")
    assert [step.number for step in happenings if isinstance(step, Retrying)] == [1, 2]
    assert end_of(happenings).status is Status.FAILED


async def test_a_timeout_is_no_failure(tmp_path: Path) -> None:
    on_timeout = RetryPolicy(
        ref="demo.late", action_ref="demo.try", retry_on=RetryOn.TIMEOUT, max_retry_count=1
    )
    stage = Stage(tmp_path, (on_timeout,))
    assert names(await stage.perform("exit 1")) == ["Ended"]
    late = await stage.perform("sleep 9", timeout=1)
    assert names(late) == ["Retrying", "Ended"]
    assert end_of(late).status is Status.TIMEOUT


async def test_a_part_of_a_workflow_is_not_tried_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path, (RETRY,))
    part = replace(ORIGIN, parent="w-1")
    assert names(await stage.perform("exit 1", part)) == ["Ended"]


async def test_no_more_run_at_a_time_than_may(tmp_path: Path) -> None:
    """The others wait for their turn and are told; each runs in the end."""
    stage = Stage(tmp_path, (ONE,))
    alone = f"mkdir {tmp_path}/busy || exit 9; sleep 0.15; rmdir {tmp_path}/busy"
    runs = await asyncio.gather(*(stage.perform(alone) for _ in range(3)))
    assert [end_of(run).status for run in runs] == ["succeeded"] * 3
    assert sorted(map(len, runs)) == [1, 2, 2]
    assert sum(isinstance(run[0], Delayed) for run in runs) == 2
    delays = [e for e, _ in stage.memory.events if isinstance(e, ExecutionDelayed)]
    assert [(delay.policy, delay.threshold) for delay in delays] == [("demo.one", 1)] * 2


async def test_what_comes_too_many_is_canceled_where_the_policy_says_so(tmp_path: Path) -> None:
    cancel = ConcurrencyPolicy(
        ref="demo.one", action_ref="demo.try", threshold=1, at_threshold=AtThreshold.CANCEL
    )
    stage = Stage(tmp_path, (cancel, RETRY))
    first, second = await asyncio.gather(stage.perform("sleep 0.1"), stage.perform("sleep 0.1"))
    assert end_of(first).status is Status.SUCCEEDED
    assert names(second) == ["Ended"]
    refused = end_of(second)
    assert (refused.status, refused.started) == (Status.CANCELED, None)
    assert refused.result == {
        "error": "not started: the policy demo.one lets 1 run at a time, and as many do"
    }
    assert end_of(await stage.perform("true")).status is Status.SUCCEEDED


async def test_where_none_may_run_none_waits_for_ever(tmp_path: Path) -> None:
    never = ConcurrencyPolicy(ref="demo.never", action_ref="demo.try", threshold=0)
    assert end_of(await Stage(tmp_path, (never,)).perform("true")).status is Status.CANCELED


async def test_only_the_same_values_of_attributes_count_together(tmp_path: Path) -> None:
    by_host = ConcurrencyPolicy(
        ref="demo.host", action_ref="demo.try", threshold=1, attributes=("host",)
    )
    stage = Stage(tmp_path, (by_host,))
    runs = await asyncio.gather(
        stage.perform("sleep 0.1", host="web1"),
        stage.perform("sleep 0.1", host="web2"),
        stage.perform("sleep 0.1", host="web1"),
    )
    assert [names(run) for run in runs] == [["Ended"], ["Ended"], ["Delayed", "Ended"]]


async def test_what_waits_for_its_turn_can_be_canceled(tmp_path: Path) -> None:
    stage = Stage(tmp_path, (ONE,))
    holder = asyncio.create_task(stage.perform("sleep 0.5"))
    await asyncio.sleep(0.1)
    execution_id, happenings = stage.start("echo never")
    seen: list[Happening] = []
    async for step in happenings:
        seen.append(step)
        if isinstance(step, Delayed):
            asyncio.get_running_loop().call_soon(stage.performer.cancel, execution_id)
    assert end_of(seen).status is Status.CANCELED
    assert end_of(await holder).status is Status.SUCCEEDED
    assert stage.performer.cancel(execution_id) is False


async def test_what_runs_can_be_canceled(tmp_path: Path) -> None:
    stage = Stage(tmp_path, (ONE,))
    execution_id, happenings = stage.start("sleep 9")
    loop = asyncio.get_running_loop()
    loop.call_later(0.05, stage.performer.cancel, execution_id)
    seen = [step async for step in happenings]
    assert end_of(seen).status is Status.CANCELED
    assert names(await stage.perform("true")) == ["Ended"]


async def test_a_task_that_is_cancelled_ends_what_waits(tmp_path: Path) -> None:
    """It is on record as canceled, and the task can see that it should stop."""
    slow = RetryPolicy(ref="demo.slow", action_ref="demo.try", retry_on=RetryOn.FAILURE, delay=60)
    stage = Stage(tmp_path, (slow,))

    waits = asyncio.Event()

    async def until_stopped() -> tuple[list[Happening], int]:
        seen: list[Happening] = []
        async for step in stage.start("exit 1")[1]:
            seen.append(step)
            waits.set()
        task = asyncio.current_task()
        return seen, task.cancelling() if task else 0

    task = asyncio.create_task(until_stopped())
    await waits.wait()
    task.cancel()
    happenings, cancelling = await task
    assert names(happenings) == ["Retrying", "Ended"]
    assert end_of(happenings).status is Status.FAILED
    assert cancelling == 1
    assert stage.memory.names() == ["execution.requested", "execution.finished"]


async def test_a_try_that_can_not_be_recorded_is_not_made(tmp_path: Path) -> None:
    stage = Stage(tmp_path, (RETRY,), Memory(full_at=2))
    happenings = stage.start("exit 1")[1]
    assert isinstance(await anext(happenings), Retrying)
    with pytest.raises(RecordError):
        await anext(happenings)


async def test_a_folder_that_can_not_count_lets_nothing_run(tmp_path: Path) -> None:
    (tmp_path / "slots").write_text("")
    stage = Stage(tmp_path, (ONE,))
    failed = end_of(await stage.perform(f"touch {tmp_path}/ran"))
    assert failed.status is Status.FAILED
    assert "can't count what is running" in str(failed.result)
    assert not (tmp_path / "ran").exists()
