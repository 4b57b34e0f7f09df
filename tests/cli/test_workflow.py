"""`chatops workflow` lists, draws and inspects the workflows of packs."""

import json
from pathlib import Path

import pytest

from tests.support.cli import invoke
from tests.support.packs import write_pack

RELEASE = """\
version: 1.0
input: [app]
tasks:
  build:
    action: web.make app=<% ctx(app) %>
    next:
      - when: <% succeeded() %>
        do: [test, scan]
  test: {action: core.noop, next: [{do: ship}]}
  scan: {action: core.noop, next: [{do: ship}]}
  ship: {join: all, action: core.noop}
"""
BROKEN = """\
version: 1.0
tasks:
  build: {action: web.gone, next: [{when: <% failed( %>, do: shipp}]}
  ship: {action: core.noop}
"""
CHAIN = "chain: [{name: one, ref: core.noop, on-success: two}, {name: two, ref: core.noop}]\n"


def workflow(name: str, runner: str = "orquesta", entry_point: str = "") -> str:
    path = entry_point or f"workflows/{name}.yaml"
    return f"name: {name}\nrunner_type: {runner}\ndescription: It is {name}.\nentry_point: {path}\n"


@pytest.fixture
def packs(tmp_path: Path) -> str:
    files = {
        "actions/make.yaml": "name: make\nrunner_type: noop\nparameters: {app: {type: string}}\n",
        "actions/release.yaml": workflow("release"),
        "actions/workflows/release.yaml": RELEASE,
        "actions/broken.yaml": workflow("broken"),
        "actions/workflows/broken.yaml": BROKEN,
        "actions/steps.yaml": workflow("steps", "action-chain"),
        "actions/workflows/steps.yaml": CHAIN,
        "actions/lost.yaml": workflow("lost", entry_point="workflows/nowhere.yaml"),
    }
    write_pack(tmp_path / "packs", "web", files)
    return str(tmp_path / "packs")


def test_workflows_are_listed_and_other_actions_are_not(packs: str) -> None:
    result = invoke("--packs", packs, "workflow", "list")
    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        "WORKFLOW",
        "web.broken",
        "web.lost",
        "web.release",
        "web.steps",
    ]
    listed = invoke("--packs", packs, "workflow", "list", "--pack", "web", "--json")
    assert json.loads(listed.stdout.splitlines()[-1]) == {
        "ref": "web.steps",
        "runner": "action-chain",
        "description": "It is steps.",
        "enabled": True,
    }


def test_a_workflow_is_drawn_as_text(packs: str) -> None:
    result = invoke("--packs", packs, "workflow", "show", "web.release")
    assert (result.exit_code, result.stderr) == (0, "")
    for name in ("build  web.make", "test  core.noop", "scan  core.noop", "ship (join all)"):
        assert name in result.stdout


@pytest.mark.parametrize(
    ("form", "start"), [("mermaid", "flowchart"), ("dot", "digraph"), ("svg", "<svg")]
)
def test_a_workflow_is_drawn_in_other_forms(packs: str, form: str, start: str) -> None:
    for ref in ("web.release", "web.steps"):
        result = invoke("--packs", packs, "workflow", "show", ref, "--format", form)
        assert (result.exit_code, start in result.stdout) == (0, True)


def test_what_is_drawn_and_wrong_is_told(packs: str) -> None:
    result = invoke("--packs", packs, "workflow", "show", "web.broken")
    assert result.exit_code == 0
    assert "see 'chatops workflow inspect web.broken'" in result.stderr


def test_what_has_no_file_is_not_drawn(packs: str) -> None:
    result = invoke("--packs", packs, "workflow", "show", "web.lost")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[entry-point]" in result.stderr


def test_all_workflows_are_inspected(packs: str) -> None:
    result = invoke("--packs", packs, "workflow", "inspect")
    assert result.exit_code == 1
    for rule in ("missing-action", "expression-syntax", "unknown-task", "entry-point"):
        assert f"error[{rule}]" in result.stdout
    assert "broken.yaml:3:19: error[missing-action]" in result.stdout
    assert "release.yaml" not in result.stdout


