"""The inline engine gives a final execution, whatever the runner does and whoever stops it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chatops_cli.errors import ParameterError, RunnerError
from chatops_cli.execution.configuration import Site
from chatops_cli.execution.engine import Engine, Prepared, Request
from chatops_cli.execution.inline import InlineEngine
from chatops_cli.execution.parameters import Binder
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import JsonObject
from chatops_cli.rendering.templates import Templates
from chatops_cli.runners.contract import Call, Outcome, Runner
from tests.support.clock import START, FakeClock
from tests.support.parameters import (
    FakeDatastore,
    FakeRunner,
    make_action,
    make_parameters,
)

TIMED: dict[str, JsonObject] = {"timeout": {"type": "integer", "default": 60}}


def make_engine(
    runner: Runner,
    *,
    datastore: Callable[[str], FakeDatastore] | None = None,
    longest_end: float = 30.0,
) -> InlineEngine:
    def find_runner(name: str) -> Runner:
        if name not in ("fake", "run-local"):
            raise RunnerError(f"no runner named {name!r}")
        return runner

    return InlineEngine(
        find_runner=find_runner,
        binder=Binder(Templates()),
        clock=FakeClock(),
        new_id=lambda: "i-1",
        datastore=datastore,
        longest_end=longest_end,
    )


def make_request(
    parameters: dict[str, JsonObject] | None = None,
    *,
    given: JsonObject | None = None,
    timeout: float | None = None,
    config: JsonObject | None = None,
    config_schemas: dict[str, JsonObject] | None = None,
) -> Request:
    return Request(
        id="e-1",
        action=make_action(parameters),
        given=given or {},
        context={"api_user": "Alice A.", "user": "alice"},
        alias_ref="demo.alias",
        timeout=timeout,
        site=Site(values=config or {}, schema=make_parameters(config_schemas or {})),
        secrets=("found-elsewhere",),
    )


async def run(runner: Runner, request: Request | None = None) -> Execution:
    engine = make_engine(runner)
    return await engine.run(engine.prepare(request or make_request()))


def test_it_is_an_engine() -> None:
    engine: Engine = make_engine(FakeRunner())
    assert engine.cancel("nothing") is False


def test_preparing_binds_and_starts_nothing() -> None:
    runner = FakeRunner({}, TIMED)
    prepared = make_engine(runner).prepare(
        make_request(
            {"n": {"type": "integer"}, "t": {"secret": True}}, given={"n": "3", "t": "abc"}
        )
    )
    assert prepared.execution == Execution(
        id="e-1",
        action_ref=prepared.request.action.ref,
        runner="fake",
        status=Status.REQUESTED,
        requested=START + timedelta(seconds=1),
        alias_ref="demo.alias",
        parameters={"n": 3, "t": "abc", "timeout": 60},
        secrets=frozenset({"t"}),
        context={"api_user": "Alice A.", "user": "alice", "pack": "demo"},
    )
    assert prepared.masked_parameters() == {"n": 3, "t": "********", "timeout": 60}
    assert runner.calls == []


def test_masker_knows_parameters_configuration_and_what_was_found_elsewhere() -> None:
    prepared = make_engine(FakeRunner()).prepare(
        make_request(
            {"token": {"secret": True}, "cmd": {"default": "login {{ token }}"}},
            given={"token": "hunter22"},
            config={"key": "c0nf1g", "region": "eu"},
            config_schemas={"key": {"type": "string", "secret": True}, "region": {}},
        )
    )
    assert prepared.masked_parameters() == {"token": "********", "cmd": "login ********"}
    text = "hunter22 c0nf1g eu found-elsewhere"
    assert prepared.masker.text(text) == "******** ******** eu ********"


def test_datastore_is_read_for_the_account() -> None:
    engine = make_engine(
        FakeRunner(),
        datastore=lambda user: FakeDatastore({("user", "token"): f"t0ken-of-{user}"}),
    )
    prepared = engine.prepare(
        make_request(
            {
                "token": {"default": "{{ st2kv.user.token }}"},
                "same": {"default": "{{ config_context.key }}"},
            },
            config={"key": "{{ st2kv.user.token }}"},
            config_schemas={"key": {"secret": True}},
        )
    )
    assert prepared.bound.parameters == {"token": "t0ken-of-alice", "same": "t0ken-of-alice"}
    assert prepared.config == {"key": "t0ken-of-alice"}
    assert prepared.masked_parameters() == {"token": "********", "same": "********"}


def test_disabled_action_is_refused() -> None:
    request = replace(make_request(), action=make_action(enabled=False))
    with pytest.raises(RunnerError) as raised:
        make_engine(FakeRunner()).prepare(request)
    assert raised.value.message == "action demo.try is disabled"
    assert raised.value.hint == "set enabled: true in /packs/demo/actions/try.yaml"


def test_unknown_runner_is_refused() -> None:
    request = replace(make_request(), action=make_action(runner_type="docker"))
    with pytest.raises(RunnerError, match=r"^no runner named 'docker'$"):
        make_engine(FakeRunner()).prepare(request)


def test_wrong_parameters_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"^demo.try: no parameter 'x'$"):
        make_engine(FakeRunner()).prepare(make_request({"n": {}}, given={"x": 1}))


async def test_runner_is_called_with_what_was_bound() -> None:
    runner = FakeRunner({"ok": True}, TIMED)
    chunks: list[tuple[str, bytes]] = []
    engine = make_engine(runner)
    request = make_request({"n": {"type": "integer", "default": 1}}, config={"a": 1})
    prepared = engine.prepare(request)

    def on_output(stream: str, chunk: bytes) -> None:
        chunks.append((stream, chunk))

    execution = await engine.run(prepared, on_output=on_output)
    assert runner.calls == [
        Call(
            execution_id="e-1",
            action=request.action,
            parameters={"n": 1},
            runner_parameters={"timeout": 60},
            context={"api_user": "Alice A.", "user": "alice", "pack": "demo"},
            config={"a": 1},
            on_output=on_output,
        )
    ]
    assert execution == replace(
        prepared.execution,
        status=Status.SUCCEEDED,
        started=START + timedelta(seconds=2),
        ended=START + timedelta(seconds=3),
        result={"ok": True},
    )


@pytest.mark.parametrize(
    ("status", "is_ended"),
    [(Status.FAILED, True), (Status.TIMEOUT, True), (Status.PENDING, False)],
    ids=["failed", "timeout", "pending"],
)
async def test_status_is_the_runners(status: Status, is_ended: bool) -> None:
    execution = await run(FakeRunner(Outcome(status=status, result=None)))
    assert execution.status is status
    assert (execution.ended is not None) is is_ended


@pytest.mark.parametrize(
    ("default", "allowed", "expected"),
    [
        pytest.param(60, None, 60, id="nothing said"),
        pytest.param(60, 5.5, 5.5, id="the person's is shorter"),
        pytest.param(60, 600.0, 60, id="the action's is shorter"),
        pytest.param(None, 5.0, 5.0, id="the action has none"),
    ],
)
async def test_shorter_timeout_holds(
    default: int | None, allowed: float | None, expected: float
) -> None:
    runner = FakeRunner({}, {"timeout": {"type": "integer", "default": default}})
    execution = await run(runner, make_request(timeout=allowed))
    assert runner.calls[0].runner_parameters == {"timeout": expected}
    assert execution.parameters == {"timeout": expected}


async def test_null_as_timeout_is_the_runners_own_default() -> None:
    runner = FakeRunner({}, TIMED)
    request = make_request({"timeout": {"default": None}}, timeout=600.0)
    assert (await run(runner, request)).parameters == {"timeout": None}
    assert (await run(runner, replace(request, timeout=5.0))).parameters == {"timeout": 5.0}


def test_old_name_of_a_runner_is_told_by_its_name_in_use() -> None:
    request = replace(make_request(), action=make_action(runner_type="run-local"))
    engine = make_engine(FakeRunner({}))
    assert engine.prepare(request).execution.runner == "local-shell-cmd"


async def test_runner_without_a_timeout_is_ended_by_the_engine() -> None:
    runner = FakeRunner()
    execution = await run(runner, make_request(timeout=0.01))
    assert execution.status is Status.TIMEOUT
    assert execution.result == {"error": "it took longer than 0.01 s"}
    assert runner.was_cancelled


async def test_refusal_of_a_runner_is_a_failed_execution() -> None:
    execution = await run(FakeRunner(RunnerError("no such program", hint="install it")))
    assert execution.status is Status.FAILED
    assert execution.result == {"error": "no such program", "hint": "install it"}


async def test_refusal_without_a_hint() -> None:
    execution = await run(FakeRunner(RunnerError("no such program")))
    assert execution.result == {"error": "no such program"}


@pytest.mark.parametrize("allowed", [None, 60.0])
async def test_bug_in_a_runner_is_an_incident_and_its_traceback_is_masked(
    caplog: pytest.LogCaptureFixture, allowed: float | None
) -> None:
    request = make_request({"t": {"secret": True}}, given={"t": "hunter22"}, timeout=allowed)
    with caplog.at_level(logging.ERROR):
        execution = await run(FakeRunner(TimeoutError("wrong: hunter22")), request)
    assert execution.status is Status.FAILED
    assert execution.result == {
        "error": "the runner fake has a bug and stopped; incident i-1, the log holds its details",
        "incident": "i-1",
    }
    assert "incident=i-1 execution=e-1 action=demo.try" in caplog.text
    assert "TimeoutError: wrong: ********" in caplog.text
    assert "hunter22" not in caplog.text


async def test_result_that_is_no_json_is_a_bug_of_the_runner() -> None:
    class Sloppy(FakeRunner):
        async def run(self, call: Call) -> Outcome:
            self.calls.append(call)
            return Outcome(status=Status.SUCCEEDED, result=[object()])  # type: ignore[list-item]  # the bug

    execution = await run(Sloppy())
    assert execution.status is Status.FAILED


async def test_result_beyond_the_limit_fails() -> None:
    execution = await run(FakeRunner("x" * 40_000_000))
    assert execution.status is Status.FAILED
    assert isinstance(execution.result, dict)
    assert str(execution.result["error"]).startswith("the result has 40,000,002 characters")


async def start(runner: FakeRunner) -> tuple[InlineEngine, Prepared, asyncio.Task[Execution]]:
    engine = make_engine(runner)
    prepared = engine.prepare(make_request())
    task = asyncio.create_task(engine.run(prepared))
    await asyncio.wait_for(runner.is_running.wait(), 5)
    return engine, prepared, task


async def test_cancel_ends_the_runner_and_gives_a_canceled_execution() -> None:
    runner = FakeRunner()
    engine, prepared, task = await start(runner)
    assert engine.cancel("e-1")
    assert engine.cancel("e-1")
    execution = await task
    assert execution == replace(
        prepared.execution,
        status=Status.CANCELED,
        started=START + timedelta(seconds=2),
        ended=START + timedelta(seconds=3),
        result={"error": "canceled"},
    )
    assert runner.was_cancelled
    assert not engine.cancel("e-1")


async def test_cancelled_task_still_gives_the_execution_and_knows_that_it_must_stop() -> None:
    recorded: list[tuple[Status, int]] = []
    runner = FakeRunner()
    engine = make_engine(runner)

    async def caller() -> None:
        execution = await engine.run(engine.prepare(make_request()))
        task = asyncio.current_task()
        assert task is not None
        recorded.append((execution.status, task.cancelling()))
        if task.cancelling():
            raise asyncio.CancelledError

    task = asyncio.create_task(caller())
    await asyncio.wait_for(runner.is_running.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert recorded == [(Status.CANCELED, 1)]
    assert runner.was_cancelled


async def test_cancelled_before_it_began() -> None:
    runner = FakeRunner()
    engine = make_engine(runner)
    task = asyncio.create_task(engine.run(engine.prepare(make_request())))
    asyncio.get_running_loop().call_soon(task.cancel)
    execution = await task
    assert execution.status is Status.CANCELED


async def test_what_had_ended_anyway_keeps_its_own_status() -> None:
    class Stubborn(FakeRunner):
        async def run(self, call: Call) -> Outcome:
            try:
                return await super().run(call)
            except asyncio.CancelledError:
                return Outcome(status=Status.SUCCEEDED, result="done")

    engine, _, task = await start(Stubborn())
    engine.cancel("e-1")
    assert (await task).status is Status.SUCCEEDED


@pytest.mark.parametrize("failure", [None, ValueError("late")])
async def test_runner_that_does_not_end_is_abandoned(
    failure: Exception | None,
) -> None:
    release = asyncio.Event()
    ended = asyncio.Event()

    class Deaf(FakeRunner):
        async def run(self, call: Call) -> Outcome:
            self.calls.append(call)
            self.is_running.set()
            try:
                while not release.is_set():
                    try:
                        await release.wait()
                    except asyncio.CancelledError:
                        continue
                if failure is not None:
                    raise failure
                return Outcome(status=Status.SUCCEEDED, result=None)
            finally:
                ended.set()

    runner = Deaf()
    engine = make_engine(runner, longest_end=0.02)
    task = asyncio.create_task(engine.run(engine.prepare(make_request())))
    await asyncio.wait_for(runner.is_running.wait(), 5)
    engine.cancel("e-1")
    execution = await task
    assert execution.status is Status.ABANDONED
    assert execution.result == {
        "error": "the runner did not end within 0.02 s after it was canceled"
    }
    release.set()
    await asyncio.wait_for(ended.wait(), 5)


async def test_same_execution_does_not_run_twice_at_once() -> None:
    engine, prepared, task = await start(FakeRunner())
    with pytest.raises(RunnerError, match=r"^execution e-1 is running already$"):
        await engine.run(prepared)
    engine.cancel("e-1")
    assert (await task).status is Status.CANCELED


async def test_many_run_side_by_side() -> None:
    engine = make_engine(FakeRunner("ok"))
    prepared = [engine.prepare(replace(make_request(), id=f"e-{n}")) for n in range(50)]
    executions = await asyncio.gather(*(engine.run(one) for one in prepared))
    assert [(e.id, e.result) for e in executions] == [(f"e-{n}", "ok") for n in range(50)]
