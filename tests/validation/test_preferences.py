"""What the settings say of the check: rules, severities, paths that are left out."""

from pathlib import Path

import pytest

from chatops_cli.validation.preferences import fits_path
from tests.support.cli import Result, invoke
from tests.support.packs import alias_text, write_pack


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two packs, each with a mistake of its own."""
    for name, ref in (("web", "web.gone"), ("old", "far.gone")):
        files = {"aliases/gone.yaml": alias_text("gone", ref, f"{name} it")}
        write_pack(tmp_path / "packs", name, files)
    return tmp_path


def check(site: Path, text: str, *arguments: str) -> tuple[Result, list[tuple[str, str]]]:
    """What is found with these lines in the settings' section; packs and codes."""
    file = site / "chatops.yaml"
    file.write_text(f"packs: [packs]\nbundled: false\nvalidate:\n{text}")
    result = invoke("--config", str(file), "validate", "--format", "jsonl", *arguments)
    found = []
    for each in result.json_lines if result.exit_code in {0, 1} else ():
        assert isinstance(each, dict)
        path = Path(str(each["file"])).relative_to(site)
        found.append((path.parts[1] if len(path.parts) > 1 else str(path), str(each["code"])))
    return result, found


BOTH = [("old", "ACT011"), ("web", "ACT008")]


def test_rules_are_left_out_by_path(site: Path) -> None:
    """Relative to the settings file, wherever the program runs; and how many is told."""
    result, found = check(site, '  ignore: {"packs/web/**": [ACT008]}\n')
    assert (result.exit_code, found) == (0, [("old", "ACT011")])
    assert result.stderr == "2 packs: 1 warning, 1 left out by the settings\n"
    assert check(site, "  ignore: {packs: ACT, packs/old/aliases: [missing-pack]}\n")[1] == []


def test_an_entry_without_effect_is_told(site: Path) -> None:
    """Where it stands, if all that it is about was asked about, and no rule is left out."""
    text = '  ignore:\n    "packs/web/**": [ACT008, ALI110]\n    "packs/o*": [ACT008]\n'
    result, found = check(site, text)
    assert sorted(found) == [
        ("chatops.yaml", "CHK007"),
        ("chatops.yaml", "CHK007"),
        ("old", "ACT011"),
    ]
    assert '"line":5' in result.stdout
    assert '"line":6' in result.stdout
    web, old = str(site / "packs" / "web"), str(site / "packs" / "old")
    assert check(site, text, web)[1] == [("chatops.yaml", "CHK007")]
    assert check(site, text, old)[1] == [("old", "ACT011")]
    assert check(site, text, "--select", "ACT")[1] == [("old", "ACT011")]
    assert check(site, text, "--ignore", "ALI,ACT008")[1] == [("old", "ACT011")]


def test_an_entry_for_no_rule_is_told(site: Path) -> None:
    """As of remarks in files."""
    _, found = check(site, "  ignore: {packs/web: [ACT999]}\n")
    assert found == [("chatops.yaml", "CHK003"), *BOTH]


def test_severities_are_those_of_the_settings(site: Path) -> None:
    """The longest name of a rule counts."""
    result, found = check(site, "  severity: {ACT: warning, missing-pack: error}\n")
    assert (result.exit_code, found) == (1, BOTH)
    assert result.stderr == "2 packs: 1 error, 1 warning\n"
    assert check(site, "  severity: {ACT0: warning}\n")[0].exit_code == 0


def test_rules_are_selected(site: Path) -> None:
    """Unless the command line does."""
    assert check(site, "  select: [ACT011]\n")[1] == [("old", "ACT011")]
    assert check(site, "  select: [ACT011]\n", "--select", "ACT008")[1] == [("web", "ACT008")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("  select: [XYZ]\n", "4:3: no rule is named 'XYZ'", id="select"),
        pytest.param("  severity: {XYZ: error}\n", "no rule is named 'XYZ'", id="severity"),
        pytest.param("  severity: {ACT: bad}\n", "which is none of error, warning", id="word"),
        pytest.param("  severity: [ACT]\n", "must be a mapping", id="no mapping"),
        pytest.param("  ignored: {}\n", "did you mean ignore?", id="key"),
    ],
)
def test_a_mistake_in_the_settings_stops_it(site: Path, text: str, said: str) -> None:
    """With its place."""
    result, _ = check(site, text)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("pattern", "path", "is_fitting"),
    [
        ("packs/legacy/**", "packs/legacy/aliases/a.yaml", True),
        ("packs/legacy", "packs/legacy/aliases/a.yaml", True),
        ("./packs/legacy/", "packs/legacy/a.yaml", True),
        ("packs/legacy", "packs/legacy2/a.yaml", False),
        ("**/a.yaml", "a.yaml", True),
        ("**/a.yaml", "packs/web/a.yaml", True),
        ("**/a.yaml", "packs/web/ba.yaml", False),
        ("packs/*/aliases/?.yaml", "packs/web/aliases/a.yaml", True),
        ("packs/*.yaml", "packs/web/a.yaml", False),
        ("packs/w.b", "packs/web", False),
    ],
)
def test_patterns_fit_paths(pattern: str, path: str, is_fitting: bool) -> None:
    """A folder stands for all that is in it."""
    assert fits_path(path, pattern) is is_fitting
