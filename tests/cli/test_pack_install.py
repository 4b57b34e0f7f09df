"""`chatops pack install`, `update`, `remove`, `get`: what is there afterwards, and what is said."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from chatops_cli.model.json import Json
from tests.support.cli import Result, invoke
from tests.support.packs import action_text, alias_text, write_pack
from tests.support.repositories import commit, git, manifest, write_repository

FILES = {
    "actions/go.yaml": action_text("go", "local-shell-script", "entry_point: go.sh\n"),
    "actions/go.sh": "#!/bin/sh\necho went\n",
    "actions/rest.yaml": action_text("rest"),
    "aliases/go.yaml": alias_text("go", "web.go", "go web"),
    "requirements.txt": "# what it needs\nrequests>=2  # http\n\nsix\n",
    "sensors/s.yaml": "a: 1\n",
}


@pytest.fixture(autouse=True)
def root(isolated: Path) -> Path:
    """The folder for packs, with nothing in it; no index, and no bundled packs."""
    root = isolated / "packs"
    root.mkdir()
    (isolated / "chatops.yaml").write_text("packs: [packs]\nbundled: false\npacks_index: []\n")
    return root


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A pack in a folder."""
    return write_pack(tmp_path, "web", FILES)


def install(*arguments: str) -> Result:
    return invoke("pack", "install", "--yes", "--no-setup", *arguments)


def installed(*arguments: str) -> dict[str, Json]:
    """What was installed."""
    result = invoke("pack", "install", "--yes", "--no-setup", "--json", *arguments)
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    (value,) = result.json_lines
    assert isinstance(value, dict)
    return value


def facts(ref: str) -> dict[str, Json]:
    value = invoke("pack", "get", ref, "--json").json
    assert isinstance(value, dict)
    return value


def tree(folder: Path) -> dict[str, bytes]:
    """All files of a folder, hidden ones too."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# From a folder


def test_what_will_be_run_is_shown_first(root: Path, web: Path) -> None:
    """Runners, formats, packages; what was installed is on stdout."""
    result = install(str(web))
    assert (result.exit_code, result.stdout) == (
        ExitCode.OK,
        "installed web 1.0.0: 2 actions, 1 alias\n",
    )
    assert result.stderr == (
        f"web 1.0.0 (new), from {web}\n"
        "  folder: packs/web\n"
        "  actions: 1 local-shell-script, 1 noop\n"
        "  can be typed: go web\n"
        "  Python packages: requests>=2, six\n"
        "  besides: 1 sensor; sensors and their triggers do not run here\n"
        "a bridge that is running reads it by itself, a REPL after /reload\n"
    )
    assert "went\n" in invoke("run", "--no-ack", "go web").stdout
    assert [entry.name for entry in root.iterdir()] == ["web"]


def test_what_is_shown_is_as_wide_as_the_terminal(
    web: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long lists are broken at spaces, and stay indented."""
    (web / "requirements.txt").write_text("".join(f"package{n}\n" for n in range(9)))
    monkeypatch.setenv("COLUMNS", "40")
    shown = invoke("pack", "install", "--dry-run", str(web)).stdout.splitlines()[2:]
    assert max(map(len, shown)) <= 40
    at = shown.index("  Python packages: package0, package1,")
    assert shown[at + 1] == "  package2, package3, package4,"


def test_a_dry_run_changes_nothing(root: Path, web: Path) -> None:
    result = invoke("pack", "install", "--dry-run", str(web))
    assert result.exit_code == ExitCode.OK
    assert result.stdout.startswith(f"web 1.0.0 (new), from {web}\n")
    assert tree(root) == {}


def test_nobody_to_ask(root: Path, web: Path) -> None:
    """Without a terminal it is shown and not done."""
    result = invoke("pack", "install", str(web))
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.endswith(
        "error: nobody is here to be asked; nothing was changed\n"
        "hint: --yes does it without asking\n"
    )
    assert tree(root) == {}


