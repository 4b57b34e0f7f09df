"""`chatops doctor`: what it looks at, what it says, and its exit code."""

import os
import platform
from pathlib import Path
from unittest import mock

import pytest

from chatops_cli import __version__
from chatops_cli.cli.checks import check_encoding, check_home
from chatops_cli.errors import ExitCode
from chatops_cli.model.runner import BUILT_IN
from tests.support.cli import Result, invoke
from tests.support.packs import action_text, write_pack
from tests.support.small_packs import alias

RUNNERS = ", ".join(BUILT_IN)


@pytest.fixture(autouse=True)
def root(isolated: Path) -> Path:
    """One pack in order, and no others."""
    root = isolated / "packs"
    files = {
        "actions/act.yaml": action_text("act"),
        "aliases/say.yaml": alias("say", "t.act", "say"),
        "rules/r.yaml": "name: r\ntrigger: {type: t.x}\naction: {ref: t.act}\n",
    }
    write_pack(root, "t", files)
    (isolated / "chatops.yaml").write_text("packs: [packs]\nbundled: false\n")
    return root


@pytest.fixture
def home(isolated: Path) -> Path:
    """The state folder."""
    return isolated.parent / "home"


def lines(result: Result, check: str) -> list[str]:
    """The lines about one check."""
    text = result.stdout.splitlines()
    start = next(i for i, line in enumerate(text) if line[7:].startswith(f"{check}: "))
    rest = (i for i in range(start + 1, len(text)) if not text[i].startswith("       "))
    return text[start : next(rest, len(text))]


def test_all_is_well(home: Path) -> None:
    """A line a check, and 0."""
    result = invoke("doctor")
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    assert result.stdout == (
        f"ok     program: chatops {__version__}, Python {platform.python_version()},"
        f" {platform.system()}\n"
        "ok     encoding: UTF-8\n"
        "ok     settings: chatops.yaml\n"
        f"ok     state folder: {home}\n"
        "ok     audit log: 0 records\n"
        "ok     datastore: 0 values\n"
        f"ok     runners: {RUNNERS}\n"
        "ok     packs: 1 pack, 1 action, 1 alias: no problems\n"
        "ok     virtual environments: no pack needs one\n"
    )


def test_json(home: Path) -> None:
    """One object a check, with stable keys."""
    result = invoke("doctor", "--json")
    assert result.exit_code == ExitCode.OK
    values = result.json_lines
    assert values[3] == {"check": "state folder", "ok": True, "says": str(home), "details": []}
    assert [value["check"] for value in values if isinstance(value, dict)] == [
        *("program", "encoding", "settings", "state folder", "audit log", "datastore"),
        *("runners", "packs", "virtual environments"),
    ]


def test_problems_of_packs(root: Path) -> None:
    """The catalog's, the matcher's, and those of files that no message needs; exit code 3."""
    files = {
        "actions/odd.yaml": action_text("odd", "nosuch"),
        "aliases/say.yaml": alias("say", "bad.odd", "tell (it"),
        "rules/r.yaml": "name: r\n\tx: y\n",
    }
    write_pack(root, "bad", files)
    result = invoke("doctor")
    assert result.exit_code == ExitCode.PROBLEMS
    assert lines(result, "packs") == [
        "WRONG  packs: 2 packs, 2 actions, 2 aliases: 3 errors",
        "       packs/bad/actions/odd.yaml:2:1: error[unknown-runner] there is no runner nosuch",
        (
            "       packs/bad/aliases/say.yaml:4:5: error[alias-format] the format is not a regular"
            " expression: missing ), unterminated subpattern"
        ),
        (
            "       packs/bad/rules/r.yaml:2:1: error[tab-indent] a tab indents this line; YAML is"
            " indented by spaces only (replace the tab by spaces)"
        ),
    ]


def test_warnings_alone(root: Path) -> None:
    """They are shown, and leave the exit code at 0."""
    write_pack(root, "t", {"pack.yaml": "ref: t\nname: t\nversion: 1.0.0\nauthor: a\n"})
    result = invoke("doctor")
    assert result.exit_code == ExitCode.OK
    first, second = lines(result, "packs")
    assert first == "ok     packs: 1 pack, 1 action, 1 alias: 1 warning"
    assert "warning[missing-key] description is missing" in second


