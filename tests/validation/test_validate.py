"""`chatops validate`: what it looks at, what it leaves out, and how it ends."""

import json
import re
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from chatops_cli.validation import rules
from chatops_cli.validation.rules import alias_display
from tests.support.cli import invoke
from tests.support.packs import action_text, alias_text, write_pack
from tests.support.shared import CORPUS, needs_corpus
from tests.support.validating import Found, validate

PING = {"aliases/ping.yaml": alias_text("ping", "core.noop", "pang {{x}}")}
NOTHING = (
    "0 packs: no problems\nhint: a pack is a folder with a pack.yaml; is this the right place?\n"
)
BROKEN = {"aliases/gone.yaml": alias_text("gone", "web.gone", "gone")}


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return tmp_path / "packs"


def test_good_packs_have_no_findings(packs: Path) -> None:
    """Exit code 0, and nothing on stdout."""
    write_pack(packs, "web", PING)
    result = invoke("validate", str(packs))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "1 pack: no problems\n")


def test_a_finding_is_shown_with_its_line(packs: Path) -> None:
    """And a caret below the place, why it matters and what to do."""
    write_pack(packs, "web", BROKEN)
    result = invoke("validate", str(packs))
    assert result.exit_code == 1
    place = f"{packs}/web/aliases/gone.yaml:2:1"
    first, *rest = result.stdout.splitlines()
    assert first.startswith(f"{place}: error[ACT008] there is no action web.gone")
    assert rest[:2] == ["    2 | action_ref: web.gone", "      | ^"]
    assert rest[2].startswith("  why: ")
    assert rest[3].startswith("  mend: ")
    assert result.stderr == "1 pack: 1 error\n"