ASKING = """
import os, pty, signal, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.executable, [sys.executable, "-m", "chatops_cli", "pack", "install", sys.argv[1]])
shown = b""
while b"[y/N]" not in shown:
    shown += os.read(terminal, 1000)
if sys.argv[2].startswith("SIG"):
    os.kill(pid, getattr(signal, sys.argv[2]))
else:
    os.write(terminal, sys.argv[2].encode())
while True:
    try:
        chunk = os.read(terminal, 1000)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))
print(shown.decode())
"""


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        pytest.param("y\n", 0, "installed web 1.0.0", id="yes"),
        pytest.param("n\n", 1, "error: nothing was changed", id="no"),
        pytest.param("\x04", 1, "[y/N] \nerror: nothing was changed", id="end of input"),
        pytest.param("SIGINT", 130, "[y/N] \nerror: interrupted", id="Ctrl-C"),
        pytest.param("SIGTERM", 130, "error: interrupted", id="SIGTERM"),
    ],
)
def test_at_a_terminal_it_is_asked_for(
    answer: str, code: int, said: str, root: Path, web: Path
) -> None:
    """Whatever it is but yes, nothing is left of it."""
    (web / "requirements.txt").unlink()
    done = subprocess.run(
        [sys.executable, "-c", ASKING, str(web), answer], capture_output=True, text=True, check=True
    )
    first, _, shown = done.stdout.partition("\n")
    assert (int(first), said in shown) == (code, True), shown
    assert "can be typed: go web" in shown
    assert [entry.name for entry in root.iterdir()] == (["web"] if code == 0 else [])


def test_json_has_one_object_a_pack(root: Path, web: Path) -> None:
    assert installed(str(web)) == {
        "ref": "web",
        "version": "1.0.0",
        "description": "d",
        "path": str(root / "web"),
        "source": str(web),
        "revision": "",
        "commit": "",
        "installed": True,
        "environment": None,
        "up_to_date": False,
        "replaces": None,
        "shadows": False,
        "runners": {"local-shell-script": 1, "noop": 1},
        "actions": {"added": ["web.go", "web.rest"], "removed": [], "changed": []},
        "aliases": {"added": ["go"], "removed": [], "changed": []},
        "formats": ["go web"],
        "python_packages": ["requests>=2", "six"],
        "others": {"sensors": 1},
        "dependencies": [],
        "collisions": [],
        "problems": [],
    }


def test_where_it_came_from_is_known(root: Path, web: Path) -> None:
    install(str(web))
    known = facts("web")
    assert (known["source"], known["commit"], known["changed"]) == (str(web), "", [])
    (root / "web/actions/go.sh").write_text("mine")
    (root / "web/new").touch()
    assert facts("web")["changed"] == ["actions/go.sh", "new"]
    shown = invoke("pack", "get", "web").stdout.splitlines()
    assert shown[:4] == ["web 1.0.0", "d", "folder: packs/web", f"source: {web}"]
    assert shown[5:] == ["changed since: actions/go.sh, new"]


def test_a_pack_that_needs_configuration_says_so(web: Path) -> None:
    """Not where all has a default, nor where somebody has configured it already."""
    schema = web / "config.schema.yaml"
    schema.write_text("a: {type: string, required: true}\nb: {}\nc: {required: true, default: 1}\n")
    said = install(str(web)).stderr
    needs = "web has to be configured: chatops pack config web\n"
    assert "  configuration: 3 keys, 1 required without a default\n" in said
    assert needs in said
    invoke("pack", "remove", "--yes", "web")
    schema.write_text("c: {required: true, default: 1}\n")
    assert needs not in install(str(web)).stderr
    invoke("pack", "config", "web", "--set", "c=2")
    invoke("pack", "remove", "--yes", "web")
    schema.write_text("a: {type: string, required: true}\n")
    assert needs not in install(str(web)).stderr


def test_get_of_packs_that_nobody_installed(root: Path) -> None:
    write_pack(root, "own")
    assert invoke("pack", "get", "own").stdout.endswith("source: put there by hand\n")
    assert facts("own")["source"] is None
    result = invoke("pack", "get", "nope")
    assert (result.exit_code, result.stderr) == (
        ExitCode.FAILED,
        "error: no pack named 'nope' is installed\nhint: see 'chatops pack list'\n",
    )


def test_the_same_again_is_up_to_date(root: Path, web: Path) -> None:
    install(str(web))
    before = (root / "web").stat().st_ino
    result = invoke("pack", "install", str(web))
    assert (result.exit_code, result.stdout) == (ExitCode.OK, "")
    assert result.stderr == f"web 1.0.0: up to date, from {web}\n"
    assert (root / "web").stat().st_ino == before
    value = installed(str(web))
    assert (value["installed"], value["up_to_date"]) == (False, True)
    assert value["actions"] == {"added": [], "removed": [], "changed": []}


