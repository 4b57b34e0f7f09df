"""What packs' code looks up of packs, actions, aliases and executions, through a whole room."""

import contextlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatops_cli.errors import ParameterError
from chatops_cli.model.json import Json
from chatops_cli.room import inventory as module
from chatops_cli.room.inventory import RoomInventory
from chatops_cli.room.opening import open_world
from chatops_cli.settings.values import Settings
from tests.support.cli import invoke
from tests.support.packs import action_text, alias_text, write_pack

LOOK = """
from st2client.client import Client
from st2common.content import utils
from st2common.runners.base_action import Action

class Look(Action):
    def run(self, code):
        return eval(code, {"client": Client(token="x"), "utils": utils})
"""
SECRET = """parameters:
  word: {type: string, secret: true, description: What nobody sees}
  n: {type: integer, default: 3, position: 1}
"""


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """Packs in a folder with a pack `demo`, whose action `demo.look` evaluates code."""
    root = tmp_path / "packs"
    write_pack(
        root,
        "demo",
        {
            "actions/look.yaml": action_text(
                "look", "python-script", "entry_point: look.py\nparameters: {code: {type: string}}"
            ),
            "actions/look.py": LOOK,
            "actions/quiet.yaml": action_text("quiet", "noop", SECRET),
            "aliases/hush.yaml": alias_text("hush", "demo.quiet", "hush")
            + "result:\n  format: silence\n",
        },
    )
    write_pack(root, "other", {"actions/quiet.yaml": action_text("quiet")})
    return root


def look(packs: Path, code: str) -> Json:
    """What the code gives inside of an action."""
    output = invoke("history", "output", run(packs, "demo.look", f"code={code}"), "--json").json
    assert isinstance(output, dict)
    return output["result"]


def run(packs: Path, *words: str) -> str:
    """The id of the execution of an action that succeeds."""
    done = invoke("--packs", str(packs), "action", "run", *words, "--json")
    assert done.exit_code == 0, done.stdout + done.stderr
    last = done.json_lines[-1]
    assert isinstance(last, dict)
    return str(last["execution_id"])


def test_packs_and_their_folders(packs: Path) -> None:
    code = (
        "[p.ref for p in client.packs.query(name='demo')], client.packs.get_by_id('nothing'),"
        "utils.get_pack_base_path('demo', include_trailing_slash=True),"
        "utils.get_pack_base_path('nothing').endswith('/nothing'),"
        "utils.check_pack_content_directory_exists('demo', 'aliases'),"
        "utils.check_pack_directory_exists('nothing'), utils.get_pack_directory('nothing'),"
        "utils.get_pack_resource_file_abs_path('demo', 'action', 'look.py'),"
        "utils.get_relative_path_to_pack_file('demo', utils.get_pack_base_path('demo') + '/a/b'),"
        f"{str(packs)!r} in utils.get_packs_base_paths()"
    )
    demo = packs / "demo"
    assert look(packs, f"[{code}]") == [
        *(["demo"], None, f"{demo}/", True, True, False, None),
        *(f"{demo}/actions/look.py", "a/b", True),
    ]


def test_actions_are_found_and_selected(packs: Path) -> None:
    code = (
        "[a.ref for a in client.actions.get_all(pack='demo')],"
        "[a.ref for a in client.actions.query(name='quiet', params={'limit': 1, 'offset': 1})],"
        "client.managers['Action'].get_by_ref_or_id('demo.quiet').to_dict(['uid', 'notify']),"
        "client.actions.get_by_name('quiet', pack='other').pack,"
        "client.actions.query_with_count(pack='nothing'),"
        "repr(client.actions.get_by_id('demo.quiet'))"
    )
    assert look(packs, f"[{code}]") == [
        ["demo.look", "demo.quiet"],
        ["other.quiet"],
        {
            "id": "demo.quiet",
            "ref": "demo.quiet",
            "name": "quiet",
            "pack": "demo",
            "description": "d",
            "enabled": True,
            "runner_type": "noop",
            "entry_point": "",
            "parameters": {
                "word": {"type": "string", "secret": True, "description": "What nobody sees"},
                "n": {"type": "integer", "default": 3, "position": 1},
            },
            "tags": [],
        },
        "other",
        [[], 0],
        "<Action name=quiet,pack=demo,enabled=True,runner_type=noop>",
    ]


