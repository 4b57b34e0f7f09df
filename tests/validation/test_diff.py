"""`chatops validate --diff`: what a change brings, of findings, commands and access."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from chatops_cli.model.json import Json
from chatops_cli.model.problem import Problem
from chatops_cli.validation.comparison.access import AccessChange
from chatops_cli.validation.comparison.repository import Repository
from chatops_cli.validation.content import Content
from chatops_cli.validation.rules import alias_display
from tests.support.cli import Result, invoke
from tests.support.packs import action_text, alias_text, write_pack
from tests.support.repositories import commit, git

GO = (
    "name: go\nrunner_type: local-shell-script\nentry_point: go.sh\nparameters:\n"
    "  host: {type: string, required: true}\n  token: {type: string, secret: true, default: abc}\n"
)
SETTINGS = """packs: [packs]
bundled: false
access:
  local: deny
  roles: {ops: ["local:alice", "account:al", "slack:T1:U1"]}
  rules:
    - {name: ops, effect: allow, who: ["@ops"], packs: [web]}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A repository with settings, and a pack with a finding."""
    site = tmp_path / "site"
    write_pack(
        site / "packs",
        "web",
        {
            "actions/go.yaml": GO,
            "actions/go.sh": "echo\n",
            "aliases/go.yaml": alias_text("go", "web.go", "go to {{host}}"),
            "aliases/old.yaml": alias_text("old", "web.gone", "old it"),
        },
    )
    (site / "chatops.yaml").write_text(SETTINGS)
    commit(site, "v1")
    return site


def diff(site: Path, revision: str = "v1", *arguments: str) -> Result:
    return invoke(
        "--config", str(site / "chatops.yaml"), "validate", "--diff", revision, *arguments
    )


def told(site: Path, revision: str = "v1", *arguments: str) -> Mapping[str, Json]:
    result = diff(site, revision, "--format", "json", *arguments)
    assert result.exit_code in {0, 1}, result.stderr
    said = result.json
    assert isinstance(said, dict)
    return said


def codes(site: Path, revision: str = "v1") -> list[str]:
    lines = diff(site, revision, "--format", "jsonl").stdout.splitlines()
    return [json.loads(line)["code"] for line in lines]


def test_nothing_is_told_of_what_was_there(site: Path) -> None:
    """Nor in the work tree, nor between commits; and nothing is left behind."""
    result = diff(site)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 pack: no problems since v1\n"
    assert diff(site, "v1..HEAD").stdout == ""
    assert diff(site, "v1...").stdout == ""
    assert git(site, "status", "--porcelain") == ""


def test_a_revision_is_asked_once(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder is another each time; what is said of files in it is as at first."""
    asked = []
    check = alias_display.check

    def counted(content: Content) -> Iterator[Problem]:
        asked.append(content)
        return check(content)

    monkeypatch.setattr(alias_display, "check", counted)
    action = site / "packs" / "web" / "actions" / "go.yaml"
    action.write_text(f"{GO}description: a\ndescription: b\n")
    commit(site)
    first = diff(site, "v1..HEAD")
    assert "the key 'description' is repeated" in first.stdout
    assert len(asked) == 2
    assert (diff(site, "v1..HEAD").stdout, len(asked)) == (first.stdout, 2)
    action.write_text(GO)
    assert (diff(site, "HEAD").stdout, len(asked)) == ("", 4)
    assert (diff(site, "HEAD").stdout, len(asked)) == ("", 4)
    assert diff(site, "v1..HEAD", "--select", "SEC").stdout == ""


def test_what_moved_is_not_new(site: Path) -> None:
    """In its file or with it, whether it is committed or not; one more of the same is."""
    old = site / "packs/web/aliases/old.yaml"
    old.write_text("# moved\n" + old.read_text())
    git(site, "mv", "packs/web/aliases/old.yaml", "packs/web/aliases/older.yaml")
    assert codes(site) == []
    commit(site)
    assert codes(site) == codes(site, "v1..HEAD") == []
    (site / "packs/web/aliases/b.yaml").write_text(alias_text("b", "web.gone", "b it"))
    (found,) = diff(site, "HEAD", "--format", "jsonl").json_lines
    assert isinstance(found, dict)
    assert (found["code"], found["file"]) == ("ACT008", f"{site}/packs/web/aliases/b.yaml")


