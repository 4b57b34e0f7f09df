"""`chatops workflow rehearse` conducts workflows with mocked results, and starts nothing."""

import json
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest

from tests.support.cli import invoke
from tests.support.rehearsals import ALL_WELL, SECRET, Stage

MOCKS = "mocks: {build: done, scan: 1, inner.dig: deep, ship: sent, ask: true}\n"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_without_mocks_it_stops_and_says_which_to_write(stage: Stage) -> None:
    found = stage.rehearse("web.release", "--input", "app=api")
    assert found.exit_code == 1
    assert found.stdout == "build  web.make  running (no mock)\nweb.release: stopped\n"
    assert "no mock for 1 task;" in found.stderr
    assert '  build: {status: succeeded, gives: ""}  # web.make (local-shell-cmd)' in found.stderr


def test_what_it_says_to_write_can_be_given(stage: Stage) -> None:
    text = "mocks: {build: done}\n"
    found = stage.rehearse("web.release", "--input", "app=api", "--mocks", stage.file(text))
    told = found.stderr[found.stderr.index("\nmocks:\n") + 1 :].partition("\n\n")[0]
    assert "scan:" in told
    assert "inner.dig:" in told
    again = stage.rehearse("web.release", "--input", "app=api", "--mocks", stage.file(told))
    assert "  build: {" in again.stderr
    assert "error[" not in again.stderr


def test_the_path_taken_is_told(stage: Stage) -> None:
    file = stage.file(MOCKS)
    found = stage.rehearse("web.release", "--input", "app=api", "--mocks", file)
    assert (found.exit_code, found.stderr) == (0, "")
    lines = found.stdout.splitlines()
    assert "  -> inner, scan  when <% succeeded() %>" in lines
    assert '     built = "done"  (was "none")' in lines
    assert "inner  web.inner  succeeded (rehearsed inside)" in lines
    assert "    dig  web.make  succeeded" in lines
    assert any(line.startswith('    item 1: succeeded  gave {"result": 1') for line in lines)
    assert lines[-2:] == ['output: {"built": "done"}', "web.release: succeeded"]
    assert SECRET not in found.stdout


def test_as_json_it_is_all_there_with_virtual_times(stage: Stage) -> None:
    file = stage.file(MOCKS)
    found = stage.rehearse("web.release", "--input", "app=api", "--mocks", file, "--json").json
    assert isinstance(found, dict)
    assert (found["status"], found["output"]) == ("succeeded", {"built": "done"})
    assert found["seconds"] == 3600
    assert isinstance(found["steps"], list)
    names = [step["task"] for step in found["steps"] if isinstance(step, dict)]
    assert names == ["build", "inner", "scan", "ship", "ask"]
    assert SECRET not in json.dumps(found)


@pytest.mark.parametrize(
    ("missing", "code", "status"), [("succeed", 6, "paused"), ("fail", 1, "failed")]
)
def test_what_has_no_mock_may_succeed_or_fail(
    stage: Stage, missing: str, code: int, status: str
) -> None:
    found = stage.rehearse("web.release", "--input", "app=api", "--missing", missing)
    assert (found.exit_code, found.stdout.splitlines()[-1]) == (code, f"web.release: {status}")


def test_an_inquiry_without_an_answer_is_where_it_stops(stage: Stage) -> None:
    found = stage.rehearse("web.release", "--input", "app=api", "--missing", "succeed")
    assert found.stderr == "it waits for an answer: ask\n"


def test_the_person_may_be_asked(stage: Stage) -> None:
    found = stage.rehearse(
        "web.steps", "--input", "app=api", "--missing", "ask", stdin="oops\n\nhello\nfailed\nno\n"
    )
    assert found.exit_code == 1
    assert "one of succeeded, failed" in found.stderr
    assert '     said = "hello"' in found.stdout
    assert found.stdout.endswith("web.steps: failed\n")
    ended = stage.rehearse("web.steps", "--input", "app=api", "--missing", "ask")
    assert ended.stdout.endswith("web.steps: stopped\n")


def test_parameters_are_checked_as_ever(stage: Stage) -> None:
    found = stage.rehearse("web.release", "--input", "ap=api")
    assert found.exit_code == 2
    assert "no parameter 'ap' (did you mean 'app'?)" in found.stderr
    wrong = stage.rehearse("web.release", "--input", "app=api", "--input", "n=many")
    assert wrong.exit_code == 2
    # A part that lacks a parameter fails as it would.
    part = stage.rehearse("web.release", "--missing", "succeed")
    assert "parameter 'app' is missing" in part.stdout