def test_a_newer_one_takes_its_place(root: Path, web: Path) -> None:
    """What is new, gone and changed is shown by name; the metadata of an action, and its script."""
    install(str(web))
    write_pack(web.parent, "web", {
        "pack.yaml": manifest("web", "1.1.0"),
        "actions/go.sh": "#!/bin/sh\necho went again\n",
        "actions/new.yaml": action_text("new"),
        "aliases/go.yaml": alias_text("go", "web.go", "go web", "go"),
    })  # fmt: skip
    (web / "actions/rest.yaml").unlink()
    result = install(str(web))
    assert result.stdout == "installed web 1.1.0 in place of 1.0.0: 2 actions, 1 alias\n"
    assert result.stderr.splitlines()[:8] == [
        f"web 1.0.0 -> 1.1.0, from {web}",
        "  folder: packs/web",
        "  actions: 1 local-shell-script, 1 noop",
        "  new actions: web.new",
        "  gone actions: web.rest",
        "  changed actions: web.go",
        "  changed aliases: go",
        "  files: 1 new, 3 changed, 1 gone",
    ]
    assert not (root / "web/actions/rest.yaml").exists()
    assert [entry.name for entry in root.iterdir()] == ["web"]


def test_changes_by_hand_are_not_lost(root: Path, web: Path) -> None:
    """Neither by an update nor by a removal, unless that is said."""
    install(str(web))
    (root / "web/actions/go.sh").write_text("mine")
    same = invoke("pack", "update", "web", "--yes")
    assert same.stderr == f"web 1.0.0: up to date, from {web}\n"
    (web / "pack.yaml").write_text(manifest("web", "1.1.0"))
    for arguments in (["update", "web"], ["install", str(web)], ["remove", "web"]):
        result = invoke("pack", *arguments, "--yes")
        assert result.exit_code == ExitCode.FAILED
        assert result.stderr == (
            "error: files of the pack web were changed since it was installed: actions/go.sh\n"
            "hint: keep them elsewhere; --force does it all the same, and they are lost\n"
        )
    assert (root / "web/actions/go.sh").read_text() == "mine"
    assert (
        invoke("pack", "update", "web", "--yes", "--force", "--no-setup").exit_code == ExitCode.OK
    )
    assert facts("web")["changed"] == []
    assert facts("web")["version"] == "1.1.0"


def test_a_pack_that_nobody_installed_is_replaced_only_by_force(root: Path, web: Path) -> None:
    write_pack(root, "web", {"mine": "mine"})
    result = install(str(web))
    assert result.exit_code == ExitCode.FAILED
    assert result.stderr.startswith(
        f"error: the pack web in {root}/web was not put there by 'pack install'\n"
    )
    assert (root / "web/mine").exists()
    assert install("--force", str(web)).exit_code == ExitCode.OK
    assert not (root / "web/mine").exists()


def test_a_foreign_provenance_is_not_taken_over(root: Path, web: Path) -> None:
    (web / ".chatops-install.json").write_text("{}")
    install(str(web))
    assert facts("web")["source"] == str(web)
    (root / "web/.chatops-install.json").write_text('{"files": 1, "kind": "x"}')
    assert facts("web")["source"] is None


# Refused


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("name: a: b\n", "pack.yaml:1:8: error[yaml-syntax]", id="no YAML"),
        pytest.param(
            "ref: web\n", "pack.yaml:1:1: error[missing-key] name is missing", id="no name"
        ),
        pytest.param("name: a/b\n", "'a/b' is no ref of a pack that can be installed", id="slash"),
        pytest.param("name: x\nref: _global\n", "'_global' is no ref of a pack", id="reserved"),
    ],
)
def test_a_pack_with_a_wrong_manifest_is_refused(
    content: str, message: str, root: Path, web: Path
) -> None:
    (web / "pack.yaml").write_text(content)
    result = install(str(web))
    assert result.exit_code == ExitCode.FAILED
    assert message in result.stderr
    assert tree(root) == {}


def test_a_pack_with_other_mistakes_is_installed_and_they_are_told(web: Path) -> None:
    """What is in order works; an alias of an action that is nowhere is a problem, too."""
    (web / "actions/rest.yaml").write_text("name: rest\n")
    (web / "aliases/far.yaml").write_text(alias_text("far", "gone.x"))
    result = install(str(web))
    assert result.exit_code == ExitCode.OK
    lines = result.stderr.splitlines()
    at = lines.index("  problems: 2 errors")
    assert lines[at + 1] == "    actions/rest.yaml:1:1: error[missing-key] runner_type is missing"
    assert lines[at + 2].startswith("    aliases/far.yaml:2:")
    assert lines[at + 2].endswith("no pack gone is here (install the pack gone)")


