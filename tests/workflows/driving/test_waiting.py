"""Workflows that wait: paused, answered, resumed, cancelled, run again, from what is on disk."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chatops_cli.errors import ChatOpsError, NotFoundError, RecordError
from chatops_cli.model.access import AccessPolicy, Effect
from chatops_cli.model.chat import Principal, Reply, ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.records.events import ExecutionResumed, InquiryAnswered
from chatops_cli.records.key_file import generate
from chatops_cli.room.room import Room
from chatops_cli.runners.parts import Again
from tests.support.chat import make_message
from tests.support.flows import Flow
from tests.support.rooms import make_room, replies_to

ASK = """
name: ask
runner_type: inquirer
parameters:
  schema:
    default:
      properties:
        go: {type: boolean, required: true}
        why: {type: string, default: none}
"""
ASKED = """
version: 1.0
input: [app, pin]
tasks:
  one:
    action: flow.ask
    next: [{when: <% succeeded() %>, publish: [{go: <% result().response.go %>}], do: two}]
  two:
    action: flow.echo
    input: {text: 'went <% ctx(app) %> <% ctx(go) %> <% ctx(pin) %>'}
    next: [{publish: [{said: <% result().stdout %>}]}]
output: [{said: <% ctx(said) %>}]
"""
CHAIN = """
chain:
  - {name: one, ref: flow.ask, on-success: two}
  - {name: two, ref: flow.echo, parameters: {text: 'got {{ one.response.go }}'}}
default: one
"""
OUTER = """
version: 1.0
input: [app, pin]
tasks:
  in:
    action: flow.inner
    next: [{when: <% succeeded() %>, publish: [{got: <% result().output.said %>}]}]
