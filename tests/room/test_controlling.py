"""`status` and `cancel` in a room: who is told of what goes on, and who may end it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chatops_cli.model.access import AccessPolicy, AccessRule, Effect
from chatops_cli.model.chat import Principal, Reply
from chatops_cli.model.execution import Status
from chatops_cli.model.problem import Place
from chatops_cli.records.events import ExecutionWished
from tests.support.chat import make_message
from tests.support.packs import write_pack
from tests.support.rooms import Memory, make_room, replies_to

ANN = Principal(network="irc", workspace="w", user="U1", name="Ann")
BOB = Principal(network="irc", workspace="w", user="U2", name="Bob")
EVE = Principal(network="irc", workspace="w", user="U3", name="Eve")
FILES: dict[str, str | bytes] = {
    "actions/nap.yaml": (
        "runner_type: local-shell-cmd\nname: nap\nparameters:\n"
        "  seconds: {type: number, required: true}\n"
        "  pin: {type: string, secret: true}\n"
        '  cmd: {immutable: true, default: "sleep {{ seconds }}"}\n'
    ),
    "actions/fail.yaml": (
        "runner_type: local-shell-cmd\nname: fail\nparameters:\n"
        "  cmd: {immutable: true, default: exit 3}\n"
    ),
    "actions/ask.yaml": (
        "name: ask\nrunner_type: inquirer\nparameters:\n  schema: {default: {properties: "
        "{sure: {type: boolean, required: true}}}}\n"
    ),
    "actions/flow.yaml": "name: flow\nrunner_type: orquesta\nentry_point: workflows/flow.yaml\n",
    "actions/workflows/flow.yaml": (
        "version: 1.0\ntasks:\n  one: {action: t.nap seconds=600}\n  two: {action: t.ask}\n"
    ),
    "aliases/nap.yaml": (
        "name: nap\naction_ref: t.nap\nformats: ['nap {{seconds}} {{pin}}', 'nap {{seconds}}']\n"
    ),
    "aliases/fail.yaml": "name: fail\naction_ref: t.fail\nformats: ['fail']\n",
    "aliases/ask.yaml": "name: ask\naction_ref: t.ask\nformats: ['ask']\n",
    "aliases/flow.yaml": "name: flow\naction_ref: t.flow\nformats: ['flow']\n",
    "aliases/over.yaml": "name: over\naction_ref: t.fail\nformats: ['cancel everything']\n",
    "policies/one.yaml": (
        "name: one\nresource_ref: t.nap\npolicy_type: action.concurrency\n"
        "parameters: {action: delay, threshold: 2}\n"
    ),
    "policies/again.yaml": (
        "name: again\nresource_ref: t.fail\npolicy_type: action.retry\n"
        "parameters: {retry_on: failure, max_retry_count: 5, delay: 100}\n"
    ),
}
PLACE = Place(file="chatops.yaml", line=1, column=1)
ALLOWED = AccessPolicy(
    rules=(AccessRule(name="two", effect=Effect.ALLOW, place=PLACE, who=("irc:w:U1", "irc:w:U2")),),
)
BUSY = 20.0
"""Seconds in which something has begun on a loaded machine."""


class Stage:
    """A room in which things go on while others are said."""

    def __init__(self, folder: Path) -> None:
        write_pack(folder / "packs", "t", FILES)
        self.memory = Memory()
        self.room = make_room(
            folder / "packs", home=folder / "home", memory=self.memory, access=ALLOWED
        )

    async def say(self, who: Principal, text: str, *, room: str = "#ops") -> list[Reply]:
        message = make_message(f"!{text}", principal=who, room=room)
        return [reply async for reply in self.room.handle(message)]

    async def one(self, who: Principal, text: str, *, room: str = "#ops") -> Reply:
        (reply,) = await self.say(who, text, room=room)
        return reply

    @asynccontextmanager
    async def going(
        self, who: Principal, text: str, *, room: str = "#ops"
    ) -> AsyncIterator["asyncio.Task[list[Reply]]"]:
        """Something that goes on meanwhile."""
        before = len(self.running())
        task = asyncio.create_task(self.say(who, text, room=room))
        await until(lambda: len(self.running()) > before)
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait([task])

    def running(self) -> list[str]:
        return [run.id for run in self.room._services.running.all()]


async def until(happens: Callable[[], object]) -> None:
    async with asyncio.timeout(BUSY):
        while not happens():  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(0.01)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_who_has_asked_for_something_ends_it(stage: Stage) -> None:
    async def scene() -> None:
        async with stage.going(ANN, "nap 600 s3cr3t-pin") as nap:
            (name,) = stage.running()
            told = await stage.one(ANN, "status")
            assert told.text.startswith(
                f'1 runs:\n  {name} t.nap seconds=600.0 pin="********" - runs, for Ann, asked for '
            )
            ended = await stage.one(ANN, "cancel")
            assert ended.text == f"t.nap is being canceled where it runs ({name})"
            assert (await nap)[-1].status is Status.CANCELED
        assert (await stage.one(ANN, "status")).text.startswith("Nothing runs or waits here")
        none = await stage.one(ANN, "cancel")
        assert none.text == "nothing that you have asked for here runs or waits."

    asyncio.run(scene())
    (wished,) = [each for each, _ in stage.memory.events if isinstance(each, ExecutionWished)]
    assert (wished.wish, wished.principal) == ("cancel", ANN)
    assert "s3cr3t-pin" not in str(stage.memory.events)


def test_others_are_told_and_may_end_what_they_may_run(stage: Stage) -> None:
    """Who may not run it sees nothing of it, and ends nothing."""

    async def scene() -> None:
        async with stage.going(ANN, "nap 600") as nap:
            (name,) = stage.running()
            assert (await stage.one(BOB, "status")).text.startswith("1 runs:")
            assert (await stage.one(BOB, "cancel")).reason == "not-found", "it is Ann's"
            assert (await stage.one(EVE, "status")).text.startswith("Nothing runs")
            refused = await stage.one(EVE, f"cancel {name}")
            assert "You may not cancel" in refused.text or refused.reason == "denied"
            assert stage.running() == [name]
            assert not nap.done()
            await stage.one(BOB, f"cancel {name}")
            assert (await nap)[-1].status is Status.CANCELED

    asyncio.run(scene())


def test_of_other_rooms_people_are_told_what_is_theirs(stage: Stage) -> None:
    async def scene() -> None:
        async with stage.going(ANN, "nap 600", room="#dev"):
            assert (await stage.one(ANN, "status")).text.startswith("1 runs:")
            assert (await stage.one(BOB, "status")).text.startswith("Nothing runs")
            assert (await stage.one(ANN, "cancel")).reason == "not-found", "not asked for here"
            assert len(stage.running()) == 1

    asyncio.run(scene())


def test_several_are_listed_and_one_is_named(stage: Stage) -> None:
    """The third waits for its turn, which the policy keeps; what waits is ended as well."""

    async def scene() -> None:
        async with (
            stage.going(ANN, "nap 600"),
            stage.going(ANN, "nap 601"),
            stage.going(ANN, "nap 602") as third,
        ):
            await until(lambda: "waits for its turn" in _status(stage))
            which = await stage.one(ANN, "cancel")
            names = stage.running()
            assert which.text == (
                "3 that you have asked for here run or wait: "
                + ", ".join(f"{name} (t.nap)" for name in names)
                + " (say: cancel ID)."
            )
            assert (await stage.one(ANN, "status")).text.startswith("2 run, 1 waits:")
            assert (await stage.one(ANN, "cancel nonsense")).text == (
                "nothing with the id 'nonsense' runs or waits (say: status)."
            )
            assert (await stage.one(ANN, "cancel id-")).text.startswith("3 ids begin with 'id-': ")
            await stage.one(ANN, f"cancel {names[2]}")
            assert (await third)[-1].status is Status.CANCELED
            assert stage.running() == names[:2]

    asyncio.run(scene())


def _status(stage: Stage) -> str:
    return " ".join(f"waits for {run.waits}" for run in stage.room._services.running.all())


def test_what_waits_for_its_next_try_is_ended(stage: Stage) -> None:
    async def scene() -> None:
        async with stage.going(ANN, "fail") as fail:
            await until(lambda: "its next try" in _status(stage))
            assert "waits for its next try" in (await stage.one(ANN, "status")).text
            await stage.one(ANN, "cancel")
            assert (await fail)[-1].status is Status.FAILED
            assert stage.running() == []

    asyncio.run(scene())


def test_a_workflow_is_told_of_with_its_tasks_and_ended_whole(stage: Stage) -> None:
    async def scene() -> None:
        async with stage.going(ANN, "flow") as flow:
            (name,) = stage.running()
            run = stage.room._services.running.find(name)
            assert run is not None
            await until(lambda: run.progress is not None and "two" in str(run.progress))
            assert (await stage.one(ANN, "status")).text.startswith("1 runs:"), "its parts are its"
            await stage.one(ANN, "cancel")
            assert (await flow)[-1].status is Status.CANCELED
        assert (await stage.one(ANN, "status")).text.startswith("Nothing runs")

    asyncio.run(scene())


def test_a_question_is_listed_with_what_answers_it(stage: Stage) -> None:
    async def scene() -> None:
        await stage.say(ANN, "ask")
        told = await stage.one(BOB, "status")
        assert told.text.startswith("1 waits:\n")
        assert "t.ask - waits for an answer to id-" in told.text
        await stage.one(ANN, "cancel")
        assert (await stage.one(BOB, "status")).text.startswith("Nothing runs or waits here")

    asyncio.run(scene())


def test_aliases_come_first_and_other_words_are_no_control(stage: Stage) -> None:
    for text in ("status of everything", "status quo!", "cancel all of it"):
        (reply,) = replies_to(stage.room, make_message(f"!{text}", principal=ANN))
        assert reply.text.startswith(f"I don't know '{text}'")

    async def scene() -> None:
        async with stage.going(ANN, "cancel everything"):
            assert len(stage.running()) == 1

    asyncio.run(scene())


def test_help_tells_of_them_while_something_runs(stage: Stage) -> None:
    async def scene() -> None:
        assert "cancel [ID]" not in (await stage.one(ANN, "help")).text
        async with stage.going(ANN, "nap 600"):
            assert (
                "cancel [ID] - end what you have asked for" in (await stage.one(ANN, "help")).text
            )

    asyncio.run(scene())