def test_a_loop_without_an_end_is_stopped(stage: Stage) -> None:
    found = stage.rehearse("web.endless")
    assert found.exit_code == 1
    assert "the task go was run 1,000 times" in found.stderr


def test_cases_that_go_as_expected_pass(stage: Stage, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    found = stage.rehearse(stage.file(ALL_WELL), "--junit", str(report))
    assert found.exit_code == 0, found.stdout
    assert found.stdout.splitlines()[0].startswith("ok     ")
    assert "web.release: 5 of 6 tasks, 4 of 7 transitions taken" in found.stdout
    assert "never run: clean" in found.stdout
    assert "release.yaml:11:9" in found.stdout
    assert found.stderr == "1 case in 1 file: none failed\n"
    (suite,) = parse(report).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")


DIFFERENT = """\
workflow: web.release
input: {app: api}
mocks: {build: {status: failed, gives: no space}}
cases:
  - name: another way
    mocks: {ship: never served}
    expect:
      status: succeeded
      output: {built: x, more: 1}
      tasks: [build -> ship, clean -> build, {clean: 2}, {build: timeout}, {ship: failed}]
      errors: [no disk]
"""


def test_all_that_is_different_is_told_with_its_place(stage: Stage, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    found = stage.rehearse(stage.file(DIFFERENT), "--junit", str(report))
    assert found.exit_code == 1
    told = [line.split("mocks.yaml:")[-1] for line in found.stdout.splitlines()]
    for line in (
        "8:7: status: expected succeeded, was failed",
        '8:7: output: output.built: expected "x", was "none"',
        "8:7: output: output.more: expected 1, is missing",
        "10:15: tasks: ship was not run",
        "10:30: tasks: build was not begun after clean had ended",
        "10:54: tasks: clean was run once, expected 2 times",
        "10:66: tasks: build: expected timeout, was failed",
        "10:83: tasks: ship was not run, expected it failed",
        '8:7: errors: no error has "no disk" in it',
        "6:19: mocks: this mock was not used by any run",
    ):
        assert line in told, told
    assert any("errors: not expected: build: Execution failed" in line for line in told)
    (suite,) = parse(report).getroot()
    assert suite.get("failures") == "1"


def test_a_case_that_claims_no_branch_does_not_pass(stage: Stage) -> None:
    vague = "expect: {status: failed}"
    case = f"{{name: vague, input: {{app: x}}, {vague}}}"
    text = f"workflow: web.steps\nmissing: fail\ncases: [{case}]\n"
    found = stage.rehearse(stage.file(text))
    assert found.exit_code == 1
    assert "the case claims no branch" in found.stdout
    assert "(it took one -> three)" in found.stdout


def test_a_case_without_a_mock_fails_with_what_to_write(stage: Stage) -> None:
    text = "workflow: web.steps\ncases: [{name: a, input: {app: x}, expect: {tasks: [one]}}]\n"
    found = stage.rehearse(stage.file(text))
    assert found.exit_code == 1
    assert "    no mock for one\n" in found.stdout
    assert "  one: {status: succeeded" in found.stdout


def test_mocks_that_no_case_uses_fail_the_file(stage: Stage) -> None:
    text = (
        "workflow: web.steps\nmocks: {one: x, three: y}\nactions: {web.make: z}\n"
        "cases: [{name: a, input: {app: x}, expect: {tasks: [one -> two, {three: never}]}}]\n"
    )
    found = stage.rehearse(stage.file(text))
    assert found.exit_code == 1
    assert "mocks of all cases" in found.stdout
    assert "mocks.yaml:2:24: mocks: this mock was used by no case" in found.stdout


def test_a_case_that_is_refused_fails(stage: Stage) -> None:
    text = "workflow: web.steps\ncases: [{name: a, input: {apq: x}, expect: {tasks: [one]}}]\n"
    found = stage.rehearse(stage.file(text))
    assert (found.exit_code, "no parameter 'apq'" in found.stdout) == (1, True)


def test_cases_as_json(stage: Stage) -> None:
    found = stage.rehearse(stage.file(ALL_WELL), "--json")
    case, coverage = found.json_lines
    assert isinstance(case, dict)
    assert isinstance(coverage, dict)
    assert (case["kind"], case["passed"], case["why"]) == ("case", True, [])
    assert (coverage["kind"], coverage["untaken_tasks"]) == ("coverage", ["clean"])


def test_a_folder_is_all_files_in_it(stage: Stage) -> None:
    stage.file(ALL_WELL, "cases/a.yaml")
    stage.file(ALL_WELL, "cases/b.yml")
    found = stage.rehearse(f"{stage.folder}/cases")
    assert (found.exit_code, found.stderr) == (0, "2 cases in 2 files: none failed\n")
    named = stage.rehearse("web.release", "--mocks", f"{stage.folder}/cases/a.yaml")
    assert named.exit_code == 0


WRONG = """\
workflow: web.release
mocks:
  biuld: x
  scan: {statsu: failed}
  inner.digg: x
  build.more: x
  ship: {runs: {0: x}, items: []}
actions: {web.cuont: 1}
cases:
  - {name: a, expect: {tasks: [shipp, a -> ]}}
  - {name: a, expect: {status: well}}
  - {name: b}
"""


def test_all_mistakes_of_a_file_are_told_at_once_with_their_places(stage: Stage) -> None:
    found = stage.rehearse(stage.file(WRONG))
    assert (found.exit_code, found.stdout) == (3, "")
    told = [line.split("mocks.yaml:")[-1] for line in found.stderr.splitlines()]
    for line in (
        "3:10: error[unknown-task] web.release has no task 'biuld' (did you mean build?)",
        (
            "4:10: error[unknown-key] the key 'mocks.scan.statsu' is not known in a mock"
            " (did you mean status?)"
        ),
        "5:15: error[unknown-task] web.inner has no task 'digg' (did you mean dig?)",
        (
            "6:15: error[unknown-task] the task 'build' of web.release is no workflow, so nothing"
            " is inside it (write build)"
        ),
        "8:22: error[missing-action] there is no action 'web.cuont' (did you mean web.count?)",
        (
            "12:5: error[nothing-expected] the case 'b' expects nothing, so it could not fail"
            " (add expect: with status, output, tasks or errors)"
        ),
    ):
        assert line in told, told
    for rule in ("mixed-mock", "mock-number", "repeated-case", "unknown-value", "task-order"):
        assert f"error[{rule}]" in found.stderr


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("mocks: {}\ncases: []\n", "no-cases"),
        ("cases: [{name: a, expect: {}}]\n", "nothing-expected"),
        ("workflow: web.gone\n", "unknown-workflow"),
        ("workflow: web.make\n", "unknown-workflow"),
        ("mocks: {a: 1}\n", "missing-key"),
        ("workflow: web.steps\nmocks: {one: 1}\n", "no-cases"),
        ("", "empty-file"),
        ("[1]\n", "wrong-type"),
        ("workflow: web.steps\nmocks: {one: {else: 1}}\n", "mixed-mock"),
        ("workflow: web.steps\nmocks: {one: {takes: -1, status: great}}\n", "out-of-range"),
    ],
)
def test_a_mistake_is_told_by_its_rule(stage: Stage, text: str, rule: str) -> None:
    found = stage.rehearse(stage.file(text))
    assert (found.exit_code, f"error[{rule}]" in found.stderr) == (3, True), found.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("web.release", "web.steps"),
        ("web.release", "a.yaml"),
        ("a.yaml", "--input", "x=1"),
        ("web.release", "--record", "x.yaml"),
        ("web.release", "--input", "x"),
        ("web.release", "--junit", "nowhere/at/all.xml"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(stage: Stage, arguments: tuple[str, ...]) -> None:
    assert stage.rehearse(*arguments).exit_code == 2


def test_what_there_is_not_is_said(stage: Stage) -> None:
    assert stage.rehearse("web.gone").exit_code == 1
    assert "is no workflow" in stage.rehearse("web.make").stderr
    assert "error[unreadable]" in stage.rehearse("./nowhere.yaml").stderr
    (stage.folder / "empty").mkdir()
    assert "has no file of mocks" in stage.rehearse(f"{stage.folder}/empty").stderr
    assert "no execution has the id" in stage.rehearse("--from", "3f2a").stderr


def test_no_mock_of_a_file_goes_unused_without_a_note(stage: Stage) -> None:
    file = stage.file("mocks: {one: x, two: y, three: z}\n")
    found = stage.rehearse("web.steps", "--input", "app=a", "--mocks", file)
    assert found.exit_code == 0
    assert "mocks.yaml:1:32: this mock was not used by any run" in found.stderr


def test_help_has_examples() -> None:
    assert (
        "chatops workflow rehearse --from 3f2a --record release.yaml"
        in invoke("workflow", "rehearse", "--help").stdout
    )
