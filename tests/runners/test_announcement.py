"""The runner `announcement`: what an action says, on a route."""

from dataclasses import replace

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.model.announcement import Announcement
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import announcement
from tests.support.calls import make_action, make_call

SAID: dict[str, Json] = {"message": {"text": "hello"}, "user": None}


async def test_it_is_told_on_its_route_with_all_parameters_of_the_action() -> None:
    heard: list[Announcement] = []
    call = make_call(make_action("announcement"), experimental=True, route="ops.deploy")
    outcome = await announcement.run(replace(call, parameters=SAID, announce=heard.append))
    assert heard == [Announcement(route="ops.deploy", payload=SAID, execution_id=call.execution_id)]
    assert outcome.status is Status.SUCCEEDED
    assert outcome.result == {"output": SAID, **SAID}


async def test_without_a_listener_it_succeeds_all_the_same() -> None:
    call = make_call(make_action("announcement"), experimental=True, route="general")
    outcome = await announcement.run(replace(call, parameters=SAID))
    assert (outcome.status, outcome.result) == (Status.SUCCEEDED, {"output": SAID, **SAID})


async def test_without_a_route_it_is_the_general_one() -> None:
    heard: list[Announcement] = []
    call = make_call(make_action("announcement"), experimental=True, route=None)
    await announcement.run(replace(call, announce=heard.append))
    assert heard[0].route == announcement.PARAMETERS["route"].default == "general"


@pytest.mark.parametrize("experimental", [False, None, "yes"])
async def test_the_experiment_has_to_be_wanted(experimental: Json) -> None:
    heard: list[Announcement] = []
    call = make_call(make_action("announcement"), experimental=experimental)
    with pytest.raises(RunnerError) as caught:
        await announcement.run(replace(call, announce=heard.append))
    assert caught.value.message == (
        "demo.act: its runner announcement runs only with experimental: true"
    )
    assert heard == []
