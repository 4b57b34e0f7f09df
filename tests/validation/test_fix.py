"""`chatops validate --fix`: what it mends, what it leaves alone, and how it writes."""

import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.model.problem import Place, Problem
from chatops_cli.reading.events import events_of
from chatops_cli.validation.fixing.check import is_as_meant
from chatops_cli.validation.fixing.document import Document
from chatops_cli.validation.fixing.fix import applied
from chatops_cli.validation.fixing.plan import Rewrite
from chatops_cli.validation.fixing.words import quoted_text
from chatops_cli.validation.fixing.writing import diff_of, written
from tests.support.cli import invoke
from tests.support.packs import write_pack
from tests.support.shared import CORPUS, needs_corpus
from tests.support.validating import validate

ACTION = "name: a\nrunner_type: noop\n"
ALIAS = "name: a\naction_ref: core.noop\nformats:\n"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return tmp_path / "packs"


def mended(packs: Path, name: str, text: str) -> str:
    """What `--fix` makes of one file; a second time it finds nothing more to do."""
    file = write_pack(packs, "web", {}) / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode())
    invoke("validate", str(packs), "--fix")
    after = file.read_bytes()
    again = invoke("validate", str(packs), "--fix")
    assert "0 findings mended in 0 files" in again.stderr
    assert file.read_bytes() == after
    return after.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("enabeld: no  # now", "enabled: no  # now", id="misspelt key"),
        pytest.param("'Enabled': no", "'enabled': no", id="key in the wrong case, with quotes"),
        pytest.param("descriptoin: no", 'description: "no"', id="then its value"),
        pytest.param("enabled: 'True' # x", "enabled: true # x", id="flag in quotes"),
        pytest.param("description: 1.10", 'description: "1.10"', id="text without quotes"),
        pytest.param("pack: other\n# x", "# x", id="another pack"),
        pytest.param("tags: []\ntags: [] # x", "tags: []\ntags: [] # x", id="twice, a comment"),
        pytest.param("tags: [a]\ntags:\n  - a", "tags: [a]", id="the same twice"),
        pytest.param("tags: [a]\ntags: [b]", "tags: [a]\ntags: [b]", id="not the same twice"),
        pytest.param(
            "parameters: {x: {type: String}}", "parameters: {x: {type: string}}", id="type's case"
        ),
        pytest.param(
            "parameters:\n  x: {type: 'bool'}", "parameters:\n  x: {type: 'boolean'}", id="type"
        ),
        pytest.param(
            "parameters:\n\tx: {type: string}", "parameters:\n  x: {type: string}", id="tab"
        ),
        pytest.param("tags:\n  - a\r\n  - b\r\n# c", "tags:\n  - a\n  - b\n# c", id="few CRLF"),
        pytest.param(
            "description: |\n  a\r\n\n  b", "description: |\n  a\n\n  b", id="in a block of text"
        ),
        pytest.param('description: "a\r\n  b"', 'description: "a\n  b"', id="in a quoted text"),
        pytest.param("entry: a", "entry: a", id="a key that may mean nothing"),
        pytest.param("enabeld: maybe", "enabeld: maybe", id="a value of another kind"),
        pytest.param("tags: &x [a]\n*x : b", "tags: &x [a]\n*x : b", id="an alias as a key"),
    ],
)
def test_an_action_is_mended(packs: Path, before: str, after: str) -> None:
    """And nothing else in its file is touched."""
    whole = f"---\n# top\n{ACTION}{before}\n\n# é end"
    assert mended(packs, "actions/a.yaml", whole) == f"---\n# top\n{ACTION}{after}\n\n# é end"


