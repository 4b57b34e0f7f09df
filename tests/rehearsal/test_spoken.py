"""Stubs and networks are named on one line of a room, and what can't be read is told."""

import asyncio

import pytest

from chatops_cli.errors import ChatOpsError, RunnerError
from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.execution import Status
from chatops_cli.model.problem import Place
from chatops_cli.rehearsal.rough import Roughness, all_of_it
from chatops_cli.rehearsal.spoken import read_roughness, read_stub
from chatops_cli.rehearsal.stand_in import StandIn
from chatops_cli.rehearsal.stub import Stub
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.registry import find_runner


@pytest.mark.parametrize(
    ("line", "stubs"),
    [
        ("ops.deploy", [Stub(action="ops.deploy", line=1)]),
        ("ops.deploy all, done", [Stub(action="ops.deploy", line=1, stdout="all, done")]),
        (
            "ops.* {status: failed, delay: 1m, parameters: {app: db}}",
            [
                Stub(
                    action="ops.*",
                    line=1,
                    status=Status.FAILED,
                    delay=60.0,
                    parameters={"app": "db"},
                )
            ],
        ),
        (
            "a.b [{times: 1, returns: 3}, done]",
            [
                Stub(action="a.b", line=1, times=1, returned=3),
                Stub(action="a.b", line=1, stdout="done"),
            ],
        ),
    ],
)
def test_a_stub_is_an_action_and_a_value(line: str, stubs: list[Stub]) -> None:
    assert read_stub(line) == tuple(stubs)


@pytest.mark.parametrize(
    ("line", "roughness"),
    [
        ("off", None),
        ("7", all_of_it(7)),
        ("", all_of_it(0)),
        ("seed=3 duplicates=0.5 cuts=1", Roughness(seed=3, duplicates=0.5, cuts=1.0)),
    ],
)
def test_a_network_is_a_seed_or_shares(line: str, roughness: Roughness | None) -> None:
    assert read_roughness(line) == roughness


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "which action is to have a stub?"),
        ("a.b {statsu: failed}", "the key 'a.b.statsu' is not known"),
        ("a.b {x", "while parsing|expected"),
    ],
)
def test_a_stub_that_cannot_be_read_is_told(line: str, message: str) -> None:
    with pytest.raises(ChatOpsError):
        read_stub(line)
    if "|" not in message:
        with pytest.raises(ChatOpsError, match=message.replace("?", r"\?")):
            read_stub(line)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("duplicate=1", "'duplicate=1' is nothing that a network does"),
        ("cuts=2", "cuts must be a share between 0 and 1, not '2'"),
        ("cuts=nan", "cuts must be a share between 0 and 1, not 'nan'"),
        ("seed=x", "seed must be a whole number, not 'x'"),
    ],
)
def test_a_network_that_cannot_be_read_is_told(line: str, message: str) -> None:
    with pytest.raises(ChatOpsError) as caught:
        read_roughness(line)
    assert caught.value.message == message


def answer(stand_in: StandIn, **parameters: str) -> Outcome:
    """What an action of a shell answers."""
    action = Action(
        ref=ActionRef("ops.say"),
        pack="ops",
        name="say",
        runner_type="local-shell-cmd",
        pack_path="/",
        place=Place(file="say.yaml"),
    )
    said: list[bytes] = []
    call = Call(
        execution_id="e1",
        action=action,
        parameters=parameters,
        runner_parameters={"timeout": 5, "cmd": "echo really"},
        on_output=lambda _, chunk: said.append(chunk),
    )
    return asyncio.run(stand_in.find_runner("local-shell-cmd").run(call))


def test_stubs_can_be_added_while_a_room_lasts() -> None:
    """There all actions may run; what has a stub does not."""
    stand_in = StandIn(find_runner=find_runner, sleep=asyncio.sleep, allowed=["*"])
    assert answer(stand_in).result == {
        "failed": False,
        "succeeded": True,
        "return_code": 0,
        "stdout": "really",
        "stderr": "",
    }
    stand_in.stubs[:0] = read_stub("ops.say {stdout: '[1, 2]', parameters: {loud: yes}}")
    assert isinstance(result := answer(stand_in, loud="true").result, dict)
    assert result["stdout"] == [1, 2]
    assert stand_in.ran == ["ops.say"]
    late = StandIn(find_runner=find_runner, sleep=lambda _: asyncio.sleep(0), allowed=[])
    late.stubs += read_stub("ops.say {delay: 6s}")
    assert answer(late).status is Status.TIMEOUT
    del late.stubs[:]
    with pytest.raises(RunnerError, match=r"ops\.say was not run"):
        answer(late)
