"""Which tasks of workflows are notified, and as what; what tasks are told of themselves.

Source: StackStorm, ``st2common/services/action.py`` (``_is_notify_skipped``), ``workflows.py``
(``request_action_execution``), ``action_chain_runner.py`` (``_get_notify``).
"""

import asyncio
from pathlib import Path

import pytest

from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Reply
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.model.route import RoomRoute
from chatops_cli.room.opening import open_room
from chatops_cli.settings.values import Settings
from tests.support.chat import make_message
from tests.support.flows import ECHO, Flow, tasks
from tests.support.packs import action_text, write_pack

WHOLE = "notify: {on-complete: {routes: [ops], message: 'whole: {{ action_context.pack }}'}}\n"
LOUD = action_text("loud", more="notify: {on-complete: {routes: [ops], message: loud}}\n")
SEE = ECHO.replace("name: echo", "name: see").replace(
    "text: {type: string}", 'text: {type: string, default: "{{ action_context | to_json_string }}"}'
)


class Stage:
    """A room over one workflow, `flow.work`, and what is said in the room ``#ops``."""

    def __init__(self, home: Path, definition: str, runner: str, more: str) -> None:
        work = f"entry_point: workflows/work.yaml\n{more}"
        files: dict[str, str | bytes] = {
            "actions/work.yaml": action_text("work", runner, work),
            "actions/workflows/work.yaml": definition,
            "actions/quiet.yaml": action_text("quiet"),
            "actions/loud.yaml": LOUD,
        }
        write_pack(home / "packs", "flow", files)
        routes = {name: RoomRoute(room=f"#{name}") for name in ("ops", "dev")}
        self.settings = Settings(home=home / "home", roots=(home / "packs",), routes=routes)
        self.said: list[str] = []
        self.told: list[str] = []

    async def post(self, reply: Reply) -> None:
        self.said.append(f"{reply.room} {reply.text}")

    def run(self, **given: Json) -> list[Reply]:
        """The replies; all that follows is over."""

        async def work() -> list[Reply]:
            room = open_room(
                self.settings, operator=None, warn=self.told.append, lasts=False, post=self.post
            )
            talk = room.run_action(make_message("x"), ActionRef("flow.work"), given)
            replies = [reply async for reply in talk]
            await room.settle()
            return replies

        return asyncio.run(work())


STEPS = """
version: 1.0
tasks:
  one: {action: flow.quiet, next: [{do: two}]}
  two: {action: flow.loud, next: [{do: three}]}
  three: {action: flow.loud}
"""


@pytest.mark.parametrize(
    ("more", "given", "said"),
    [
        pytest.param(WHOLE, {}, ["#ops whole: flow"], id="the whole only"),
        pytest.param(
            WHOLE,
            {"notify": ["one", "two"]},
            ["#ops whole: flow", "#ops loud", "#ops whole: flow"],
            id="listed tasks as their action says, or as the whole",
        ),
        pytest.param("", {"notify": ["one", "two"]}, [], id="a whole that says nothing"),
        pytest.param(
            f"{WHOLE}parameters: {{notify: {{default: [one]}}}}\n",
            {},
            ["#ops whole: flow", "#ops whole: flow"],
            id="listed by default",
        ),
    ],
)
def test_tasks_of_a_workflow_that_are_listed_are_notified(
    isolated: Path, more: str, given: dict[str, Json], said: list[str]
) -> None:
    stage = Stage(isolated.parent, STEPS, "orquesta", more)
    stage.run(**given)
    assert sorted(stage.said) == sorted(said)


def test_a_list_that_names_no_task_is_refused(isolated: Path) -> None:
    stage = Stage(isolated.parent, STEPS, "orquesta", WHOLE)
    last = stage.run(notify=["one", "four"])[-1]
    assert "names 'four', which is no task of it" in last.text
    assert "its tasks: one, two, three" in last.text


CHAIN = """
chain:
  - {name: one, ref: flow.quiet, on-success: two}
  - {name: two, ref: flow.loud, on-success: three}
  - name: three
    ref: flow.quiet
    notify: {on-success: {routes: [dev], message: three}}
    on-success: four
  - {name: four, ref: flow.quiet}
default: one
"""


@pytest.mark.parametrize(
    ("more", "given", "said"),
    [
        pytest.param("", {}, ["#ops loud", "#dev three"], id="as tasks and actions say"),
        pytest.param(
            WHOLE,
            {},
            ["#ops whole: flow", "#ops loud", "#dev three", "#ops whole: flow", "#ops whole: flow"],
            id="others as the chain",
        ),
        pytest.param(
            WHOLE,
            {"skip_notify": ["two", "three", "four"]},
            ["#ops whole: flow", "#ops whole: flow"],
            id="not those that are skipped",
        ),
    ],
)
def test_tasks_of_a_chain_are_notified_but_for_those_skipped(
    isolated: Path, more: str, given: dict[str, Json], said: list[str]
) -> None:
    stage = Stage(isolated.parent, CHAIN, "action-chain", more)
    stage.run(**given)
    assert sorted(stage.said) == sorted(said)


def told(flow: Flow) -> dict[str, Json]:
    """What the first task was told: it has said that."""
    assert flow.go().status is Status.SUCCEEDED
    result = flow.memory.results[0]
    assert isinstance(result, dict)
    assert isinstance(result["stdout"], dict)
    return result["stdout"]


def test_a_task_of_a_workflow_is_told_of_itself(tmp_path: Path) -> None:
    definition = tasks("  one: {with: '<% [1] %>', action: flow.see}\n")
    found = told(Flow(tmp_path, definition, more={"actions/see.yaml": SEE}))
    assert found == {
        "api_user": "alice",
        "user": "alice",
        "source_channel": "#ops",
        "pack": "flow",
        "parent": {
            "api_user": "alice",
            "user": "alice",
            "source_channel": "#ops",
            "pack": "flow",
            "execution_id": "id-1",
        },
        "orquesta": {
            "workflow_execution_id": "id-1",
            "task_execution_id": "id-1.0",
            "task_name": "one",
            "task_id": "one",
            "task_route": 0,
            "item_id": 0,
        },
    }


def test_a_task_of_a_chain_is_told_of_its_chain(tmp_path: Path) -> None:
    definition = "chain: [{name: one, ref: flow.see, on-failure: one}]\n"
    more = {"actions/see.yaml": SEE}
    found = told(Flow(tmp_path, definition, more=more, runner="action-chain"))
    assert found["chain"] == {
        "name": "one",
        "ref": "flow.see",
        "params": {},
        "publish": {},
        "on_success": "",
        "on_failure": "one",
        "notify": {},
    }
    assert isinstance(found["parent"], dict)
    assert found["parent"]["execution_id"] == "id-1"
    assert "orquesta" not in found