def test_old_names_of_runners_are_replaced(packs: Path) -> None:
    """In a file with a mark at its start and the line ends of another system."""
    text = "\ufeffname: a\r\nrunner_type: 'run-local'  # x\r\ndescription: 12\r\n"
    assert mended(packs, "actions/a.yaml", text) == (
        "\ufeffname: a\r\nrunner_type: 'local-shell-cmd'  # x\r\ndescription: \"12\"\r\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("  - '^do it$'\n", "  - 'do it'\n", id="anchors"),
        pytest.param("  - ^do it  # x\n", "  - do it  # x\n", id="one anchor, no quotes"),
        pytest.param('  - "^do it\\\\$"\n', '  - "do it\\\\$"\n', id="a sign of money"),
        pytest.param("  - '^a$|^b$'\n", "  - '^a$|^b$'\n", id="alternatives"),
        pytest.param("  - ^[ab] c\n", "  - ^[ab] c\n", id="it would be a list"),
        pytest.param("  # chatops: ignore[ALI110] x\n  - do it\n", "  - do it\n", id="a remark"),
        pytest.param("  - do it  # chatops: ignore[ALI110] x\n", "  - do it\n", id="behind"),
        pytest.param(
            "  - '^do$' # chatops: ignore[ALI110, ALI109] x\n",
            "  - '^do$' # chatops: ignore[ALI109] x\n",
            id="one of two codes",
        ),
        pytest.param(
            "  - |\n    do\n    # chatops: ignore[ALI110] x\n",
            "  - |\n    do\n    # chatops: ignore[ALI110] x\n",
            id="text that looks like a remark",
        ),
    ],
)
def test_an_alias_is_mended(packs: Path, before: str, after: str) -> None:
    """Its formats mean what they did, but for those that no message matches."""
    assert mended(packs, "aliases/a.yaml", ALIAS + before) == ALIAS + after


def test_what_is_mended_and_what_is_left_is_told(packs: Path) -> None:
    """On stderr; on stdout is what is left, and the exit code is about that."""
    text = ACTION + "enabeld: no\ndescriptoin: [a]\n"
    file = write_pack(packs, "web", {"actions/a.yaml": text}) / "actions" / "a.yaml"
    result = invoke("validate", str(packs), "--fix", "--format", "jsonl")
    assert result.exit_code == 1
    (left,) = result.json_lines
    assert isinstance(left, dict)
    assert (left["code"], left["line"], left["fix"]) == ("YAM016", 4, None)
    assert result.stderr == (
        f"{file}:3:1: YAM016 write enabled in place of enabeld\n"
        f"{file}:4:1: YAM016 left as it is: then description must be text, not a list\n"
        "1 finding mended in 1 file\n1 pack: 1 error\n"
    )


def test_changes_are_shown_and_not_made(packs: Path) -> None:
    """As a diff that `patch` and `git apply` read."""
    text = ACTION + "enabeld: no"
    file = write_pack(packs, "web", {"actions/a.yaml": text}) / "actions" / "a.yaml"
    result = invoke("validate", str(packs), "--fix", "--dry-run")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"--- {file}",
        f"+++ {file}",
        "@@ -1,3 +1,3 @@",
        " name: a",
        " runner_type: noop",
        "-enabeld: no",
        "\\ No newline at end of file",
        "+enabled: no",
        "\\ No newline at end of file",
    ]
    assert file.read_text() == text


def test_scripts_are_told_of_fixes(packs: Path) -> None:
    """By lines and columns, of which the last is the first that stays."""
    file = write_pack(packs, "web", {"actions/a.yaml": ACTION + "enabeld: no\n"})
    (found,) = invoke("validate", str(packs), "--format", "jsonl").json_lines
    edit = {"line": 3, "column": 1, "end_line": 3, "end_column": 8, "text": "enabled"}
    assert isinstance(found, dict)
    assert found["fix"] == {"description": "write enabled in place of enabeld", "edits": [edit]}
    log = json.loads(invoke("validate", str(packs), "--format", "sarif").stdout)
    (fix,) = log["runs"][0]["results"][0]["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"]["uri"] == f"{file.as_uri()}/actions/a.yaml"
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 8},
            "insertedContent": {"text": "enabled"},
        }
    ]
    text = invoke("validate", str(packs))
    assert "  --fix: write enabled in place of enabeld\n" in text.stdout
    assert text.stderr == "1 pack: 1 error, 1 can be mended by --fix\n"


