"""What a pack asks for, whatever its requirements.txt was saved as."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.catalog.virtualenvs.generation import digest_of
from chatops_cli.catalog.virtualenvs.requirements import (
    MOST_FILES,
    Requirements,
    decode,
    name_of,
    read_requirements,
)

TEXT = "# ü\r\nsix==1.17.0 # why\r\n\r\nrequests\r\n"


def read(folder: Path, content: str | bytes, **others: str) -> Requirements:
    data = content if isinstance(content, bytes) else content.encode()
    (folder / "requirements.txt").write_bytes(data)
    for name, text in others.items():
        (folder / f"{name}.txt").write_text(text)
    return read_requirements(str(folder))


def test_without_the_file_nothing_is_asked_for(tmp_path: Path) -> None:
    found = read_requirements(str(tmp_path))
    assert (found, found.is_empty) == (Requirements(), True)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"],
)
def test_it_may_be_saved_as_anything(encoding: str, tmp_path: Path) -> None:
    found = read(tmp_path, TEXT.encode(encoding))
    assert found.wanted == found.lines == ("six==1.17.0", "requests")
    assert (found.text is None) == (encoding == "utf-8")
    assert found.text in {None, "six==1.17.0\nrequests\n"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("\n  \n# six\n   # six\n", (), id="comments"),
        pytest.param("--index-url https://i\n--pre\n-f x", (), id="options"),
        pytest.param("-c other.txt\nsix", ("six",), id="constraints"),
        pytest.param("git+https://h/x.git@v1#egg=x", ("git+https://h/x.git@v1#egg=x",), id="git"),
        pytest.param("-e git+https://h/x#egg=x # c", ("-e git+https://h/x#egg=x",), id="editable"),
        pytest.param("--editable .", ("--editable .",), id="editable in full"),
        pytest.param("-r https://h/r.txt", ("-r https://h/r.txt",), id="a list elsewhere"),
        pytest.param("-c https://h/r.txt", (), id="constraints elsewhere"),
        pytest.param("a >= 1, \\\n  < 2", ("a >= 1, < 2",), id="continued"),
        pytest.param("a; python_version < '3'", ("a; python_version < '3'",), id="marker"),
    ],
)
def test_what_is_asked_for(text: str, wanted: tuple[str, ...], tmp_path: Path) -> None:
    found = read(tmp_path, text, other="nothing\n")
    assert (found.wanted, found.is_empty) == (wanted, not wanted)


@pytest.mark.parametrize(
    "line",
    ["-r other.txt", "-rother.txt", "--requirement other.txt", "--requirement=other.txt"],
)
def test_files_that_are_included_count(line: str, tmp_path: Path) -> None:
    found = read(tmp_path, f"{line}\nb", other="a # c\n-r requirements.txt\n-r absent.txt\n")
    assert found.wanted == ("a", "b")
    assert digest_of(found) != digest_of(read(tmp_path, f"{line}\nb", other="a==2"))


def test_constraints_count_but_ask_for_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, "-c other.txt\n", other="a<2")
    assert (found.lines, found.is_empty) == (("-c other.txt", "# a<2"), True)


def test_paths_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("-r b.txt")
    (tmp_path / "sub" / "b.txt").write_text("six")
    assert read(tmp_path, "-r sub/a.txt").wanted == ("six",)
    (tmp_path / "sub" / "requirements.txt").write_text(f"-r {tmp_path}/sub/a.txt")
    assert read_requirements(str(tmp_path / "sub")).wanted == ("six",)


def test_in_a_copy_includes_are_still_found(tmp_path: Path) -> None:
    found = read(tmp_path, "-r o.txt\n-c https://h/c\n-r /x\nsix".encode("utf-16"))
    assert found.text == f"-r {tmp_path}/o.txt\n-c https://h/c\n-r /x\nsix\n"


def test_no_more_files_are_read_than_anybody_has(tmp_path: Path) -> None:
    others = {f"f{i}": f"p{i}\n-r f{i + 1}.txt" for i in range(2 * MOST_FILES)}
    assert len(read(tmp_path, "-r f0.txt", **others).wanted) == MOST_FILES - 1


def test_hashes_and_variables_are_noticed(tmp_path: Path) -> None:
    found = read(tmp_path, "a==1 \\\n  --hash=sha256:00\nb @ https://${USER_1}:${T}@h/b")
    assert (found.is_locked, found.variables) == (True, frozenset({"USER_1", "T"}))


def test_comments_and_spaces_change_nothing(tmp_path: Path) -> None:
    first = digest_of(read(tmp_path, "a  ==1 # x\n"))
    assert digest_of(read(tmp_path, "# y\r\na ==1")) == first
    assert digest_of(read(tmp_path, "a ==2")) != first
    assert digest_of(Requirements()) != first


def test_what_can_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").mkdir()
    found = read_requirements(str(tmp_path))
    assert (found.error, found.is_empty) == ("is a folder, not a file", False)


@pytest.mark.parametrize(
    ("requirement", "name"),
    [
        ("six", "six"),
        ("Zope.Interface_x[a]>=1", "zope-interface-x"),
        ("a @ https://h/b.whl", "a"),
        ("a==1; python_version < '3'", "a"),
        ("git+https://h/x.git@v1#egg=Y_z", "y-z"),
        ("-e git+https://h/x#sub=1&egg=y", "y"),
        ("https://h/x.whl", ""),
        ("./x.whl", ""),
        ("wheels/x.whl", ""),
        ("-e .", ""),
    ],
)
def test_the_name_that_is_asked_for(requirement: str, name: str) -> None:
    assert name_of(requirement) == name


@given(st.binary(max_size=200))
def test_any_bytes_are_text(content: bytes) -> None:
    assert isinstance(decode(content), str)
