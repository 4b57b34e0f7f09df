"""`chatops pack`: what there is, and what is wrong with it."""

from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import action_text, write_pack
from tests.support.small_packs import alias

GOOD = {
    "actions/act.yaml": action_text("act"),
    "aliases/say.yaml": alias("say", "good.act", "say"),
}
BAD = {
    "actions/odd.yaml": action_text("odd", "nosuch"),
    "aliases/say.yaml": alias("say", "bad.odd", "say (it", "tell it"),
}


@pytest.fixture(autouse=True)
def root(isolated: Path) -> Path:
    """Two packs, and no others."""
    root = isolated / "packs"
    write_pack(root, "good", GOOD)
    write_pack(root, "bad", BAD)
    (isolated / "chatops.yaml").write_text("packs: [packs]\nbundled: false\npacks_index: []\n")
    return root


def test_list() -> None:
    """Counts of what was loaded, and of problems, the matcher's too."""
    result = invoke("pack", "list")
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    assert result.stdout == (
        "PACK  VERSION  ACTIONS  ALIASES  PROBLEMS  ENVIRONMENT  DESCRIPTION\n"
        "bad   1.0.0    1        1        2         none         d\n"
        "good  1.0.0    1        1        0         none         d\n"
    )


def test_list_as_json(root: Path) -> None:
    """One object a pack."""
    assert invoke("pack", "list", "--json").json_lines[1] == {
        "ref": "good",
        "name": "good",
        "version": "1.0.0",
        "description": "d",
        "path": str(root / "good"),
        "actions": 1,
        "aliases": 1,
        "problems": 0,
        "environment": "none",
    }


def test_list_tells_of_what_is_no_pack(root: Path) -> None:
    """A folder that was not loaded is in no line, so a note tells of it; not for scripts."""
    write_pack(root, "lost", GOOD)
    (root / "lost/pack.yaml").unlink()
    assert invoke("pack", "list").stderr == (
        "outside of these packs: 1 error; see 'chatops doctor'\n"
    )
    assert invoke("pack", "list", "--json").stderr == ""


def test_show() -> None:
    """What it says of itself, and each problem with its place and a hint."""
    result = invoke("pack", "show", "bad")
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    assert result.stdout == (
        "bad 1.0.0\n"
        "d\n"
        "folder: packs/bad\n"
        "author: a\n"
        "actions: bad.odd\n"
        "aliases: say\n"
        "problems: 2 errors\n"
        "  packs/bad/actions/odd.yaml:2:1: error[unknown-runner] there is no runner nosuch\n"
        "  packs/bad/aliases/say.yaml:4:5: error[alias-format] the format is not a regular "
        "expression: missing ), unterminated subpattern\n"
    )


def test_show_an_empty_pack(root: Path) -> None:
    """There is nothing in it, and that is no problem."""
    write_pack(root, "empty")
    assert invoke("pack", "show", "empty").stdout == (
        "empty 1.0.0\nd\nfolder: packs/empty\nauthor: a\nactions: -\naliases: -\n"
    )


def test_show_as_json(root: Path) -> None:
    """All keys; a problem is text, with its place in full."""
    value = invoke("pack", "show", "bad", "--json").json
    assert isinstance(value, dict)
    problems = value.pop("problems")
    assert value == {
        "ref": "bad",
        "name": "bad",
        "version": "1.0.0",
        "description": "d",
        "path": str(root / "bad"),
        "environment": "none",
        "author": "a",
        "keywords": [],
        "actions": ["bad.odd"],
        "aliases": ["say"],
        "rules": [],
    }
    assert isinstance(problems, list)
    assert problems[0] == (
        f"{root}/bad/actions/odd.yaml:2:1: error[unknown-runner] there is no runner nosuch"
    )
    assert len(problems) == 2


def test_show_a_pack_whose_manifest_is_broken(root: Path) -> None:
    """It is loaded under its folder's name, and says what is wrong."""
    write_pack(root, "torn", {"pack.yaml": "ref: [torn\n"})
    result = invoke("pack", "show", "torn")
    assert result.exit_code == ExitCode.OK
    assert "problems: 1 error\n  packs/torn/pack.yaml:2:1: error[yaml-syntax] " in result.stdout


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_show_a_pack_that_was_not_loaded(root: Path, options: list[str]) -> None:
    """Why is told with exit code 3, rather than only that there is none."""
    write_pack(root, "lost", GOOD)
    (root / "lost/pack.yaml").unlink()
    result = invoke("pack", "show", "lost", *options)
    assert (result.exit_code, result.stdout) == (ExitCode.PROBLEMS, "")
    assert result.stderr == (
        "packs/lost: error[missing-pack-yaml] has actions and aliases, but no pack.yaml; it is not"
        " read as a pack (add a pack.yaml with name, ref, version, description and author)\n"
        "error: the pack 'lost' is not loaded\n"
        "hint: mend what is named above\n"
    )


def test_show_a_pack_outside_of_its_root(root: Path, tmp_path: Path) -> None:
    """A link that is not followed is told of by its name."""
    write_pack(tmp_path, "far", GOOD)
    (root / "far").symlink_to(tmp_path / "far")
    result = invoke("pack", "show", "far")
    assert result.exit_code == ExitCode.PROBLEMS
    assert result.stderr.startswith("packs/far: error[outside-root] is a symbolic link out of ")


def test_show_a_pack_that_hides_another(root: Path, tmp_path: Path) -> None:
    """The one that is not read is told of, too."""
    write_pack(tmp_path, "good", GOOD)
    result = invoke("--packs", f"{root}:{tmp_path}", "pack", "show", "good")
    assert result.exit_code == ExitCode.OK
    assert "problems: 1 warning\n" in result.stdout
    assert f"{tmp_path}/good/pack.yaml" in result.stdout


@pytest.mark.parametrize("ref", ["nope", "", "../packs/good", "go"])
def test_an_unknown_pack(ref: str) -> None:
    """Those that there are are named."""
    result = invoke("pack", "show", ref)
    assert (result.exit_code, result.stdout, result.stderr) == (
        ExitCode.FAILED,
        "",
        f"error: no pack named {ref!r}\nhint: loaded are bad, good\n",
    )


def test_no_packs_at_all(isolated: Path) -> None:
    """An empty root gives empty lists."""
    (isolated / "none").mkdir()
    (isolated / "chatops.yaml").write_text("packs: [none]\nbundled: false\npacks_index: []\n")
    assert invoke("pack", "list", "--json").stdout == ""
    assert invoke("pack", "show", "x").stderr == (
        "error: no pack named 'x'\nhint: no pack is loaded\n"
    )