def test_no_more_than_a_screen(root: Path) -> None:
    """Twenty problems are shown, and how many more there are; `--all` and JSON have all."""
    write_pack(root, "t", {f"rules/r{n:02}.yaml": "a: [\n" for n in range(23)})
    shown = lines(invoke("doctor"), "packs")
    assert len(shown) == 22
    assert shown[-1] == "       ... and 3 more; chatops doctor --all shows them"
    assert len(lines(invoke("doctor", "--all"), "packs")) == 24
    last = invoke("doctor", "--json").json_lines[-2]
    assert isinstance(last, dict)
    assert isinstance(last["details"], list)
    assert len(last["details"]) == 23


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        pytest.param("bot: 5\n", "chatops.yaml:1:6: error[wrong-type] ", id="wrong type"),
        pytest.param("packs: [nope]\n", "the folder with packs ", id="unknown root"),
        pytest.param("packs: [\n", "chatops.yaml:2:1: error[yaml-syntax] ", id="no YAML"),
    ],
)
def test_broken_settings(isolated: Path, text: str, detail: str) -> None:
    """What is wrong is told as a check, and nothing more can be looked at."""
    (isolated / "chatops.yaml").write_text(text)
    result = invoke("doctor")
    assert (result.exit_code, result.stderr) == (ExitCode.PROBLEMS, "")
    first, second = result.stdout.splitlines()[2:]
    assert first == "WRONG  settings: can't be used; nothing will run"
    assert detail in second


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_state_folder_that_may_not_be_written(home: Path) -> None:
    """It is told that nothing will run."""
    home.mkdir(mode=0o500)
    result = invoke("doctor")
    assert result.exit_code == ExitCode.PROBLEMS
    assert lines(result, "state folder") == [
        f"WRONG  state folder: {home} can't be written: Permission denied; nothing will run"
    ]


def test_a_state_folder_below_a_file(isolated: Path) -> None:
    """It can't be made."""
    (isolated / "file").write_text("")
    result = invoke("--home", "file/home", "doctor")
    assert result.exit_code == ExitCode.PROBLEMS
    assert lines(result, "state folder") == [
        (
            f"WRONG  state folder: {isolated}/file/home can't be written: Not a directory;"
            " nothing will run"
        )
    ]


def test_a_state_folder_that_is_open_to_others(home: Path) -> None:
    """Each part is told with what mends it: others must not write, nor read the records."""
    home.mkdir()
    home.chmod(0o777)
    (home / "audit").mkdir()
    (home / "audit").chmod(0o755)
    result = invoke("doctor")
    assert result.exit_code == ExitCode.PROBLEMS
    assert lines(result, "state folder") == [
        f"WRONG  state folder: {home} is open to others",
        f"       {home} can be written by others; chmod go-w {home}",
        f"       {home}/audit can be read by others; chmod go-rwx {home}/audit",
    ]


def test_the_state_folder_of_somebody_else(tmp_path: Path) -> None:
    """It is told; only the owner's uid differs here."""
    with mock.patch("os.stat", side_effect=lambda path, **_: _owned_by(path, 4711)):
        check = check_home(tmp_path, user=4712)
    assert not check.is_ok
    assert check.details[0] == (
        f"{tmp_path} belongs to another user; move it away, or name another state folder"
    )


def _owned_by(path: object, user: int) -> os.stat_result:
    found = list(os.lstat(str(path)))
    found[4] = user
    return os.stat_result(found)


def test_a_disk_that_is_almost_full(tmp_path: Path) -> None:
    """It is told before nothing can be recorded any more."""
    with mock.patch("shutil.disk_usage", return_value=mock.Mock(free=2048)):
        check = check_home(tmp_path, user=os.getuid())
    assert (check.is_ok, check.says) == (
        False,
        f"{tmp_path} has 2 kB left on its disk; nothing runs once it is full",
    )


def test_a_changed_audit_log(home: Path) -> None:
    """The breach is named, with the command that says more."""
    assert invoke("run", "say").exit_code == ExitCode.OK
    log = home / "audit" / "audit.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"say"', b'"lie"', 1))
    result = invoke("doctor")
    assert result.exit_code == ExitCode.PROBLEMS
    first, *others = lines(result, "audit log")
    assert first == "WRONG  audit log: the chain is broken; see 'chatops audit verify'"
    assert f"{log}:1: changed: " in others[0]


