"""Who may do what with executions: grants by values hold for answers, ends, and reruns, too."""

import asyncio
from pathlib import Path

import pytest

from chatops_cli.model.access import AccessPolicy, AccessRule, Confirmation, Effect, Requirement
from chatops_cli.model.chat import Principal, Reply, ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.model.problem import Place
from chatops_cli.room.room import Room
from chatops_cli.runners.parts import Again
from tests.support.chat import make_message
from tests.support.flows import Flow
from tests.support.rooms import make_room, replies_to

PLACE = Place(file="chatops.yaml", line=1, column=1)
ANN = Principal(network="irc", workspace="net", user="ann")
ASK = (
    "name: ask\nrunner_type: inquirer\nparameters:\n"
    "  schema: {default: {properties: {ok: {type: boolean, required: true}}}}\n"
)
ASKED = """
version: 1.0
input: [app, pin]
tasks:
  one:
    action: flow.ask
"""


def rooms(tmp_path: Path, *rules: AccessRule) -> Room:
    """A room with these rules, over what has been asked in one without."""
    flow = Flow(tmp_path, ASKED, more={"actions/ask.yaml": ASK})
    flow.go()
    return make_room(
        tmp_path / "packs", home=tmp_path / "home", access=AccessPolicy(rules=rules), first=900
    )


def rule(effect: str = "allow", *, app: str = "*", operations: str = "*") -> AccessRule:
    return AccessRule(
        name="r",
        effect=Effect(effect),
        place=PLACE,
        actions=("flow.work",),
        operations=(operations,),
        parameters={"app": (app,)},
    )


def wished(room: Room, wish: str) -> list[Reply]:
    (inquiry,) = room.continuing.inquiries()

    async def collect() -> list[Reply]:
        message = make_message("", principal=ANN)
        wanted = room.continuing.wish(message, inquiry.origin.parent or "", wish)
        return [reply async for reply in wanted]

    return asyncio.run(collect())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(rule(app="api"), Status.SUCCEEDED, id="the workflow's value"),
        pytest.param(rule(app="other"), None, id="another value"),
        pytest.param(rule(operations="run"), None, id="only to run"),
        pytest.param(rule(operations="answer"), Status.SUCCEEDED, id="only to answer"),
    ],
)
def test_to_answer(tmp_path: Path, given: AccessRule, expected: Status | None) -> None:
    """What the whole workflow was run with decides who may answer what it asks."""
    last = replies_to(rooms(tmp_path, given), make_message("answer yes", principal=ANN))[-1]
    assert last.status is expected
    assert (last.kind is ReplyKind.DENIED) is (expected is None)


@pytest.mark.parametrize(
    ("given", "is_denied"),
    [
        pytest.param((rule(app="api"),), False, id="the value"),
        pytest.param((rule(app="other"),), True, id="another value"),
        pytest.param((rule(), rule("deny", operations="cancel")), True, id="all but this"),
    ],
)
def test_to_cancel(tmp_path: Path, given: tuple[AccessRule, ...], is_denied: bool) -> None:
    replies = wished(rooms(tmp_path, *given), "cancel")
    assert any(reply.kind is ReplyKind.DENIED for reply in replies) is is_denied


def test_what_needs_people_is_not_run_again(tmp_path: Path) -> None:
    """It has to be asked for anew: then it waits for them."""
    definition = "version: 1.0\ninput: [app, pin]\ntasks:\n  one:\n    action: flow.broken\n"
    flow = Flow(tmp_path, definition)
    ended = flow.go()
    strict = AccessRule(
        name="r",
        effect=Effect.ALLOW,
        place=PLACE,
        require=Requirement(confirm=Confirmation()),
    )
    room = make_room(
        tmp_path / "packs", home=tmp_path / "home", access=AccessPolicy(rules=(strict,)), first=900
    )

    async def rerun() -> list[Reply]:
        message = make_message("", principal=ANN)
        again = room.continuing.rerun(message, ended.execution_id or "", Again())
        return [reply async for reply in again]

    (denied,) = asyncio.run(rerun())
    assert denied.kind is ReplyKind.DENIED
    assert "needs confirmation: ask for it anew" in denied.text