def test_what_is_known_or_ignored_is_not_mended(packs: Path, tmp_path: Path) -> None:
    """Nor what is not asked about."""
    text = ACTION + "enabeld: no  # chatops: ignore[YAM016] for now\ndescription: 1\n"
    file = write_pack(packs, "web", {"actions/a.yaml": text}) / "actions" / "a.yaml"
    known = str(tmp_path / "known.json")
    invoke("validate", str(packs), "--baseline", known, "--write-baseline")
    invoke("validate", str(packs), "--baseline", known, "--fix")
    invoke("validate", str(packs), "--fix", "--ignore", "YAM020")
    assert file.read_text() == text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(("--dry-run",), "--dry-run is for --fix", id="a dry run of nothing"),
        pytest.param(("--fix", "--dry-run", "--format", "json"), "no findings", id="a format"),
        pytest.param(("--fix", "--baseline", "a", "--write-baseline"), "mend first", id="both"),
    ],
)
def test_options_that_do_not_go_together(packs: Path, options: tuple[str, ...], said: str) -> None:
    """One line, and nothing is done."""
    result = invoke("validate", str(write_pack(packs, "web", {})), *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


# Writing


def rewrite(file: Path) -> Rewrite:
    return Rewrite(file=str(file), before=b"a: 1\n", after=b"a: 2\n", mended=())


def test_a_file_keeps_its_rights(tmp_path: Path) -> None:
    """Whatever they are; and nothing is left beside it."""
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\n")
    file.chmod(0o754)
    assert written(rewrite(file)) == ""
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("a: 2\n", 0o754)
    assert list(tmp_path.iterdir()) == [file]
    assert list(diff_of(rewrite(file)))[2:] == ["@@ -1 +1 @@", "-a: 1", "+a: 2"]


def test_a_file_that_is_another_one_now_is_not_touched(tmp_path: Path) -> None:
    """Nor a link, nor one that has gone; each says why."""
    file, link = tmp_path / "a.yaml", tmp_path / "b.yaml"
    file.write_text("a: 3\n")
    link.symlink_to(file)
    assert written(rewrite(file)) == "it has changed meanwhile"
    assert written(rewrite(link)) == "it is a link"
    assert written(rewrite(tmp_path / "c.yaml")) == "No such file or directory"
    assert file.read_text() == "a: 3\n"


# For all texts


VALUES = st.sampled_from(["1", "yes", "'a'", '"é"', "[1, {b: no}]", "|\n  x\n", "", "&a b", "0x1"])


@given(st.lists(VALUES, min_size=1, max_size=6), st.data())
def test_quotes_change_one_value_only(values: list[str], data: st.DataObject) -> None:
    """Wherever it stands; and an edit that changes more is found out."""
    text = "".join(f"k{number}: {value}\n" for number, value in enumerate(values))
    document = Document(text)
    number = data.draw(st.integers(0, len(values) - 1))
    node = document.nodes[0].children[2 * number].value
    place = Place(file="a", line=node.event.line, column=node.event.column)
    fix = quoted_text(Problem(place=place, rule="unquoted-text", message=""), document)
    if node.event.kind != "scalar" or values[number] not in {"1", "yes", "0x1"}:
        assert fix is None
        return
    assert fix is not None
    after = applied(text, fix.edits)
    assert is_as_meant(document, fix.edits, after)
    assert not is_as_meant(document, fix.edits, after + "more: 1\n")
    assert not is_as_meant(document, (), after)
    assert not is_as_meant(document, fix.edits, after + "'")
    assert events_of(after) is not None


def test_most_lines_say_how_all_end(packs: Path) -> None:
    """A file as of Windows stays one, and one with no other ends has no finding."""
    windows = ACTION.replace("\n", "\r\n")
    assert mended(packs, "actions/a.yaml", f"{windows}tags: []\n") == f"{windows}tags: []\r\n"
    (packs / "web" / "actions" / "a.yaml").write_bytes(windows.encode())
    assert validate(packs, "--select", "STY") == []
    (packs / "web" / "actions" / "a.yaml").write_bytes(f"{ACTION}# a\r\n# b\r\n\n\n".encode())
    assert [(each.line, each.code) for each in validate(packs, "--select", "STY")] == [
        (ACTION.count("\n") + 1, "STY001")
    ]


SPOILED = (
    (r"^description:", "descriptoin:"),
    (r"^( +required: )true$", r'\1"True"'),
    (r"^(    type: )string$", r"\1String"),
    (r"^( +)immutable: true$", r"\1immutable: true\n\1immutable: true"),
)


@needs_corpus
def test_public_packs_that_were_spoiled_are_what_they_were(tmp_path: Path) -> None:
    """Byte by byte, comments and layout and all; what was right is not touched."""
    for ref in ("networking_utils", "vyatta"):
        shutil.copytree(CORPUS / ref, tmp_path / ref)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.yaml")}
    found = validate(tmp_path)
    invoke("validate", str(tmp_path), "--fix")
    assert {file: file.read_bytes() for file in before} == before
    for file in before:
        if file.parent.name == "actions":
            text = file.read_bytes().decode()
            for right, wrong in SPOILED:
                own, schema, output = text.partition("output_schema:")
                own = re.sub(right, wrong, own, flags=re.MULTILINE)
                text = own + schema + output
            file.write_bytes(text.encode())
    assert any(file.read_bytes() != data for file, data in before.items())
    invoke("validate", str(tmp_path), "--fix")
    assert {file: file.read_bytes() for file in before} == before
    assert validate(tmp_path) == found