def test_a_workflow_in_which_nothing_is_wrong_is_said_to_be_so(packs: str) -> None:
    result = invoke("--packs", packs, "workflow", "inspect", "web.release", "web.steps")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "2 workflows: no problems\n")


def test_problems_are_printed_as_json(packs: str) -> None:
    result = invoke("--packs", packs, "workflow", "inspect", "web.broken", "--json")
    found = [json.loads(line) for line in result.stdout.splitlines()]
    missing = next(each for each in found if each["rule"] == "missing-action")
    assert missing.pop("file").endswith("web/actions/workflows/broken.yaml")
    assert missing == {
        "line": 3,
        "column": 19,
        "rule": "missing-action",
        "severity": "error",
        "message": "there is no action web.gone",
        "hint": "see the actions of the pack web",
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("show", "web.make"), "web.make is no workflow but an action of the runner noop"),
        (("show", "web.none"), "no action named 'web.none'"),
        (("inspect", "web.make"), "web.make is no workflow"),
        (("list", "--pack", "none"), "no pack named 'none'"),
    ],
)
def test_what_is_not_there_is_told(packs: str, arguments: tuple[str, ...], told: str) -> None:
    result = invoke("--packs", packs, "workflow", *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert told in result.stderr


TRACED = """\
version: 1.0
tasks:
  one: {action: web.make, next: [{do: many}]}
  many: {with: <% range(3) %>, action: web.make, next: [{do: bad}]}
  bad: {action: web.bad, next: [{do: deep}]}
  deep: {action: web.inner}
"""
INNER = (
    "version: 1.0\ntasks: {up: {action: web.make, next: [{do: down}]}, down: {action: web.make}}\n"
)


@pytest.fixture
def traced(packs: str) -> tuple[str, str]:
    """The packs, and the id of an execution of a workflow that has ended."""
    bad = "name: bad\nrunner_type: local-shell-cmd\nparameters: {cmd: {default: exit 3}}\n"
    more: dict[str, str | bytes] = {
        "actions/go.yaml": workflow("go"),
        "actions/workflows/go.yaml": TRACED,
        "actions/inner.yaml": workflow("inner"),
        "actions/workflows/inner.yaml": INNER,
        "actions/bad.yaml": bad,
    }
    write_pack(Path(packs), "web", more)
    result = invoke("--packs", packs, "action", "run", "web.go", "--json")
    return packs, str(json.loads(result.stdout.splitlines()[-1])["execution_id"])


def test_an_execution_is_traced(traced: tuple[str, str]) -> None:
    packs, own = traced
    result = invoke("--packs", packs, "workflow", "trace", own)
    assert result.exit_code == 0
    first = [line.split()[:2] for line in result.stdout.splitlines()]
    assert ["+", "one"] in first
    assert ["+", "many"] in first
    assert ["x", "bad"] in first
    assert ["+", "deep"] in first
    assert result.stdout.count("down") == 1
    shown = invoke("--packs", packs, "history", "show", own).stdout
    assert shown.endswith(result.stdout)


def test_a_trace_as_json(traced: tuple[str, str]) -> None:
    packs, own = traced
    found = invoke("--packs", packs, "workflow", "trace", own, "--json").json
    assert isinstance(found, dict)
    assert (found["name"], found["execution_id"]) == ("web.go", own)
    tasks = found["tasks"]
    assert isinstance(tasks, list)
    assert [task["name"] for task in tasks if isinstance(task, dict)] == [
        "one",
        "many",
        "bad",
        "deep",
    ]
    many, deep = tasks[1], tasks[3]
    assert isinstance(many, dict)
    assert many["items"] == {"succeeded": 3}
    assert isinstance(deep, dict)
    assert isinstance(deep["tasks"], list)
    assert len(deep["tasks"]) == 2


def test_what_is_no_workflow_has_no_trace(traced: tuple[str, str]) -> None:
    packs, _ = traced
    found = invoke("--packs", packs, "history", "list", "--action", "web.make", "--json")
    part = str(json.loads(found.stdout.splitlines()[0])["id"])
    result = invoke("--packs", packs, "workflow", "trace", part)
    assert result.exit_code == 1
    assert "web.make is noop" in result.stderr
    assert "hint: see 'chatops history show " in result.stderr