def test_aliases_are_found_and_selected(packs: Path) -> None:
    found = look(packs, "client.managers['ActionAlias'].get_by_id('demo.hush').to_dict()")
    assert isinstance(found, dict)
    assert (found["action_ref"], found["formats"]) == ("demo.quiet", ["hush"])
    assert found["result"] == {"enabled": True, "format": "silence", "extra": {}}
    code = "[a.name for a in client.managers['ActionAlias'].query(pack='demo')]"
    assert look(packs, code) == ["hush"]


def test_executions_are_those_of_the_history(packs: Path) -> None:
    quiet = run(packs, "demo.quiet", "word=hidden")
    found = look(packs, f"client.liveactions.get_by_id({quiet!r}).to_dict(['context'])")
    assert isinstance(found, dict)
    assert found["status"] == "succeeded"
    assert found["action"] == {
        "id": "demo.quiet",
        "ref": "demo.quiet",
        "pack": "demo",
        "name": "quiet",
    }
    assert found["result"] == {}
    assert "hidden" not in json.dumps(found)
    code = (
        "[e.action['ref'] for e in client.executions.query(status='requested')],"
        "[e.action['ref'] for e in client.executions.get_all(limit=1, offset=1)],"
        f"client.executions.get_by_id({quiet!r}[:-1]),"
        "len(client.executions.query(action='demo.quiet', limit=-1)),"
        "hasattr(client.executions.get_all()[0], 'parent')"
    )
    assert look(packs, f"[{code}]") == [["demo.look"], ["demo.look"], None, 1, False]


def test_an_execution_knows_its_alias_and_may_have_lost_its_result(packs: Path) -> None:
    said = invoke("--packs", str(packs), "run", "hush", "--json").json_lines[-1]
    assert isinstance(said, dict)
    for file in Path(os.environ["CHATOPS_HOME"], "results").rglob("*.json"):
        file.unlink()
    found = look(packs, f"client.executions.get_by_id({said['execution_id']!r}).to_dict()")
    assert isinstance(found, dict)
    assert "result" not in found
    assert isinstance(found["context"], dict)
    assert found["context"]["action_alias_ref"] == {
        "id": "demo.hush",
        "ref": "demo.hush",
        "pack": "demo",
        "name": "hush",
    }


def test_results_of_a_list_are_bounded(packs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        run(packs, "demo.look", "code=0")
    monkeypatch.setattr(module, "RESULTS_SIZE", 60)
    code = "['result' in e.to_dict() for e in client.executions.query(action='demo.look')]"
    assert look(packs, code) == [False, True, False]  # the running one has none


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("client.executions.query(colour=1)", "executions can't be selected by 'colour' (they can"),
        ("client.actions.get_by_name('quiet')", "there are 2 actions named 'quiet': say the pack"),
        ("client.executions.get_by_id(5)", "the datastore needs a text as name"),
        ("utils.get_pack_file_abs_path('demo', '../x')", "'../x' is no path inside the pack"),
        ("utils.get_pack_resource_file_abs_path('demo', 'a', 'b')", "is none of: action, sensor"),
        ("utils.get_relative_path_to_pack_file('demo', '/x')", "/x is not inside the pack 'demo'"),
    ],
)
def test_what_can_not_be_is_told(packs: Path, code: str, message: str) -> None:
    done = invoke("--packs", str(packs), "action", "run", "demo.look", f"code={code}")
    assert done.exit_code == 1
    assert message in done.stdout


@pytest.fixture
def inventory(packs: Path, tmp_path: Path) -> RoomInventory:
    world = open_world(Settings(home=tmp_path / "home", roots=(packs,)))
    return RoomInventory(catalog=world.catalog, home=tmp_path / "home")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    kind=st.sampled_from(["packs", "actions", "aliases", "executions"]),
    name=st.text(st.characters(codec="utf-8")),
    wanted=st.dictionaries(st.sampled_from(["name", "pack", "ref", "status"]), st.text()),
)
def test_any_name_is_answered(
    inventory: RoomInventory, kind: str, name: str, wanted: dict[str, str]
) -> None:
    assert inventory.find(kind, name) is None
    with contextlib.suppress(ParameterError):
        inventory.select(kind, wanted, limit=3, offset=0)


def test_a_kind_that_is_none_is_refused(inventory: RoomInventory) -> None:
    with pytest.raises(ParameterError, match="there are no 'rules' to look up"):
        inventory.find("rules", "x")
    assert inventory.select("executions", {}, limit=-1, offset=-1) == ()
