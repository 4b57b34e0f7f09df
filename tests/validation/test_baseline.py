"""A baseline: what an old repository lives with for now is written down, and only new is told."""

import json
from pathlib import Path

import pytest

from tests.support.cli import invoke
from tests.support.packs import alias_text, write_pack
from tests.support.validating import Found, validate

GONE = {"aliases/gone.yaml": alias_text("gone", "web.gone", "gone")}


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    write_pack(tmp_path / "packs", "web", GONE)
    return tmp_path / "packs"


@pytest.fixture
def known(tmp_path: Path, packs: Path) -> Path:
    """The baseline of these packs."""
    file = tmp_path / "known.json"
    result = invoke("validate", str(packs), "--baseline", str(file), "--write-baseline")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 pack: no problems, 1 known from the baseline\n"
    return file


def test_what_is_known_is_not_told(packs: Path, known: Path) -> None:
    """Nor when it moves; but what is new is."""
    (entry,) = json.loads(known.read_text())["findings"]
    assert (entry["file"], entry["code"]) == ("packs/web/aliases/gone.yaml", "ACT008")
    file = packs / "web" / "aliases" / "gone.yaml"
    file.write_text("# moved\n" + file.read_text())
    assert validate(packs, "--baseline", str(known)) == []
    file.with_name("b.yaml").write_text(alias_text("b", "web.gone", "other"))
    assert validate(packs, "--baseline", str(known)) == [
        Found("web/aliases/b.yaml", 2, "ACT008", "error")
    ]


def test_what_is_not_found_any_more_is_told(packs: Path, known: Path) -> None:
    """Unless it isn't asked about: another file, or other rules."""
    (packs / "web" / "aliases" / "gone.yaml").write_text(alias_text("gone", "core.noop", "gone"))
    (found,) = validate(packs, "--baseline", str(known))
    assert (found.file, found.code, found.severity) == (str(known), "CHK006", "warning")
    assert validate(packs, "--baseline", str(known), "--select", "ALI") == []
    manifest = packs / "web" / "pack.yaml"
    assert invoke("validate", str(manifest), "--baseline", str(known)).stdout == ""


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"version": 2, "findings": []}', '{"version": 1, "findings": [{}]}'],
)
def test_what_is_no_baseline_is_a_mistake_of_usage(text: str, packs: Path, tmp_path: Path) -> None:
    """One line, and what makes one."""
    file = tmp_path / "bad.json"
    file.write_text(text)
    result = invoke("validate", str(packs), "--baseline", str(file))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is no baseline" in result.stderr
    assert "--write-baseline" in result.stderr


def test_a_baseline_that_is_not_there_is_told(packs: Path, tmp_path: Path) -> None:
    """Whether to be read or to be written."""
    missing = str(tmp_path / "no" / "file.json")
    assert "can't be read" in invoke("validate", str(packs), "--baseline", missing).stderr
    written = invoke("validate", str(packs), "--baseline", missing, "--write-baseline")
    assert (written.exit_code, written.stdout) == (2, "")
    assert "can't be written" in written.stderr
    assert "needs a file" in invoke("validate", "--write-baseline").stderr