def test_a_finding_elsewhere_is_new(site: Path) -> None:
    """Where the change breaks what it doesn't touch."""
    (site / "packs/web/actions/go.yaml").unlink()
    assert codes(site) == ["ACT008"]
    commit(site)
    (site / "packs/web/aliases/go.yaml").write_text("# quite another text\n\n\n")
    assert "    2 | action_ref: web.go\n" in diff(site, "v1..HEAD").stdout
    (found,) = diff(site, "v1..", "--format", "jsonl").json_lines
    assert isinstance(found, dict)
    assert found["file"] == "packs/web/aliases/go.yaml"


def test_commands_are_compared(site: Path) -> None:
    """Formats, actions and parameters; secrets are masked."""
    web = site / "packs/web"
    (web / "aliases/go.yaml").write_text(alias_text("go", "web.go", "go at {{host}}"))
    (web / "actions/go.yaml").write_text(GO.replace("abc", "abd").replace("true}", "false}"))
    (web / "actions/go.sh").write_text("echo 2\n")
    (web / "aliases/old.yaml").unlink()
    (web / "aliases/new.yaml").write_text(alias_text("new", "web.new", "new it"))
    (web / "actions/new.yaml").write_text(action_text("new"))
    said = diff(site).stdout
    assert said[: said.index("Access:")].splitlines() == [
        "Commands:",
        f"  changed  alias web.go ({web}/aliases/go.yaml:1:1)",
        "           format go to {{host}}: removed",
        "           format go at {{host}}: added",
        f"  added    alias web.new ({web}/aliases/new.yaml:1:1)",
        "           format new it: added",
        "           action: web.new",
        "  removed  alias web.old (packs/web/aliases/old.yaml)",
        "           format old it: removed",
        "           action: web.gone → (none)",
        f"  changed  action web.go, behind web.go ({web}/actions/go.yaml:1:1)",
        "           host required: true → (none)",
        "           token default: ******** → ********",
        "           content of the entry point: f20401a7ec34 → 1fa64062d0c7",
        f"  added    action web.new, behind web.new ({web}/actions/new.yaml:1:1)",
        "           runner: noop",
    ]
    assert "abc" not in said
    listed = told(site)["commands"]
    assert isinstance(listed, list)
    assert [
        (each["kind"], each["ref"], each["status"]) for each in listed if isinstance(each, dict)
    ] == [
        ("alias", "web.go", "changed"),
        ("alias", "web.new", "added"),
        ("alias", "web.old", "removed"),
        ("action", "web.go", "changed"),
        ("action", "web.new", "added"),
    ]


def test_access_is_compared(site: Path) -> None:
    """By the settings of both states, for whom the rules name."""
    more = """    - {effect: allow, who: ["slack:T1:U2"], actions: [web.go], rooms: ["#ops"]}
    - {effect: allow, who: ["%slack:T1:G1"], parameters: {host: [a, b]}}
    - {effect: deny, who: ["account:al"], aliases: ["web.o*"]}
"""
    (site / "chatops.yaml").write_text(SETTINGS + more)
    rule = "depends on parameters: rule access.rules[3] (host a, b)"
    assert told(site)["access"] == [
        access(["account:al"], ["web.old"], "yes", "no"),
        access(["slack:T1:U2"], ["web.go"], "no", "yes", rooms=["#ops"]),
        access(["%slack:T1:G1"], ["web.go", "web.old"], "no", rule),
    ]
    assert "  loses    account:al: web.old (yes → no)\n" in diff(site).stdout


def access(
    who: list[Json], aliases: list[Json], before: str, after: str, rooms: list[Json] | None = None
) -> Json:
    is_gain = AccessChange(who=(), aliases=(), before=before, after=after).is_gain
    return {
        "who": who,
        "is_gain": is_gain,
        "aliases": aliases,
        "rooms": rooms,
        "before": before,
        "after": after,
    }


def test_a_rule_that_only_moves_changes_nothing(site: Path) -> None:
    """Nor does a new name of a role; a new alias is a gain of those who may use it."""
    (site / "chatops.yaml").write_text(f"# moved\n{SETTINGS.replace('ops', 'people')}")
    assert told(site)["access"] == []
    alias = alias_text("new", "web.go", "new {{host}}")
    (site / "packs/web/aliases/new.yaml").write_text(alias)
    ops: list[Json] = ["local:alice", "account:al", "slack:T1:U1"]
    assert told(site)["access"] == [access(ops, ["web.new"], "no", "yes")]


