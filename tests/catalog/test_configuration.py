"""A configuration file is read as it is, with the places of its values."""

from pathlib import Path

import pytest

from chatops_cli.catalog.configuration import read_site_file


def test_without_a_file_there_is_nothing(tmp_path: Path) -> None:
    file = read_site_file(tmp_path / "nowhere", "p")
    assert (file.values, file.problems, file.data, file.mode) == ({}, (), None, None)
    assert str(file.place(("a",))) == str(tmp_path / "nowhere" / "p.yaml")


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~\n"])
def test_an_empty_file_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.yaml").write_text(text)
    file = read_site_file(tmp_path, "p")
    assert (file.values, file.problems, file.data) == ({}, (), text.encode())


def test_values_have_places(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("a: 1\nb:\n  - c: 2\n    d: yes\n")
    path.chmod(0o640)
    file = read_site_file(tmp_path, "p")
    assert file.values == {"a": 1, "b": [{"c": 2, "d": True}]}
    assert file.mode == 0o640
    assert str(file.place(("b", 0, "d"))) == f"{path}:4:8"
    assert str(file.place(("b", 0, "absent", "more"))) == f"{path}:3:5"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("a: [\n", "p.yaml:", id="not YAML"),
        pytest.param("- a\n", "p.yaml:1:1: error[wrong-type]", id="a list"),
        pytest.param("a: 1\na: 2\n", "p.yaml:2:1: error[repeated-key]", id="a key twice"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str, says: str) -> None:
    """With its place."""
    (tmp_path / "p.yaml").write_text(text)
    (problem,) = read_site_file(tmp_path, "p").problems
    assert says in str(problem)


def test_what_is_no_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").mkdir()
    assert read_site_file(tmp_path, "p").problems[0].rule == "not-a-file"
