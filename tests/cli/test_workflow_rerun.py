"""`chatops workflow rerun --whole` of what has ended well: without secrets the record is enough."""

from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import action_text, write_pack

PARAMETERS = "parameters:\n  app: {type: string}\n  pin: {type: string, secret: true}\n"
GREET = """\
version: 1.0
input: [app, pin]
tasks:
  one: {action: core.echo, input: {message: "<% ctx(app) %>"}}
output: [{app: <% ctx(app) %>}]
"""


@pytest.fixture(autouse=True)
def _packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = f"entry_point: workflows/greet.yaml\n{PARAMETERS}"
    files = {
        "actions/greet.yaml": action_text("greet", "orquesta", more),
        "actions/workflows/greet.yaml": GREET,
        "actions/still.yaml": action_text("still"),
    }
    write_pack(tmp_path / "packs", "web", files)
    monkeypatch.setenv("CHATOPS_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("CHATOPS_HOME", str(tmp_path / "home"))


def ran(*words: str) -> str:
    """The id of the execution that these words ran, with success."""
    *_, last = invoke("action", "run", *words, "--json").json_lines
    assert isinstance(last, dict)
    assert last["status"] == "succeeded"
    return str(last["execution_id"])


def test_a_workflow_that_ended_well_is_run_again_with_what_is_on_record() -> None:
    before = ran("web.greet", "app=api")
    *_, last = invoke("workflow", "rerun", before, "--whole", "--json").json_lines
    assert isinstance(last, dict)
    assert (last["status"], last["execution_id"] != before) == ("succeeded", True)
    assert "api" in str(last["text"])


def test_without_whole_there_is_nothing_to_go_on_from() -> None:
    done = invoke("workflow", "rerun", ran("web.greet", "app=api"))
    assert done.exit_code == ExitCode.FAILED
    assert "hint: add --whole to run all of it again" in done.stderr


def test_a_secret_is_not_on_record_so_it_is_refused() -> None:
    done = invoke("workflow", "rerun", ran("web.greet", "app=api", "pin=hunter22"), "--whole")
    assert done.exit_code != ExitCode.OK
    assert "had secrets, which are not kept" in done.stderr
    assert "hint: run the action anew: chatops action run web.greet" in done.stderr


def test_an_action_is_no_workflow() -> None:
    done = invoke("workflow", "rerun", ran("web.still"), "--whole")
    assert done.exit_code != ExitCode.OK
    assert "is no workflow but of web.still" in done.stderr
