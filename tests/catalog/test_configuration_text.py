"""A configuration file is changed where its values change, and reads as what was wanted."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatops_cli.catalog.configuration import SiteFile, read_site_file
from chatops_cli.catalog.configuration_file import write_site_file
from chatops_cli.catalog.configuration_text import edited
from chatops_cli.errors import ChatOpsError, RecordError
from chatops_cli.model.json import Json

OLD = """\
# The site's own.
region: eu  # Frankfurt

limits:
  # at least
  low: 1
  high: "9"   # at most
devices:
  - name: a   # the first
    port: 1
  - {name: b}
note: |
  two
  lines
# the end
"""


def site(tmp_path: Path, text: str) -> SiteFile:
    (tmp_path / "p.yaml").write_text(text)
    return read_site_file(tmp_path, "p")


def changed(tmp_path: Path, text: str, **values: Json) -> tuple[str, tuple[int, ...]]:
    """The new text, with some top-level values changed, and None for one that is removed."""
    file = site(tmp_path, text)
    new: dict[str, Json] = {
        key: item for key, item in {**file.values, **values}.items() if item is not None
    }
    result = edited(file, new)
    assert site(tmp_path, result.text).values == new
    assert result.text.endswith("\n") or not new
    return result.text, result.lost


@pytest.mark.parametrize(
    ("values", "old", "new"),
    [
        pytest.param({"region": "us"}, "eu  #", "us  #", id="one value"),
        pytest.param({"region": "a: b"}, "eu  #", "'a: b'  #", id="one that needs quotes"),
        pytest.param({"region": "{{ st2kv.system.x }}"}, "eu  #", "'{{ st2kv.system.x }}'  #",
                     id="a template"),
        pytest.param({"region": "yes"}, "eu  #", "'yes'  #", id="a text that looks like a flag"),
        pytest.param({"region": True}, "eu  #", "true  #", id="a flag"),
        pytest.param({"region": "a\nb"}, "eu  #", '"a\\nb"  #', id="two lines"),
        pytest.param({"limits": {"low": 1, "high": 10}}, '"9"   #', "10   #", id="an inner one"),
        pytest.param({"limits": {"low": 1, "high": "9", "more": {"a": [1]}}}, "# at most\n",
                     "# at most\n  more:\n    a:\n    - 1\n", id="an inner key more"),
        pytest.param({"extra": {"a": 1}}, "  lines\n", "  lines\nextra:\n  a: 1\n",
                     id="a key more"),
        pytest.param({"limits": {"high": "9"}}, "  low: 1\n", "", id="an inner key less"),
        pytest.param({"note": None}, "note: |\n  two\n  lines\n", "", id="a key less"),
        pytest.param({"note": "one"}, "note: |\n  two\n  lines\n", "note: one\n",
                     id="a block of text"),
    ],
)  # fmt: skip
def test_what_is_not_changed_stays_as_it_is_written(
    tmp_path: Path, values: dict[str, Json], old: str, new: str
) -> None:
    assert changed(tmp_path, OLD, **values) == (OLD.replace(old, new), ())


def test_what_is_lost_is_told(tmp_path: Path) -> None:
    """Of a list that changes as a whole, of a key that goes."""
    text, lost = changed(tmp_path, OLD, devices=[{"name": "a", "port": 2}])
    assert (lost, "# at most" in text, "# the first" in text) == ((9,), True, False)
    assert changed(tmp_path, OLD, region=None)[1] == (2,)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{a: 1, b: {c: 2}}  # flow\n", id="in braces"),
        pytest.param("base: &x {a: 1}\nb:\n  <<: *x\n  c: 2\n# gone\n", id="a merge key"),
        pytest.param('"a": 1\n? b\n: {c: 2}\n', id="quoted and explicit keys"),
        pytest.param("a: 1\r\nb:\r\n  c: 2\r\n", id="lines of another system"),
        pytest.param("%YAML 1.1\n---\na: 1\nb: {c: 2}\n...\n", id="a marked document"),
        pytest.param("a:\nb: {c: 2}", id="nothing said, no line end"),
        pytest.param("b: {c: 2}\na: >-\n  x\n\n\n# gone\n", id="folded text at the end"),
        pytest.param("", id="empty"),
        pytest.param("# only this\n", id="a comment alone"),
    ],
)
def test_whatever_the_form_the_values_are_right(tmp_path: Path, text: str) -> None:
    """At worst it is written anew, and the comments that go are told."""
    new, lost = changed(tmp_path, text, a=[{"x": 1}], b={"c": 3, "d": "é\u2028"})
    assert bool(lost) == ("#" in text and new.count("#") < text.count("#"))
    changed(tmp_path, text, a="one", b=None)
    changed(tmp_path, text, a=None, b=None)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9999)
    | TEXTS
    | st.sampled_from(["# x", "- a", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
TABLES = st.dictionaries(st.sampled_from(["a", "b b", "c:", "d#", "é"]), VALUES, max_size=4)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=TABLES, new=TABLES, comments=st.booleans())
def test_any_values_become_any_others(
    tmp_path: Path, old: dict[str, Json], new: dict[str, Json], *, comments: bool
) -> None:
    """Written, read, changed, and read again."""
    first = edited(site(tmp_path, ""), old).text
    if comments:
        first = "# top\n" + first.replace("\n", "\n# between\n")
    file = site(tmp_path, first)
    if file.values != old:
        return  # a comment in a text of several lines
    assert site(tmp_path, edited(file, new).text).values == new


def test_it_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    file = read_site_file(tmp_path / "deep" / "configs", "p")
    write_site_file(file, "a: 1\n")
    assert file.path.read_text() == "a: 1\n"
    assert (file.path.stat().st_mode & 0o777, file.path.parent.stat().st_mode & 0o777) == (
        0o600, 0o700,
    )  # fmt: skip
    assert [p.name for p in file.path.parent.iterdir()] == ["p.yaml"]


def test_what_somebody_else_wrote_stays(tmp_path: Path) -> None:
    file = site(tmp_path, "a: 1\n")
    file.path.write_text("a: 2\n")
    with pytest.raises(ChatOpsError, match=r"changed by somebody else meanwhile"):
        write_site_file(file, "a: 3\n")
    file = read_site_file(tmp_path, "q")
    (tmp_path / "q.yaml").write_text("b: 1\n")
    with pytest.raises(ChatOpsError, match=r"changed by somebody else meanwhile"):
        write_site_file(file, "a: 3\n")
    assert (tmp_path / "p.yaml").read_text() == "a: 2\n"


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("a: 1\n")
    (tmp_path / "p.yaml").symlink_to("real.yaml")
    write_site_file(read_site_file(tmp_path, "p"), "a: 2\n")
    assert (tmp_path / "p.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_text() == "a: 2\n"


def test_what_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "configs").write_text("in the way")
    file = SiteFile(path=tmp_path / "configs" / "p.yaml")
    with pytest.raises(RecordError, match=r"^the configuration .*p.yaml cannot be written: "):
        write_site_file(file, "a: 1\n")
