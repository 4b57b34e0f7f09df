"""What people want of executions, in one process: told in both rooms, timed, asked for, refused."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.cli.inquiry_form import ask
from chatops_cli.errors import ChatOpsError, ParameterError
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.origin import Origin
from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Principal, Reply, ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.notifications.courier import Post
from chatops_cli.records.events import ExecutionWished, InquiryAnswered
from chatops_cli.room.deadlines import Deadlines
from chatops_cli.room.inquiries import Inquiry, checked, read_json, read_words
from chatops_cli.room.room import Room
from tests.support.chat import make_message
from tests.support.flows import Flow, tasks
from tests.support.rooms import make_room, replies_to

SECRET = """
name: ask
runner_type: inquirer
parameters:
  schema: {default: {properties: {code: {type: string, secret: true, required: true}}}}
"""
ASKED = """
version: 1.0
input: [app, pin]
tasks:
  one:
    action: flow.ask
    next: [{when: <% succeeded() %>, publish: [{code: <% result().response.code %>}], do: two}]
  two:
    action: flow.echo
    input: {text: 'code <% ctx(code) %>'}
"""


def asking(tmp_path: Path) -> Flow:
    flow = Flow(tmp_path, ASKED, more={"actions/ask.yaml": SECRET})
    flow.go()
    return flow


def test_a_secret_answer_is_masked_everywhere_and_reaches_the_workflow(tmp_path: Path) -> None:
    flow = asking(tmp_path)
    (last,) = replies_to(flow.room, make_message("!answer canary-42"))[-1:]
    assert last.status is Status.SUCCEEDED
    kept = f"{flow.memory.events}{flow.memory.results}{last}"
    assert "canary-42" not in kept
    assert "code ********" in kept
    (answered,) = [event for event, _ in flow.memory.events if isinstance(event, InquiryAnswered)]
    assert answered.response == {"code": "********"}


def test_a_short_secret_that_no_mask_knows_is_not_in_the_result(tmp_path: Path) -> None:
    flow = asking(tmp_path)
    replies_to(flow.room, make_message("!answer 7x"))
    asked = [each for each in flow.memory.results if isinstance(each, dict) and "response" in each]
    assert [each["response"] for each in asked] == [{"code": "********"}]


def test_the_room_that_asked_is_told_where_somebody_answers_elsewhere(tmp_path: Path) -> None:
    flow = asking(tmp_path)
    posted: list[Reply] = []

    async def post(reply: Reply) -> None:
        posted.append(reply)

    room = posting(flow.room, post)
    inquiry = room.continuing.inquiry("")
    said = make_message(f"!answer {inquiry.id} canary-42", room="#other")
    (last,) = replies_to(room, said)[-1:]
    assert (last.room, last.status) == ("#other", Status.SUCCEEDED)
    (notice,) = posted
    assert (notice.kind, notice.room, notice.text) == (ReplyKind.NOTICE, "#ops", last.text)


def posting(room: Room, post: Post) -> Room:
    services = replace(room._services, post=post)  # the same room with a port more
    return Room(world=room.world, services=services)


def test_as_long_as_a_room_lasts_inquiries_end_in_time(tmp_path: Path) -> None:
    flow = asking(tmp_path)
    path = tmp_path / "home" / "workflows" / "id-2.inquiry.json"
    kept = json.loads(path.read_text())
    kept["data"]["expires"] = "2026-01-01T00:00:00+00:00"
    path.write_text(json.dumps(kept))

    async def wait() -> Reply:
        told: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        async def post(reply: Reply) -> None:
            told.set_result(reply)

        room = posting(flow.room, post)
        deadlines = Deadlines(room.continuing, room._services, step=0.01)  # its ports
        try:
            async with asyncio.timeout(30):
                return await told
        finally:
            await deadlines.close()

    reply = asyncio.run(wait())
    assert (reply.room, reply.execution_id, reply.status) == ("#ops", "id-1", Status.FAILED)


def test_help_tells_of_answers_while_something_waits(tmp_path: Path) -> None:
    flow = Flow(tmp_path, ASKED, more={"actions/ask.yaml": SECRET})
    (before,) = replies_to(flow.room, make_message("!help"))
    flow.go()
    (after,) = replies_to(flow.room, make_message("!help"))
    assert "answer [ID]" not in before.text
    assert "answer [ID]" in after.text


def test_of_two_that_wait_one_has_to_be_named(tmp_path: Path) -> None:
    flow = asking(tmp_path)
    flow.go()
    (reply,) = replies_to(flow.room, make_message("!answer canary-42"))
    assert "2 inquiries wait here" in reply.text
    assert "say which" in reply.text
    assert "canary-42" not in str(flow.memory.events)


LONG = tasks("  one: {action: flow.inner, next: [{do: two}]}\n  two: {action: flow.noop}\n")
INNER = tasks(
    "  one: {action: flow.sleep, input: {seconds: 60}, next: [{do: two}]}\n"
    "  two: {action: flow.noop}\n"
)


@pytest.mark.parametrize(
    ("wish", "ends"),
    [
        pytest.param("cancel", {Status.CANCELED}, id="cancel"),
        pytest.param("rewind", set(), id="a wish that nobody knows"),
    ],
)
def test_a_letter_reaches_what_runs(tmp_path: Path, wish: str, ends: set[Status]) -> None:
    """Put there by hand, as another process does."""
    flow = Flow(tmp_path, LONG, more={"inner": INNER})

    async def run() -> str:
        replies = flow.room.handle(make_message("go api"))
        first = await anext(replies)
        inbox = flow.room._services.performer.keeper.store.inbox("id-1")  # type: ignore[union-attr]  # there is one
        name = inbox.put({"wish": wish})
        reader = asyncio.ensure_future(drain(replies))
        async with asyncio.timeout(30):
            await until(lambda: not inbox.lies(name))
            why = inbox.refusal(name)
            flow.room.cancel("id-1")
            await reader
        return f"{first.kind}{why}"

    told = asyncio.run(run())
    statuses = {event.status for event in flow.finished}
    assert statuses >= ends
    assert ("can't be read" in told) is (wish == "rewind"), told


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110  # what another process does sets no event
        await asyncio.sleep(0.02)


async def drain(replies: object) -> None:
    async for _ in replies:  # type: ignore[attr-defined]  # replies of a room
        pass


def test_a_timeout_of_the_person_ends_all_parts(tmp_path: Path) -> None:
    flow = Flow(tmp_path, LONG, more={"inner": INNER})
    last = replies_to(flow.room, make_message("go api"), timeout=0.5)[-1]
    assert last.status is Status.TIMEOUT
    assert [event.status for event in flow.finished] == [
        Status.CANCELED,
        Status.CANCELED,
        Status.TIMEOUT,
    ]


def test_an_action_that_takes_too_long_fails_its_task(tmp_path: Path) -> None:
    sleep = (
        "name: nap\nrunner_type: local-shell-cmd\n"
        "parameters: {cmd: {default: sleep 60}, timeout: {default: 1}}\n"
    )
    text = tasks("  one: {action: flow.nap}\n")
    flow = Flow(tmp_path, text, more={"actions/nap.yaml": sleep})
    last = flow.go()
    assert last.status is Status.FAILED
    assert [event.status for event in flow.finished] == [Status.TIMEOUT, Status.FAILED]
    assert "timed out" in last.text or "longer than" in last.text or "limit" in last.text


def test_wishes_are_on_record_with_who_had_them(tmp_path: Path) -> None:
    flow = asking(tmp_path)

    async def wish() -> list[Reply]:
        said = make_message("x", room="#other")
        return [r async for r in flow.room.continuing.wish(said, "id-1", "pause")]

    asyncio.run(wish())
    (event,) = [event for event, _ in flow.memory.events if isinstance(event, ExecutionWished)]
    assert (event.wish, event.principal.user, event.room) == ("pause", "alice", "#other")
    with pytest.raises(ChatOpsError, match="is paused already"):
        asyncio.run(wish())
    # Paused, it does not go on when the answer comes.
    last = replies_to(flow.room, make_message("!answer canary-42"))[-1]
    assert last.status is Status.PAUSED

    async def resume() -> list[Reply]:
        return [r async for r in flow.room.continuing.wish(make_message("x"), "id-1", "resume")]

    assert asyncio.run(resume())[-1].status is Status.SUCCEEDED


def inquiry(schema: dict[str, Json]) -> Inquiry:
    return Inquiry(
        id="id-1",
        action_ref=ActionRef("core.ask"),
        alias_ref=None,
        origin=Origin(
            principal=Principal(network="local", user="alice"), room="#ops", rule="r", reason="r"
        ),
        asked={"schema": schema},
        masker=Masker(),
    )


ONE: dict[str, Json] = {"type": "integer", "required": True, "minimum": 1}
FULL = inquiry(
    {
        "properties": {
            "count": ONE,
            "where": {"type": "string", "enum": ["north", "south"]},
            "who": {"type": "array", "default": ["all"]},
            "sure": {"type": "boolean"},
        },
        "additionalProperties": False,
    }
)


def test_an_answer_is_cast_and_completed() -> None:
    given = read_words(FULL, ["count=3", "where=north", "sure=no"])
    assert checked(FULL, given) == {"count": 3, "where": "north", "who": ["all"], "sure": False}
    assert checked(FULL, read_words(FULL, ["2"])) == {"count": 2, "who": ["all"]}
    assert read_json('{"count": 2}') == {"count": 2}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"count": "many", "where": 3}, "'count' must be a whole number, not 'many'; 'where' must"),
        ({"count": None}, "'count' is missing"),
        ({}, "'count' is missing"),
        ({"count": 0}, "count must be bigger than or equal to 1"),
        ({"count": 1, "where": "west"}, "where must be one of"),
        ({"count": 1, "more": 1}, "more"),
    ],
)
def test_all_that_is_wrong_with_an_answer_is_told_by_name(given: JsonObject, told: str) -> None:
    with pytest.raises(ParameterError) as caught:
        checked(FULL, given)
    assert told in caught.value.message


@pytest.mark.parametrize(
    "words", [["count=1", "count=2"], ["nobody=1", "count=2"], ["where=north", "x"]]
)
def test_words_that_answer_nothing_are_refused(words: list[str]) -> None:
    two = inquiry({"properties": {"count": ONE, "where": {"type": "string", "required": True}}})
    with pytest.raises(ParameterError):
        read_words(two, words)


@pytest.mark.parametrize("text", ["", "[1]", "{", "[" * 100_000])
def test_json_that_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        read_json(text)


class Person:
    """Answers in turn; what is said to them is kept."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.said: list[str] = []

    def ask(self, prompt: str) -> str:
        self.said.append(prompt)
        return self._answers.pop(0)

    ask_hidden = ask

    def say(self, text: str) -> None:
        self.said.append(text)


