"""Every rule says what it means, and its samples do what they say."""

from pathlib import Path

import pytest

from chatops_cli.validation.pages import pages
from chatops_cli.validation.registry import all_rules
from chatops_cli.validation.rule import FAMILIES, Rule
from tests.support.cli import invoke
from tests.support.validating import samples, validate, write_sample

ROOT = Path(__file__).parents[2]
WITHOUT_SAMPLES = {"SEC016", "STY001"}
"""Rules about what no text of a file can show."""
DOCUMENTED = [r for r in all_rules() if r.documentation and r.code not in WITHOUT_SAMPLES]


@pytest.mark.parametrize("rule", DOCUMENTED, ids=lambda rule: rule.code)
def test_a_sample_that_fails_is_found_and_one_that_passes_is_not(
    rule: Rule, tmp_path: Path
) -> None:
    """What passes has no finding of any rule, so that nobody copies another mistake."""
    written = samples(rule.documentation)
    assert set(written) == {"Fails", "Passes"}
    write_sample(tmp_path / "fails", written["Fails"])
    found = validate(tmp_path / "fails", "--select", "ALI,SEC,TPL,PCK")
    assert rule.code in {each.code for each in found}
    write_sample(tmp_path / "passes", written["Passes"])
    assert validate(tmp_path / "passes") == []


def test_codes_and_names_are_said_once() -> None:
    """Each code begins with the letters of a family."""
    rules = all_rules()
    assert len({rule.code for rule in rules}) == len({rule.name for rule in rules}) == len(rules)
    for rule in rules:
        assert rule.code[:3] in FAMILIES
        assert rule.code[3:].isdecimal()
        assert rule.summary
        assert rule.why
        assert rule.mend


OTHER_FILES = ("Rehearsals", "Transcripts", "Settings", "Mock", "Workflow test")
"""Sections of docs/problems.md, by their first words, about files that are no packs' files."""


def test_every_problem_of_packs_that_is_documented_has_a_code() -> None:
    """Whoever adds one gives it a code in `validation/known/`."""
    text = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    sections = [part for part in text.split("\n## ")[1:] if not part.startswith(OTHER_FILES)]
    lines = [line for section in sections for line in section.splitlines()]
    named = {line.split("`")[1] for line in lines if line.startswith("| `")}
    assert named - {rule.name for rule in all_rules()} == set()


def test_the_pages_of_rules_are_what_the_rules_say() -> None:
    """`python docs/generate_rules.py` writes them."""
    folder = ROOT / "docs" / "rules"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert written == pages()


def test_a_rule_is_explained_by_code_or_name() -> None:
    """In any case of letters."""
    by_code = invoke("rule", "ali110")
    assert by_code.exit_code == 0
    assert by_code.stdout.startswith("ALI110  overlap (aliases)\n\nwhat: ")
    assert "Fails:" in by_code.stdout
    assert invoke("rule", "overlap").stdout == by_code.stdout
    assert invoke("rule", "overlap", "--json").json == {
        "code": "ALI110",
        "rule": "overlap",
        "family": "aliases",
        "summary": "some message matches formats of two aliases",
        "why": "the room asks back which one is meant, and nothing runs",
        "mend": "begin one of them with another word, or let its parameter take less",
        "is_fixable": False,
        "documentation": next(r.documentation for r in DOCUMENTED if r.code == "ALI110"),
    }


def test_all_rules_are_listed() -> None:
    """A line each."""
    lines = invoke("rule").stdout.splitlines()
    assert len(lines) == len(all_rules()) + 1
    assert len(invoke("rule", "--json").json_lines) == len(all_rules())


def test_a_rule_that_is_not_there_is_a_mistake_of_usage() -> None:
    """The nearest are named."""
    result = invoke("rule", "overlapp")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no rule named 'overlapp'" in result.stderr
    assert "did you mean overlap" in result.stderr