output: [{got: <% ctx(got) %>}]
"""


def again(flow: Flow, tmp_path: Path, first: int = 100) -> Room:
    """Another process: a room of its own over the same packs and state."""
    return make_room(tmp_path / "packs", home=tmp_path / "home", memory=flow.memory, first=first)


def said(replies: AsyncIterator[Reply]) -> list[Reply]:
    async def collect() -> list[Reply]:
        return [reply async for reply in replies]

    return asyncio.run(collect())


def asking(tmp_path: Path, definition: str = ASKED, **more: str) -> Flow:
    runner = more.pop("runner", "orquesta")
    return Flow(tmp_path, definition, more={"actions/ask.yaml": ASK, **more}, runner=runner)


def files(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "home" / "workflows").glob("*"))


def test_an_answer_in_the_room_has_the_workflow_go_on(tmp_path: Path) -> None:
    flow = asking(tmp_path)
    waiting = flow.go()
    assert (waiting.kind, waiting.status) == (ReplyKind.INFO, Status.PAUSED)
    assert files(tmp_path) == ["id-1.workflow.json", "id-2.inquiry.json"]
    assert {
        (tmp_path / "home" / "workflows" / name).stat().st_mode & 0o777 for name in files(tmp_path)
    } == {0o600}
    # The file may change meanwhile: it goes on as it was begun.
    (tmp_path / "packs" / "flow" / "actions" / "workflows" / "work.yaml").write_text("broken: [")
    last = replies_to(
        again(flow, tmp_path), make_message("!answer go=yes why='all green'", room="#ops")
    )[-1]
    assert (last.kind, last.status, last.execution_id) == (
        ReplyKind.RESULT,
        Status.SUCCEEDED,
        "id-1",
    )
    assert "went api True ********" in last.text
    assert files(tmp_path) == []
    answered = [event for event, _ in flow.memory.events if isinstance(event, InquiryAnswered)]
    assert [event.response for event in answered] == [{"go": True, "why": "all green"}]
    resumed = [event for event, _ in flow.memory.events if isinstance(event, ExecutionResumed)]
    assert [event.execution_id for event in resumed] == ["id-1"]
    assert "hunter22" not in f"{flow.memory.events}{flow.memory.results}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("!answer", "the answer is empty"),
        ("!answer maybe", "'go' must be true or false, not 'maybe'"),
        ("!answer why=x", "'go' is missing"),
        ("!answer id-7 yes", "'go' must be true or false, not 'id-7 yes'"),
        ("!answer 0123456789abcdef01234567 yes", "nothing that waits has the id"),
    ],
)
def test_a_wrong_answer_changes_nothing(tmp_path: Path, text: str, told: str) -> None:
    flow = asking(tmp_path)
    flow.go()
    (reply,) = replies_to(again(flow, tmp_path), make_message(text, room="#ops"))
    assert reply.kind is ReplyKind.ERROR
    assert told in reply.text
    assert "id-2.inquiry.json" in files(tmp_path)


def test_an_answer_counts_once(tmp_path: Path) -> None:
    """Two people answer at once; one is told that the other was first."""
    flow = asking(tmp_path)
    flow.go()
    one, two = again(flow, tmp_path), again(flow, tmp_path, 200)
    inquiry = one.continuing.inquiry("id-2")

    async def answer(room: Room) -> str:
        try:
            replies = [
                r async for r in room.continuing.respond(make_message("x"), inquiry, {"go": True})
            ]
        except NotFoundError as error:
            return error.message
        return str(replies[-1].status)

    async def both() -> list[str]:
        return list(await asyncio.gather(answer(one), answer(two)))

    assert sorted(asyncio.run(both())) == [
        "inquiry id-2 does not wait for an answer any more",
        "succeeded",
    ]
    assert sum(isinstance(event, InquiryAnswered) for event, _ in flow.memory.events) == 1


def test_who_is_named_may_answer_and_nobody_else(tmp_path: Path) -> None:
    asks = ASK + "  users: {default: [bob]}\n"
    flow = asking(tmp_path, **{"actions/ask.yaml": asks})
    flow.go()
    room = again(flow, tmp_path)
    (denied,) = replies_to(room, make_message("!answer yes", room="#ops"))
    assert (denied.kind, denied.reason) == (ReplyKind.DENIED, "inquiry.users")
    last = replies_to(
        room,
        make_message("!answer yes", room="#ops", principal=Principal(network="local", user="bob")),
    )[-1]
    assert last.status is Status.SUCCEEDED


def test_of_a_chain_too(tmp_path: Path) -> None:
    flow = asking(tmp_path, CHAIN, runner="action-chain")
    assert flow.go().status is Status.PAUSED
    last = replies_to(again(flow, tmp_path), make_message("!answer yes", room="#ops"))[-1]
    assert last.status is Status.SUCCEEDED
    assert "got True" in json.dumps(flow.result)


def test_the_end_of_a_workflow_inside_another_has_that_go_on(tmp_path: Path) -> None:
    flow = asking(tmp_path, OUTER, inner=ASKED.replace("<% ctx(app) %>", "x"))
    assert flow.go().status is Status.PAUSED
    assert files(tmp_path) == ["id-1.workflow.json", "id-2.workflow.json", "id-3.inquiry.json"]
    last = replies_to(again(flow, tmp_path), make_message("!answer yes", room="#ops"))[-1]
    assert (last.execution_id, last.status) == ("id-1", Status.SUCCEEDED)
    assert flow.result == {"output": {"got": "went x True ********"}}
    assert files(tmp_path) == []


def test_time_that_is_over_ends_it(tmp_path: Path) -> None:
    """The clock of these rooms goes on by a second with each look at it."""
    flow = asking(tmp_path)
    flow.go()
    path = tmp_path / "home" / "workflows" / "id-2.inquiry.json"
    kept = json.loads(path.read_text())
    kept["data"]["expires"] = "2026-01-01T00:00:00+00:00"
    path.write_text(json.dumps(kept))
    late, last = replies_to(again(flow, tmp_path), make_message("!answer yes", room="#ops"))
    assert (late.kind, late.reason) == (ReplyKind.ERROR, "expired")
    assert (last.execution_id, last.status) == ("id-1", Status.FAILED)
    assert "nobody has answered within 1440 minutes" in json.dumps(flow.memory.results)


def test_what_waits_is_cancelled_with_what_it_waits_for(tmp_path: Path) -> None:
    flow = asking(tmp_path, OUTER, inner=ASKED)
    flow.go()
    last = said(again(flow, tmp_path).continuing.wish(make_message("x"), "id-1", "cancel"))[-1]
    assert last.status is Status.CANCELED
    assert {event.execution_id: event.status for event in flow.finished} == {
        "id-1": Status.CANCELED,
        "id-2": Status.CANCELED,
        "id-3": Status.CANCELED,
    }
    assert files(tmp_path) == ["id-1.ended.json"]


def test_what_was_not_paused_can_not_be_resumed(tmp_path: Path) -> None:
    flow = asking(tmp_path)
    flow.go()
    with pytest.raises(ChatOpsError, match="it waits for an answer") as caught:
        said(again(flow, tmp_path).continuing.wish(make_message("x"), "id-1", "resume"))
    assert caught.value.hint == "give it: chatops inquiry respond id-2"


def test_who_may_not_run_it_may_not_steer_it_either(tmp_path: Path) -> None:
    flow = asking(tmp_path)
    flow.go()
    access = AccessPolicy(local=Effect.DENY)
    room = make_room(tmp_path / "packs", home=tmp_path / "home", access=access, memory=flow.memory)
    (denied,) = said(room.continuing.wish(make_message("x"), "id-1", "cancel"))
    assert denied.kind is ReplyKind.DENIED
    (denied,) = replies_to(room, make_message("!answer yes", room="#ops"))
    assert denied.kind is ReplyKind.DENIED
    assert len(files(tmp_path)) == 2


FLAKY = """
version: 1.0
input: [app, pin]
tasks:
  one:
    action: flow.echo
    input: {text: first}
    next: [{when: <% succeeded() %>, publish: [{one: <% result().stdout %>}], do: two}]
  two:
    action: flow.broken
    next: [{when: <% succeeded() %>, do: three}]
  three:
    action: flow.echo
    input: {text: '<% ctx(one) %> <% ctx(pin) %>'}
    next: [{publish: [{said: <% result().stdout %>}]}]