def test_what_is_no_pack_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    result = install(str(tmp_path / "src"))
    assert result.stderr == f"error: {tmp_path}/src is no pack: it has no pack.yaml\n"
    write_pack(tmp_path / "src", "one")
    write_pack(tmp_path / "src", "two")
    assert install(str(tmp_path / "src")).stderr.endswith(
        "hint: it holds packs, install them one by one: one, two\n"
    )
    assert tree(root) == {}


def test_what_is_in_the_way(root: Path, web: Path) -> None:
    """A folder that is no pack, another pack's folder, a link."""
    (root / "web").mkdir()
    (root / "web/notes").touch()
    assert "is there already, and is no pack of the ref web" in install(str(web)).stderr
    write_pack(root, "web", {"pack.yaml": manifest("other")})
    assert "is there already, and is another pack of the ref web" in install(str(web)).stderr
    shutil.rmtree(root / "web")
    write_pack(root, "linked", {"pack.yaml": manifest("web")})
    (root / "a").symlink_to("linked")
    assert f"{root}/a is a symbolic link" in install("--force", str(web)).stderr


def test_a_pack_of_another_folder_is_not_doubled(web: Path, isolated: Path) -> None:
    other = isolated / "other"
    write_pack(other, "web")
    (isolated / "chatops.yaml").write_text("packs: [packs, other]\nbundled: false\n")
    result = install(str(web))
    assert result.stderr == (
        f"error: the pack web is installed in {other}\nhint: --into {other} replaces it there\n"
    )
    assert install("--force", "--into", "other", str(web)).exit_code == ExitCode.OK
    assert facts("web")["path"] == str(other / "web")


def test_a_folder_that_is_a_pack_is_left_alone(web: Path, isolated: Path) -> None:
    """One that is named as a root of its own can be neither filled nor replaced."""
    assert f"{web} is a pack itself" in install("--into", str(web), str(web)).stderr
    (isolated / "chatops.yaml").write_text(f"packs: [{web}]\nbundled: false\n")
    result = install("--force", str(web))
    assert f"the pack web is installed in {web}" in result.stderr
    result = invoke("pack", "remove", "--force", "--yes", "web")
    assert f"{web} is itself named as a folder of packs" in result.stderr


def test_packs_go_to_the_state_folder_where_the_settings_name_none(
    isolated: Path, web: Path
) -> None:
    """They are read from there, before the bundled ones."""
    (isolated / "chatops.yaml").unlink()
    home = Path(os.environ["CHATOPS_HOME"])
    assert installed(str(web))["path"] == str(home / "packs/web")
    assert "went\n" in invoke("run", "--no-ack", "go web").stdout
    write_pack(web.parent, "linux", {"aliases/a.yaml": alias_text("a", "linux.x", "disk usage")})
    result = install(str(web.parent / "linux"))
    assert "  in place of: the pack linux that comes with chatops\n" in result.stderr
    assert invoke("pack", "remove", "linux", "--yes").exit_code == ExitCode.OK
    bundled = invoke("pack", "remove", "linux", "--yes", "--force")
    assert bundled.stderr == "error: the pack linux comes with chatops\n"


def test_into_a_folder_that_the_settings_do_not_name(tmp_path: Path, web: Path) -> None:
    result = install("--into", str(tmp_path / "far/packs"), str(web))
    assert result.exit_code == ExitCode.OK
    assert result.stderr.startswith(
        f"the settings don't name {tmp_path}/far/packs: packs in it are read with --packs"
    )
    assert (tmp_path / "far/packs/web/pack.yaml").is_file()
    again = install("--into", str(tmp_path / "far/packs"), str(web))
    assert "up to date" in again.stderr


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_that_can_not_be_written(root: Path, web: Path) -> None:
    root.chmod(0o500)
    result = install("--into", str(root), str(web))
    assert "hint: name another folder: --into FOLDER" in result.stderr


def test_a_folder_that_can_not_be_made(isolated: Path, web: Path) -> None:
    (isolated / "file").touch()
    result = install("--into", "file/packs", str(web))
    assert result.exit_code == ExitCode.FAILED
    assert result.stderr.endswith("hint: name another folder: --into FOLDER\n")


