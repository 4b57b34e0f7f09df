"""`chatops schema`: schemas on stdout and in a folder, and mistakes on the command line."""

import json
import re
from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from chatops_cli.validation.schemas.registry import KINDS
from tests.support.cli import invoke


def test_kinds_are_listed() -> None:
    """With the files that are of each; the same for scripts."""
    result = invoke("schema")
    assert result.exit_code == ExitCode.OK
    assert re.search(r"^alias +aliases/\*\.yaml +an alias$", result.stdout, re.MULTILINE)
    listed = invoke("schema", "--json").json_lines
    assert [each["kind"] for each in listed if isinstance(each, dict)] == list(KINDS)


def test_one_is_printed() -> None:
    """As JSON, of the draft that editors know best, with a word on each key."""
    result = invoke("schema", "alias")
    schema = json.loads(result.stdout)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["title"] == "chatops: an alias"
    assert all(each["description"] for each in schema["properties"].values())


def test_all_are_written(isolated: Path) -> None:
    """To a folder that is made; stderr has the line that editors read."""
    result = invoke("schema", "--all", "a/b")
    names = [f"a/b/{kind}.json" for kind in KINDS]
    assert result.stdout.splitlines() == [f"wrote {name}" for name in names]
    assert "# yaml-language-server: $schema=" in result.stderr
    written = (isolated / "a" / "b" / "rule.json").read_text()
    assert written == invoke("schema", "rule").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            ["aliass"],
            "error: there is no schema named 'aliass'\nhint: did you mean alias?",
            id="near",
        ),
        pytest.param(["x"], "hint: there are pack, action,", id="not near"),
        pytest.param(["alias", "--all", "a"], "error: --all writes every schema", id="both"),
        pytest.param(["--all", "file"], "error: file can't be written: ", id="a file"),
    ],
)
def test_a_mistake_is_one_line_with_a_hint(arguments: list[str], said: str, isolated: Path) -> None:
    """And exit code 2."""
    (isolated / "file").write_text("")
    result = invoke("schema", *arguments)
    assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
    assert said in result.stderr


def test_what_init_writes_names_its_schemas(isolated: Path) -> None:
    """Relative to the file, and that file is there."""
    assert invoke("init", "ops").exit_code == ExitCode.OK
    named = 0
    for file in (isolated / "ops").rglob("*.yaml"):
        first = file.read_text().splitlines()[0]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert found is not None, file
        assert (file.parent / found[1]).is_file()
        named += 1
    assert named == 4