output: [{said: <% ctx(said) %>}]
"""
MENDED = "name: broken\nrunner_type: noop\n"


def test_it_is_run_again_from_the_task_that_failed(tmp_path: Path) -> None:
    flow = Flow(tmp_path, FLAKY)
    assert flow.go().status is Status.FAILED, flow.result
    assert files(tmp_path) == ["id-1.ended.json"]
    (tmp_path / "packs" / "flow" / "actions" / "broken.yaml").write_text(MENDED)
    before = len(flow.requested)
    last = said(again(flow, tmp_path).continuing.rerun(make_message("x"), "id-1", Again()))[-1]
    assert last.status is Status.SUCCEEDED
    whole, *parts = flow.requested[before:]
    assert (whole.action, whole.execution_id != "id-1") == ("flow.work", True)
    assert [part.task for part in parts] == ["two", "three"]
    assert flow.result == {"output": {"said": "first ********"}}
    assert "hunter22" not in f"{flow.memory.events}{flow.memory.results}"


def test_it_is_run_again_as_a_whole(tmp_path: Path) -> None:
    flow = Flow(tmp_path, FLAKY)
    flow.go()
    (tmp_path / "packs" / "flow" / "actions" / "broken.yaml").write_text(MENDED)
    before = len(flow.requested)
    last = said(again(flow, tmp_path).continuing.rerun(make_message("x"), "id-1", None))[-1]
    assert last.status is Status.SUCCEEDED
    assert [part.task for part in flow.requested[before + 1 :]] == ["one", "two", "three"]


def test_where_there_is_a_key_the_files_are_encrypted(tmp_path: Path) -> None:
    generate(tmp_path / "home" / "datastore.key")
    flow = asking(tmp_path)
    flow.go()
    kept = (tmp_path / "home" / "workflows" / "id-1.workflow.json").read_text()
    assert "chatops:1:" in kept
    assert "api" not in kept
    last = replies_to(again(flow, tmp_path), make_message("!answer yes", room="#ops"))[-1]
    assert last.status is Status.SUCCEEDED
    flow.go()
    (tmp_path / "home" / "datastore.key").rename(tmp_path / "key")
    with pytest.raises(RecordError, match="there is no key file"):
        again(flow, tmp_path).continuing.inquiries()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="torn"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"[1, 2]", id="foreign"),
        pytest.param(lambda data: data.replace(b'"snapshot"', b'"snapshoe"'), id="without a part"),
        pytest.param(
            lambda data: data.replace(b'"needles":[', b'"needles":[7,'), id="of another type"
        ),
        pytest.param(lambda data: data.replace(b"id-1", b"id-9"), id="of another execution"),
        pytest.param(lambda data: data.replace(b'"v": 1', b'"v": 2'), id="of another version"),
    ],
)
def test_a_damaged_file_is_told_in_one_line(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    flow = asking(tmp_path)
    flow.go()
    path = tmp_path / "home" / "workflows" / "id-1.workflow.json"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(RecordError) as caught:
        said(again(flow, tmp_path).continuing.wish(make_message("x"), "id-1", "cancel"))
    assert "damaged" in caught.value.message
    assert "\n" not in caught.value.in_full