def test_formats_that_two_packs_have_are_told(web: Path) -> None:
    install(str(web))
    write_pack(web.parent, "wob", {"aliases/go.yaml": alias_text("go", "web.go", "Go  Web", "x")})
    result = install(str(web.parent / "wob"))
    assert (
        "  warning: web.go has the format 'go web' too; such a message will run neither\n"
    ) in result.stderr


# From an archive


def test_an_archive(web: Path, tmp_path: Path) -> None:
    """With the pack in a folder, as a forge makes them, or at its top."""
    for name in ("web-1.0.0", "."):
        with tarfile.open(tmp_path / "web.tar.gz", "w:gz") as archive:
            archive.add(web, name)
        assert install(str(tmp_path / "web.tar.gz")).exit_code == ExitCode.OK
        assert facts("web")["source"] == str(tmp_path / "web.tar.gz")
        assert invoke("pack", "remove", "--yes", "web").exit_code == ExitCode.OK


def test_a_hostile_archive_changes_nothing(root: Path, web: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "bad.tar", "w") as archive:
        archive.add(web, "web")
        info = tarfile.TarInfo("web/../../../evil")
        archive.addfile(info, io.BytesIO())
    result = install(str(web), str(tmp_path / "bad.tar"))
    assert result.exit_code == ExitCode.FAILED
    assert result.stderr == (
        "error: web/../../../evil leads out of the pack\n"
        "hint: no pack needs that; nothing was installed\n"
    )
    assert tree(root) == {}
    assert list(root.iterdir()) == []


# Dependencies


def test_dependencies_come_first_and_once(root: Path, tmp_path: Path) -> None:
    """By URL and by name; in a circle too; those that are there are left alone."""
    write_pack(root, "core")
    for ref, needs in (("a", "b"), ("b", "c"), ("c", "a")):
        write_repository(tmp_path, ref, {
            "pack.yaml": manifest(ref, "1.0.0", f"file://{tmp_path}/stackstorm-{needs}", "core"),
        })  # fmt: skip
    result = install(f"file://{tmp_path}/stackstorm-a")
    assert result.stdout == (
        "installed c 1.0.0: 0 actions, 0 aliases\n"
        "installed b 1.0.0: 0 actions, 0 aliases\n"
        "installed a 1.0.0: 0 actions, 0 aliases\n"
    )
    removed = invoke("pack", "remove", "--yes", "b")
    assert removed.stderr == ("error: a depends on b\nhint: --force removes it all the same\n")
    assert invoke("pack", "remove", "--yes", "a", "b", "c").exit_code == ExitCode.OK
    assert [entry.name for entry in root.iterdir()] == ["core"]


def test_a_dependency_that_can_not_be_had_installs_nothing(root: Path, tmp_path: Path) -> None:
    write_pack(tmp_path, "a", {"pack.yaml": manifest("a", "1.0.0", f"file://{tmp_path}/gone")})
    result = install(str(tmp_path / "a"))
    assert result.exit_code == ExitCode.FAILED
    assert f"error: a depends on file://{tmp_path}/gone: git can't get" in result.stderr
    assert tree(root) == {}
    assert install("--skip-dependencies", str(tmp_path / "a")).exit_code == ExitCode.OK


@pytest.mark.parametrize(
    ("dependency", "message"),
    [
        pytest.param("b=2.0.0", "a depends on b=2.0.0, and b is 1.0.0", id="version"),
        pytest.param("/etc", "a depends on '/etc': '/etc' is no place", id="path"),
        pytest.param("--x", "a depends on '--x': '--x' is no place", id="option"),
        pytest.param("nosuch", "no index is named, so packs have no names", id="no index"),
    ],
)
def test_dependencies_that_are_refused(
    dependency: str, message: str, root: Path, tmp_path: Path
) -> None:
    write_pack(root, "b")
    write_pack(tmp_path, "a", {"pack.yaml": manifest("a", "1.0.0", dependency)})
    assert message in install(str(tmp_path / "a")).stderr


def test_two_versions_of_one_pack(root: Path, tmp_path: Path) -> None:
    b = write_repository(tmp_path, "b", None, "v1.0.0")
    (b / "pack.yaml").write_text(manifest("b", "2.0.0"))
    commit(b, "v2.0.0")
    for ref, version in (("a", "1.0.0"), ("c", "2.0.0")):
        needs = f"file://{b}={version}"
        write_pack(tmp_path, ref, {"pack.yaml": manifest(ref, "1.0.0", needs)})
    result = install(str(tmp_path / "a"), str(tmp_path / "c"))
    assert "c depends on" in result.stderr
    assert "and file://" in result.stderr
    assert tree(root) == {}


