"""docs/rehearsals.md says all there is, and what it shows is what happens."""

import ast
import re
from pathlib import Path

from chatops_cli.model.chat import ReplyKind
from chatops_cli.rehearsal import front_reading
from chatops_cli.rehearsal.expectations import KEYS
from chatops_cli.rehearsal.parse import parse
from chatops_cli.rehearsal.rough import SHARES
from chatops_cli.rehearsal.shown import said_by
from chatops_cli.rehearsal.verdict import Ending
from chatops_cli.rehearsal.wording import KINDS
from tests.support.transcripts import rehearsed, said

PAGE = (Path(__file__).parents[2] / "docs" / "rehearsals.md").read_text(encoding="utf-8")
GETTERS = {
    *("text", "section", "value", "strings", "flag", "number", "integer", "mapping", "json"),
    *("choice", "has"),
}


def rows(title: str) -> list[str]:
    """The first cells of the tables below a heading."""
    section = re.split(rf"^#+ {title}$", PAGE, flags=re.MULTILINE)[1]
    section = re.split(r"^#+ ", section, flags=re.MULTILINE)[0]
    return [line.split(" | ")[0].strip("| ") for line in section.splitlines() if "| `" in line]


def names(title: str) -> set[str]:
    return {name for row in rows(title) for name in re.findall(r"`([a-z_]+)`", row)}


def test_the_transcript_shown_goes_as_expected(tmp_path: Path) -> None:
    (shown,) = re.findall(r"^```chat\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert "[dm] bob: echo hello" in shown
    verdict = rehearsed(tmp_path, shown)
    assert said(verdict) == ""
    assert verdict.ending is Ending.PASSED


def test_every_key_of_the_front_matter_is_documented() -> None:
    tree = ast.parse(Path(front_reading.__file__).read_text(encoding="utf-8"))
    code = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in GETTERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    # Those of a person and of the clock stand in the text.
    inner = {"id", "name", "roles", "start", "step"}
    stubs = names("Stubs")
    documented = names("The front matter") | stubs | {"seed"} | inner
    assert code == documented
    for name in inner:
        assert re.search(rf"{name}: ", PAGE)
    assert all(f"`{share}`" in PAGE for share in SHARES)
    assert all(f"`{key}`" in PAGE for key in front_reading.FIELDS)


def test_every_kind_of_line_is_documented() -> None:
    assert {row.split()[1] for row in rows("What can be expected")} == set(KEYS)
    shown = " ".join(rows("Wildcards"))
    assert all(f"`<{kind}>`" in shown for kind in KINDS)
    assert all(f"`{kind}`" in PAGE for kind in ReplyKind)
    tree = ast.parse(Path(said_by.__code__.co_filename).read_text(encoding="utf-8"))
    parts = {
        str(node.elts[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple) and node.elts and isinstance(node.elts[0], ast.Constant)
    }
    assert parts == {"color", "pretext", "author", "author_link", "title", "title_link"} | {
        "image",
        "thumb",
        "footer",
    }
    assert all(f"`|{part}:`" in PAGE for part in (*parts, "field NAME"))


def test_the_yaml_shown_can_be_read() -> None:
    for text in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE):
        assert parse(f"---\n{text}---\n[#a] ann: hi\n", file="a.chat").problems == ()