def test_colours_are_for_terminals_that_like_them(
    packs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is written is the same without them; NO_COLOR and files get none."""
    write_pack(packs, "web", {"aliases/gone.yaml": alias_text("gone", "web.gone", "gone")})
    plain = invoke("validate", str(packs)).stdout
    monkeypatch.setattr("chatops_cli.cli.checking.has_color", lambda _: True)
    colored = invoke("validate", str(packs)).stdout
    assert "\x1b[1;31merror[ACT008]\x1b[0m there is no action" in colored
    assert "\x1b[1;32m^\x1b[0m" in colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain
    assert "\x1b" not in plain
    assert "\x1b" not in invoke("validate", str(packs), "--format", "json").stdout


def test_warnings_fail_only_where_it_is_strict(packs: Path) -> None:
    """They are shown all the same."""
    both = {**PING, "aliases/from.yaml": alias_text("from", "core.noop", "pang from {{x}}")}
    write_pack(packs, "web", both)
    shown = [Found("web/aliases/ping.yaml", 4, "ALI110", "warning")]
    assert validate(packs) == shown
    assert invoke("validate", str(packs)).exit_code == 0
    assert invoke("validate", str(packs), "--strict").exit_code == 1


def test_formats_of_packs_beside_it_count(packs: Path, tmp_path: Path) -> None:
    """They share the room; but nothing else is told of them."""
    write_pack(tmp_path / "site", "other", {**PING, **BROKEN})
    write_pack(packs, "web", {"aliases/a.yaml": alias_text("a", "core.noop", "pang from {{x}}")})
    result = invoke("--packs", str(tmp_path / "site"), "validate", str(packs), "--format", "jsonl")
    (found,) = result.json_lines
    assert isinstance(found, dict)
    where = f"{tmp_path}/site/other/aliases/ping.yaml:4:5"
    more = "too, as does every message of this format"
    assert found["message"] == f"'pang from x' means other.ping (pang {{{{x}}}}, {where}), {more}"


def test_one_file_is_checked_alone(packs: Path) -> None:
    """The pack around it is read, and only what concerns the file is told."""
    pack = write_pack(packs, "web", {**BROKEN, "actions/a.yaml": action_text("a", "no-such")})
    result = invoke("validate", str(pack / "actions" / "a.yaml"), "--format", "jsonl")
    (found,) = result.json_lines
    assert isinstance(found, dict)
    assert (found["code"], found["file"]) == ("ACT003", f"{pack}/actions/a.yaml")


def test_a_file_whose_name_has_a_line_break_is_checked_alone(packs: Path) -> None:
    """Places show it escaped; it is the same file."""
    pack = write_pack(packs, "web", {"aliases/new\nline.yaml": "name: x\n"})
    result = invoke("validate", str(pack / "aliases" / "new\nline.yaml"), "--format", "jsonl")
    files = {each["file"] for each in result.json_lines if isinstance(each, dict)}
    assert (result.exit_code, files) == (1, {f"{pack}/aliases/new\\nline.yaml"})


def test_a_pack_is_checked_without_those_that_it_needs(packs: Path) -> None:
    """That one isn't here is a warning; that one that is here has no such action, an error."""
    flow = "version: 1.0\ntasks:\n  a:\n    action: other.go\n  b:\n    action: core.gone\n"
    files = {
        "aliases/go.yaml": alias_text("go", "other.go", "go"),
        "actions/flow.yaml": action_text("flow", "orquesta", "entry_point: workflows/f.yaml\n"),
        "actions/workflows/f.yaml": flow,
    }
    pack = write_pack(packs, "web", files)
    assert validate(packs) == [
        Found("web/actions/workflows/f.yaml", 4, "ACT011", "warning"),
        Found("web/actions/workflows/f.yaml", 6, "ACT008", "error"),
        Found("web/aliases/go.yaml", 2, "ACT011", "warning"),
    ]
    assert invoke("validate", str(pack / "aliases")).exit_code == 0
    write_pack(packs, "other", {"actions/go.yaml": action_text("go", "noop")})
    assert validate(packs, "--ignore", "ACT008") == []


def test_what_is_chosen_is_told(packs: Path) -> None:
    """By codes, their beginnings or names; what is ignored wins."""
    write_pack(packs, "web", {**BROKEN, "actions/a.yaml": action_text("a", "no-such")})
    assert {each.code for each in validate(packs)} == {"ACT003", "ACT008"}
    assert {each.code for each in validate(packs, "--select", "act003,ALI")} == {"ACT003"}
    assert {each.code for each in validate(packs, "--ignore", "missing-action")} == {"ACT003"}
    assert validate(packs, "--select", "ACT", "--ignore", "ACT003", "--ignore", "ACT008") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--select", "XYZ"], "no rule is named 'XYZ'", id="no such code"),
        pytest.param(["--select", "ALI1100"], "hint: did you mean ALI110", id="a code like it"),
        pytest.param(["--ignore", "overlapp"], "hint: did you mean overlap", id="a name like it"),
        pytest.param(["-"], "packs are not read from standard input", id="standard input"),
        pytest.param(["--format", "html"], "no format named 'html'", id="no such format"),
        pytest.param(["nowhere"], "there is no nowhere", id="no such path"),
        pytest.param(["lonely.yaml"], "lonely.yaml is in no pack", id="in no pack"),
    ],
)
def test_a_mistake_on_the_command_line_is_told(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, and one line with a hint."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lonely.yaml").write_text("a: 1\n")
    result = invoke("validate", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_folder_without_packs_has_none(packs: Path) -> None:
    """Which is said, and is no mistake."""
    packs.mkdir()
    assert invoke("validate", str(packs)).stderr == NOTHING


def test_every_rule_that_the_catalog_and_workflows_report_under_has_a_code(packs: Path) -> None:
    """Files that are no YAML, actions and workflows are all looked at."""
    write_pack(
        packs,
        "web",
        {
            "actions/flow.yaml": action_text("flow", "orquesta", "entry_point: workflows/f.yaml\n"),
            "actions/workflows/f.yaml": "version: 1.0\ntasks:\n  a:\n    action: core.gone\n",
            "sensors/s.yaml": "a: [",
        },
    )
    assert {(each.file, each.code) for each in validate(packs)} == {
        ("web/actions/workflows/f.yaml", "ACT008"),
        ("web/sensors/s.yaml", "YAM008"),
    }


def test_a_rule_that_fails_is_told_of_and_the_others_report(
    packs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its code, for a report."""

    def fail(content: object) -> None:
        del content
        raise ValueError("oops")

    monkeypatch.setattr(alias_display, "check", fail)
    write_pack(packs, "web", BROKEN)
    monkeypatch.setattr(tempfile, "tempdir", str(packs.parent))
    result = invoke("validate", str(packs), "--format", "jsonl")
    note, _ = result.stderr.splitlines()
    said, _, file = note.rpartition(" ")
    assert said == "the rule ALI105 failed: its traceback is in"
    assert "in fail" in Path(file).read_text()
    told = {each["code"]: each["message"] for each in result.json_lines if isinstance(each, dict)}
    assert told["CHK001"] == "the rule ALI105 failed: ValueError: oops"
    assert "ACT008" in told
    assert alias_display in rules.CHECKED


# Remarks


def remarked(packs: Path, before: str, behind: str = "") -> list[tuple[str, int | None]]:
    text = f"name: gone\n{before}action_ref: web.gone{behind}\nformats: [gone]\n"
    write_pack(packs, "web", {"aliases/gone.yaml": text})
    return [(each.code, each.line) for each in validate(packs)]


@pytest.mark.parametrize(
    ("before", "behind", "left"),
    [
        pytest.param("", "  # chatops: ignore[ACT008] it comes later", [], id="on the line"),
        pytest.param("# chatops: ignore[ACT008] it comes later\n", "", [], id="above"),
        pytest.param(
            "# chatops: ignore[act008, ALI110] both\n# b\n", "", [("CHK002", 2)], id="two"
        ),
        pytest.param("", "  # chatops: ignore[ACT008]", [("CHK004", 2)], id="without a reason"),
        pytest.param(
            "",
            "  # chatops: ignore[ACT999] it comes later",
            [("ACT008", 2), ("CHK003", 2)],
            id="no such code",
        ),
        pytest.param(
            "description: a\n",
            "\n# chatops: ignore[ACT008] late",
            [("ACT008", 3), ("CHK002", 4)],
            id="below",
        ),
    ],
)
def test_a_remark_leaves_out_what_is_found_there(
    packs: Path, before: str, behind: str, left: list[tuple[str, int | None]]
) -> None:
    """And says so if it has no effect, no reason, or names nothing."""
    assert remarked(packs, before, behind) == left


def test_a_remark_about_a_rule_that_is_not_asked_about_may_be_of_use(packs: Path) -> None:
    """So it isn't called useless."""
    assert remarked(packs, "# chatops: ignore[ACT008] it comes later\n") == []
    assert validate(packs, "--ignore", "ACT") == []
    assert invoke("validate", str(packs)).stderr == "1 pack: no problems, 1 ignored by remarks\n"


# Forms


@pytest.fixture
def odd(packs: Path) -> Path:
    """Two findings, one of a whole file, the other with signs that forms have to escape."""
    text = "name: a%,:<&>\"é\naction_ref: web.gone\nformats: ['a']\n"
    write_pack(packs, "web", {"aliases/o,d:d%.yaml": text, "actions/empty.yaml": ""})
    return packs


def written(form: str, folder: Path) -> str:
    result = invoke("validate", str(folder), "--format", form)
    assert result.exit_code == 1
    return result.stdout


def test_json_is_one_list(odd: Path) -> None:
    """Of the same objects that jsonl has, a line each."""
    listed = json.loads(written("json", odd))
    assert listed == [json.loads(line) for line in written("jsonl", odd).splitlines()]
    assert [(each["line"], each["column"], each["code"]) for each in listed] == [
        (None, None, "YAM004"),
        (2, 1, "ACT008"),
    ]


def test_github_reads_commands(odd: Path) -> None:
    """Properties and texts are escaped."""
    first, second = written("github", odd).splitlines()
    assert first.startswith(f"::error file={odd}/web/actions/empty.yaml,title=YAM004 empty-file::")
    assert f"file={odd}/web/aliases/o%2Cd%3Ad%25.yaml,line=2,col=1," in second
    assert "%0Awhy: " in second


def test_gitlab_reads_a_code_quality_report(odd: Path) -> None:
    """Each entry with a fingerprint of its own, which stays when the finding moves."""
    entries = json.loads(written("gitlab", odd))
    assert {e["severity"] for e in entries} == {"major"}
    assert [e["location"]["lines"]["begin"] for e in entries] == [1, 2]
    file = odd / "web/aliases/o,d:d%.yaml"
    file.write_text("# moved\n" + file.read_text())
    moved = json.loads(written("gitlab", odd))
    assert [e["fingerprint"] for e in moved] == [e["fingerprint"] for e in entries]
    assert len({e["fingerprint"] for e in entries}) == 2


def test_sarif_has_a_run_with_rules_and_results(odd: Path) -> None:
    """Each result points to its rule, and to a place whose path is a URI."""
    log = json.loads(written("sarif", odd))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    (run,) = log["runs"]
    rules_told = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules_told[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == "error"
        assert result["message"]["text"]
    whole, exact = (r["locations"][0]["physicalLocation"] for r in run["results"])
    assert "region" not in whole
    assert exact["region"] == {"startLine": 2, "startColumn": 1}
    assert exact["artifactLocation"]["uri"].endswith("/web/aliases/o%2Cd%3Ad%25.yaml")


def test_junit_has_a_failed_test_a_finding(odd: Path, tmp_path: Path) -> None:
    """And one test that passed where nothing is found."""
    suite = ET.fromstring(written("junit", odd))
    assert suite.attrib["failures"] == str(len(suite.findall("testcase/failure"))) == "2"
    write_pack(tmp_path / "good", "web", PING)
    empty = ET.fromstring(invoke("validate", str(tmp_path / "good"), "--format", "junit").stdout)
    assert (empty.attrib["tests"], empty.attrib["failures"]) == ("1", "0")


@needs_corpus
def test_aliases_of_public_packs_have_the_known_mistakes_and_no_others() -> None:
    """Each was looked at by hand: these are mistakes of the packs."""
    found = {(each.file, each.code) for each in validate(CORPUS, "--select", "ALI")}
    known = {
        ("network_essentials/aliases/find_mac.yaml", "ALI101"),
        ("nexus3/aliases/get_nexus_repository.yaml", "ALI101"),
        ("opsgenie/aliases/get_schedule_who_is_on_call.yaml", "ALI112"),
        ("scalyr/aliases/timeseries_query.yaml", "ALI106"),
        ("stfc__st2-cloud-pack/aliases/server_list.yaml", "ALI101"),
        ("vyatta/aliases/cfg_ebgp.yaml", "ALI002"),
        ("vyatta/aliases/cfg_interface.yaml", "ALI002"),
        ("vyatta/aliases/cfg_ip_route.yaml", "ALI101"),
    }
    assert {each for each in found if each[1] not in {"ALI102", "ALI110"}} == known
    assert ("vyatta/aliases/ping.yaml", "ALI110") in found


@pytest.mark.parametrize(
    "dependency",
    ["other", "other=1.2", "https://github.com/StackStorm-Exchange/stackstorm-other", ""],
)
def test_a_pack_that_is_declared_may_be_elsewhere(tmp_path: Path, dependency: str) -> None:
    """Whoever checks one pack alone isn't told of each call of the others that it depends on."""
    manifest = "name: web\nref: web\nversion: 1.0.0\ndescription: d\nauthor: a\nemail: a@b.c\n"
    files = {
        "pack.yaml": f"{manifest}dependencies: ['{dependency}']\n",
        "aliases/go.yaml": alias_text("go", "other.go", "go"),
        "aliases/run.yaml": alias_text("run", "another.go", "run"),
        "actions/f.yaml": action_text("f", "orquesta", "entry_point: workflows/f.yaml\n"),
        "actions/workflows/f.yaml": "version: 1.0\ntasks:\n  a:\n    action: other.go\n",
    }
    write_pack(tmp_path, "web", files)
    found = [(each.code, each.file.rpartition("/")[2]) for each in validate(tmp_path)]
    left = [("ACT011", "go.yaml"), ("ACT011", "run.yaml"), ("ACT011", "f.yaml")]
    assert sorted(found) == sorted(left[1:2] if dependency else left)