def test_markdown_is_fit_for_a_pull_request(site: Path) -> None:
    """What others wrote is code in cells, and calls nobody."""
    (site / "packs/web/aliases/new.yaml").write_text(
        alias_text("new", "web.a@b|c", "new (`x`|@all)")
    )
    said = diff(site, "v1", "--format", "markdown").stdout
    assert "| added | alias `web.new` | ``format new (`x`\\|@all): added``<br>" in said
    assert "there is no action web.a@<!-- -->b\\|c" in said
    assert "### Access" in said
    for line in said.splitlines():
        assert "@all" not in line.replace("``format new (`x`\\|@all): added``", "")
    result = invoke("validate", str(site / "packs" / "web"), "--format", "markdown")
    assert result.stdout.startswith("|  | rule | place | what | mend |\n")


def test_settings_and_paths_are_those_of_then(site: Path) -> None:
    """Packs that the settings name since then are new; a path that was not there is no mistake."""
    write_pack(site / "more", "far", {"aliases/a.yaml": alias_text("a", "far.gone", "far it")})
    (site / "chatops.yaml").write_text(SETTINGS.replace("[packs]", "[packs, more]"))
    assert codes(site) == ["ACT008"]
    named = diff(site, "v1", str(site / "more" / "far"), "--format", "jsonl")
    assert len(named.json_lines) == 1
    inside = diff(site, "v1", str(site / "packs" / "web" / "aliases"), "--format", "jsonl")
    assert inside.stdout == ""


def test_settings_of_then_that_are_broken_are_told(site: Path) -> None:
    """And today's are taken."""
    (site / "chatops.yaml").write_text("packs: 1: 2\n")
    commit(site, "broken")
    (site / "chatops.yaml").write_text(SETTINGS)
    result = diff(site, "broken")
    assert result.exit_code == 0
    assert "the settings of then can't be read" in result.stderr


def test_revisions_that_are_not_here(site: Path, tmp_path: Path) -> None:
    """Are a mistake of usage; a shallow clone says what to do."""
    result = diff(site, "nope")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "git knows no commit 'nope' here" in result.stderr
    assert diff(site, "--upload-pack=x").exit_code == 2
    (site / "a").write_text("a")
    commit(site)
    git(tmp_path, "clone", "--quiet", "--depth=1", site.as_uri(), "shallow")
    shallow = diff(tmp_path / "shallow", "HEAD~1")
    assert shallow.exit_code == 2
    assert "fetch-depth: 0" in shallow.stderr
    git(site, "checkout", "--quiet", "--orphan", "alone")
    commit(site)
    assert "no commit in common" in diff(site, "v1...alone").stderr


def test_a_folder_in_no_repository_is_a_mistake_of_usage(tmp_path: Path) -> None:
    """As are options that make no sense with it."""
    pack = write_pack(tmp_path, "web", {})
    result = invoke("validate", str(pack), "--diff", "HEAD")
    assert result.exit_code == 2
    assert "is in no git repository" in result.stderr
    assert "neither --fix nor" in invoke("validate", str(pack), "--diff", "HEAD", "--fix").stderr


def test_submodules_are_read_where_they_are_here(site: Path, tmp_path: Path) -> None:
    """Else they are left out, with a note."""
    other = write_pack(tmp_path, "far", {"aliases/a.yaml": alias_text("a", "far.gone", "far it")})
    commit(other)
    allow = ("-c", "protocol.file.allow=always")
    git(site, *allow, "submodule", "--quiet", "add", str(other), "packs/far")
    commit(site, "v2")
    (site / "packs/far/aliases/b.yaml").write_text(alias_text("b", "far.gone", "b it"))
    assert codes(site, "v2") == ["ACT008"]
    git(tmp_path, "clone", "--quiet", str(site), "copy")
    shutil.copytree(other, tmp_path / "copy/packs/far", dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "copy/packs/far/.git")
    assert "packs/far is left out" in diff(tmp_path / "copy", "v2").stderr


def test_a_commit_is_written_as_it_was(site: Path, tmp_path: Path) -> None:
    """With links, and whatever attributes and names there are."""
    (site / ".gitattributes").write_text("* export-ignore\n")
    (site / "link").symlink_to("packs")
    (site / "a\n é").write_bytes(b"\r\n\0")
    folder = tmp_path / "into"
    folder.mkdir()
    assert Repository(site).write(commit(site), folder) == ()
    assert (folder / "link").readlink() == Path("packs")
    assert (folder / "a\n é").read_bytes() == b"\r\n\0"
    assert (folder / "packs/web/actions/go.yaml").read_text() == GO