def test_two_packs_of_one_ref_are_refused(root: Path, web: Path, tmp_path: Path) -> None:
    other = write_pack(tmp_path / "x", "web", {"more": "x"})
    result = install(str(web), str(other))
    assert result.stderr == (
        f"error: {other} and {web} are both the pack web\nhint: name one of them\n"
    )
    assert tree(root) == {}


# Updates


def test_update_of_all(root: Path, tmp_path: Path) -> None:
    """A branch goes on, a tag stays; packs that nobody installed are not among them."""
    write_pack(root, "own")
    moving = write_repository(tmp_path, "moving")
    pinned = write_repository(tmp_path, "pinned", None, "v1")
    assert install(f"file://{moving}=main", f"file://{pinned}@v1").exit_code == ExitCode.OK
    for pack in (moving, pinned):
        (pack / "new").touch()
        commit(pack)
    result = invoke("pack", "update", "--all", "--yes", "--json")
    done = {value["ref"]: value["installed"] for value in objects(result)}
    assert done == {"moving": True, "pinned": False}
    assert facts("moving")["commit"] == git(moving, "rev-parse", "HEAD")
    moved = invoke("pack", "update", "pinned", "--revision", "main", "--yes")
    assert moved.exit_code == ExitCode.OK
    assert facts("pinned")["revision"] == "main"


def objects(result: Result) -> list[dict[str, Json]]:
    return [value for value in result.json_lines if isinstance(value, dict)]


def test_update_says_what_it_can_not_do(root: Path) -> None:
    write_pack(root, "own")
    for arguments, message in (
        ([], "say which packs: their refs, or --all"),
        (["own", "--all"], "say which packs: their refs, or --all"),
        (["own", "x", "--revision", "v1"], "--revision is for one pack"),
        (["own"], "nobody has installed the pack own, so it is unknown where it came from"),
        (["nope"], "no pack named 'nope' is installed"),
    ):
        assert invoke("pack", "update", *arguments).stderr.startswith(f"error: {message}\n")
    assert invoke("pack", "update", "--all").stderr == "no pack was put there by 'pack install'\n"
    two = invoke("pack", "install", "a/b", "c/d", "--revision", "v1")
    assert two.stderr.startswith("error: --revision is for one source\n")


def test_a_pack_is_removed_once_it_is_agreed_to(root: Path, web: Path) -> None:
    install(str(web))
    refused = invoke("pack", "remove", "web")
    assert refused.exit_code == ExitCode.USAGE
    assert (root / "web").is_dir()
    result = invoke("pack", "remove", "--yes", "web")
    assert (result.exit_code, result.stdout) == (ExitCode.OK, "removed web\n")
    assert result.stderr == (
        "web 1.0.0 in packs/web\n"
        "its configuration and its values in the datastore are left as they are\n"
    )
    assert list(root.iterdir()) == []
    install(str(web))
    value = invoke("pack", "remove", "--yes", "--json", "web").json
    assert value == {"ref": "web", "path": str(root / "web"), "removed": True}


def test_the_provenance_has_no_credentials(root: Path, web: Path) -> None:
    install(str(web))
    kept = json.loads((root / "web/.chatops-install.json").read_text())
    assert sorted(kept) == [
        "asked", "commit", "files", "installed", "kind", "revision", "source", "version",
    ]  # fmt: skip


# The virtual environment


def test_the_environment_is_built_where_one_is_needed(root: Path, web: Path) -> None:
    """Where that can't be done the pack is there all the same, and how to go on is said."""
    (web / "requirements.txt").unlink()
    result = invoke("pack", "install", "--yes", "--json", str(web))
    (value,) = objects(result)
    assert (result.exit_code, value["environment"]) == (ExitCode.OK, "none")
    (web / "requirements.txt").write_text("--no-index\nthere-is-none-of-this-name\n")
    result = invoke("pack", "update", "--all", "--yes")
    assert result.exit_code == ExitCode.FAILED
    assert result.stdout.startswith("installed web 1.0.0 in place of 1.0.0")
    assert "web | ERROR: No matching distribution found for " in result.stderr
    assert "hint: the pack is installed; chatops pack setup web tries again\n" in result.stderr
    assert (root / "web/requirements.txt").exists()