def test_an_answer_is_asked_for_part_by_part() -> None:
    """What doesn't fit is asked for again; an enum by number; what has a default may be left."""
    person = Person("", "0", "4", "2", "", "yes")
    assert checked(FULL, ask(FULL, person)) == {
        "count": 4,
        "where": "south",
        "who": ["all"],
        "sure": True,
    }
    assert "  it is needed" in person.said
    assert any("at least 1" in line or "to 1" in line for line in person.said), person.said
    with pytest.raises(ParameterError, match="asks for nothing by name"):
        ask(inquiry({}), person)


def test_one_that_is_delayed_is_cancelled_where_it_waits(tmp_path: Path) -> None:
    policy = (
        "name: one\nresource_ref: flow.sleep\npolicy_type: action.concurrency\n"
        "parameters: {action: delay, threshold: 1}\n"
    )
    flow = Flow(
        tmp_path,
        tasks("  one: {action: flow.sleep, input: {seconds: 60}}\n"),
        more={"policies/one.yaml": policy},
    )
    other = make_room(tmp_path / "packs", home=tmp_path / "home", memory=flow.memory, first=100)

    async def run() -> None:
        rooms = [flow.room.handle(make_message("go a")), other.handle(make_message("go b"))]
        readers = [asyncio.ensure_future(drain(replies)) for replies in rooms]
        store = flow.room._services.performer.keeper.store  # type: ignore[union-attr]  # there is one
        async with asyncio.timeout(60):
            await until(lambda: "execution.delayed" in flow.memory.names())
            (delayed,) = [e for e, _ in flow.memory.events if e.event == "execution.delayed"]
            inbox = store.inbox(str(getattr(delayed, "execution_id", "")))
            name = inbox.put({"wish": "cancel"})
            await until(lambda: not inbox.lies(name))
            flow.room.cancel("id-1")
            other.cancel("id-100")
            await asyncio.gather(*readers)

    asyncio.run(run())
    assert Status.CANCELED in {event.status for event in flow.finished}


def test_workflows_inside_are_paused_and_resumed_with_the_whole(tmp_path: Path) -> None:
    """What runs ends as it does; nothing more is begun."""
    short = INNER.replace("60", "1")
    flow = Flow(tmp_path, LONG, more={"inner": short})

    async def pause() -> None:
        replies = flow.room.handle(make_message("go api"))
        await anext(replies)
        reader = asyncio.ensure_future(drain(replies))
        async with asyncio.timeout(30):
            await until(lambda: len(flow.requested) == 3)
            wish = flow.room.continuing._performer.pass_on  # as a letter does
            wish("id-1", "pause")
            await reader

    asyncio.run(pause())
    assert [event.status for event in flow.finished] == [Status.SUCCEEDED]
    assert len(flow.requested) == 3

    async def resume() -> list[Reply]:
        return [r async for r in flow.room.continuing.wish(make_message("x"), "id-1", "resume")]

    assert asyncio.run(resume())[-1].status is Status.SUCCEEDED
    assert len(flow.requested) == 5
    assert len(flow.finished) == 5