def test_a_torn_audit_log(home: Path) -> None:
    """The unfinished line is told; the next record mends it, so it is no breach."""
    assert invoke("run", "say").exit_code == ExitCode.OK
    with (home / "audit" / "audit.jsonl").open("a") as log:
        log.write('{"torn')
    result = invoke("doctor")
    assert result.exit_code == ExitCode.OK
    assert lines(result, "audit log")[0].endswith(" records, 6 bytes of an unfinished one")


@pytest.mark.parametrize(
    ("entries", "detail"),
    [
        pytest.param(
            [("noop", "x:y", "extra")],
            "the runner 'noop' is built in (chatops-cli); not used: extra",
            id="built in",
        ),
        pytest.param(
            [("docker", "x:y", "one"), ("docker", "x:y", "two")],
            "the runner 'docker' is offered by one and two; none of them is used",
            id="twice",
        ),
        pytest.param(
            [("docker", "no_such_module", "extra")],
            "the runner 'docker' of extra can't be loaded: ModuleNotFoundError: No module named"
            " 'no_such_module' (mend or uninstall that distribution)",
            id="not loadable",
        ),
    ],
)
def test_runners(
    monkeypatch: pytest.MonkeyPatch,
    isolated: Path,
    entries: list[tuple[str, str, str]],
    detail: str,
) -> None:
    """Runners of other distributions that can't be used are told."""
    site = isolated / "site"
    for name, target, distribution in entries:
        info = site / f"{distribution}-1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Name: {distribution}\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[chatops.runners]\n{name} = {target}\n")
    monkeypatch.syspath_prepend(str(site))
    result = invoke("doctor")
    assert result.exit_code == ExitCode.PROBLEMS
    assert lines(result, "runners") == [
        "WRONG  runners: not all of them can be used",
        f"       {detail}",
    ]


def test_datastore(home: Path) -> None:
    """Its values and the key of secret ones must be nobody else's to read."""
    assert invoke("key", "generate").exit_code == ExitCode.OK
    assert invoke("key", "set", "a", "1").exit_code == ExitCode.OK
    assert invoke("key", "set", "--encrypt", "b", stdin="s3cret").exit_code == ExitCode.OK
    assert lines(invoke("doctor"), "datastore") == ["ok     datastore: 2 values, 1 of them secret"]
    file, key = home / "datastore.json", home / "datastore.key"
    file.chmod(0o644)
    assert lines(invoke("doctor"), "datastore") == [
        "WRONG  datastore: it is open to others",
        f"       {file} can be read by others; chmod go-rwx {file}",
    ]
    key.chmod(0o644)
    result = invoke("doctor")
    assert result.exit_code == ExitCode.PROBLEMS
    assert lines(result, "datastore") == [
        "WRONG  datastore: can't be used",
        f"       others may use the key file {key} (chmod 600 {key})",
    ]
    key.unlink()
    (line,) = lines(invoke("doctor"), "datastore")[1:]
    assert line.startswith(f"       there is no key file {key}")
    file.write_text("{")
    assert lines(invoke("doctor"), "datastore")[0] == "WRONG  datastore: can't be used"


def test_configurations(isolated: Path) -> None:
    """A site configuration that can't be read is told."""
    (isolated / "chatops.yaml").write_text("packs: [packs]\nbundled: false\nconfigs: configs\n")
    (isolated / "configs").mkdir()
    assert lines(invoke("doctor"), "configurations") == [
        "ok     configurations: configs: no problems"
    ]
    (isolated / "configs" / "t.yaml").write_text("a: [\n")
    result = invoke("doctor")
    assert result.exit_code == ExitCode.PROBLEMS
    first, second = lines(result, "configurations")
    assert first == "WRONG  configurations: configs: 1 error"
    assert "configs/t.yaml:2:1: error[yaml-syntax]" in second


@pytest.mark.parametrize(
    ("output", "names", "says"),
    [
        pytest.param("utf-8", "utf-8", "UTF-8", id="both"),
        pytest.param(None, "utf-8", "UTF-8", id="no stdout"),
        pytest.param(
            "ascii",
            "ascii",
            "ascii: what it can't hold is shown as escapes; LANG=C.UTF-8 shows it",
            id="ASCII",
        ),
    ],
)
def test_encoding(output: str | None, names: str, says: str) -> None:
    """No encoding is wrong, but what some can't show is told."""
    check = check_encoding(output, names)
    assert (check.is_ok, check.says) == (True, says)
