"""What `chatops validate` keeps: the same is told with and without it, whatever has changed."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from chatops_cli.validation.rules import alias_display
from tests.support.cli import invoke
from tests.support.packs import action_text, alias_text, write_pack
from tests.support.validating import validate

FLOW = "version: 1.0\ntasks:\n  a:\n    action: other.go\n    input: {x: 1}\n"
WEB = {
    "actions/flow.yaml": action_text("flow", "orquesta", "entry_point: workflows/f.yaml\n"),
    "actions/workflows/f.yaml": FLOW,
    "aliases/go.yaml": alias_text("go", "other.go", "go {{x}}"),
}
TAKES_X = "parameters:\n  x: {type: integer}\n"
OTHER = {"actions/go.yaml": action_text("go", "noop", TAKES_X)}


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    root = tmp_path / "packs"
    write_pack(root, "web", WEB)
    write_pack(root, "other", OTHER)
    return root


def remove(path: Path) -> None:
    path.unlink()


def write(text: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.write_text(text)

    return change


CHANGES = [
    pytest.param("web/aliases/go.yaml", write(alias_text("go", "web.no", "go")), id="an alias"),
    pytest.param("web/actions/workflows/f.yaml", write("tasks: {a: }"), id="a workflow"),
    pytest.param("other/actions/go.yaml", write(action_text("go")), id="an action of another pack"),
    pytest.param("other/actions/go.yaml", remove, id="an action that is gone"),
    pytest.param("web/sensors.yaml", write("a: ["), id="a new file"),
    pytest.param("web/actions/workflows", lambda path: path.chmod(0o700), id="a mode"),
]


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_what_is_told_is_the_same_with_and_without_what_was_kept(
    packs: Path, name: str, change: Callable[[Path], None]
) -> None:
    """Before a change, after it, and asked again."""
    before = validate(packs)
    assert before == validate(packs) == validate(packs, "--no-cache")
    change(packs / name)
    after = validate(packs)
    assert after == validate(packs) == validate(packs, "--no-cache")


def test_a_change_that_keeps_size_and_time_is_seen(packs: Path) -> None:
    """Contents are compared: a template's text is read by no catalog that could tell."""
    file = packs / "web" / "actions" / "workflows" / "f.yaml"
    assert validate(packs) == []
    stamps = file.stat()
    file.write_text(FLOW.replace("{x: 1}", "{y: 1}"))
    os.utime(file, ns=(stamps.st_atime_ns, stamps.st_mtime_ns))
    assert [each.code for each in validate(packs)] == ["PAR005"]


def test_what_was_kept_is_not_found_again(packs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until something changes, or nothing is to be kept; what a rule raises is never kept."""
    asked = []

    def check(content: object) -> list[object]:
        asked.append(content)
        if len(asked) == 1:
            raise ValueError("oops")
        return []

    monkeypatch.setattr(alias_display, "check", check)
    assert [each.code for each in validate(packs)] == ["CHK001"]
    assert (validate(packs), validate(packs), len(asked)) == ([], [], 2)
    assert (validate(packs, "--no-cache"), len(asked)) == ([], 3)
    (packs / "web" / "README.md").write_text("new")
    assert (validate(packs), len(asked)) == ([], 4)
    assert (validate(packs, "--select", "ALI"), len(asked)) == ([], 5)
    assert (validate(packs, "--select", "ACT"), len(asked)) == ([], 5)


@pytest.mark.parametrize("damage", ["{", "[1]", '["a", "b"]', "", "null"])
def test_a_damaged_answer_is_found_anew(packs: Path, damage: str) -> None:
    """Whatever stands there; as is a file that is none of SQLite's."""
    (packs / "web" / "sensors.yaml").write_text("a: [")
    found = validate(packs)
    file = Path(os.environ["CHATOPS_HOME"]) / "cache.db"
    with sqlite3.connect(file) as connection:
        assert connection.execute(
            "UPDATE texts SET value = ? WHERE kind = 'problems'", (damage,)
        ).rowcount
    connection.close()
    assert validate(packs) == found
    file.write_bytes(b"none")
    assert validate(packs) == found


def test_nothing_is_kept_where_nothing_should_be(packs: Path) -> None:
    """`--no-cache` leaves the state folder as it was."""
    home = Path(os.environ["CHATOPS_HOME"])
    (home / "cache.db").unlink()
    assert invoke("validate", str(packs), "--no-cache").exit_code == 0
    assert not (home / "cache.db").exists()
