"""`chatops key`: what each command prints, keeps and refuses."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatops_cli.cli.key_file import entries_as_text, read_entries
from chatops_cli.cli.key_input import read_value
from chatops_cli.cli.session import user_name
from chatops_cli.errors import ChatOpsError, ExitCode
from chatops_cli.model.item import Item, Scope
from chatops_cli.model.json import Json
from tests.support.cli import invoke

SECRET = "c4n4ry-s3cret"


def home() -> Path:
    return Path(os.environ["CHATOPS_HOME"])


def keep(*arguments: str, stdin: str = "") -> None:
    result = invoke("key", "set", *arguments, stdin=stdin)
    assert result.exit_code == ExitCode.OK, result.stderr


def values(*arguments: str) -> dict[str, Json]:
    """The values that are listed, by scope, user and name."""
    listed = invoke("key", "list", "--json", *arguments).json_lines
    return {
        "/".join(str(v[k]) for k in ("scope", "user", "name") if v[k] is not None): v["value"]
        for v in listed
        if isinstance(v, dict)
    }


@pytest.fixture
def key() -> None:
    """There is a key file."""
    assert invoke("key", "generate").exit_code == ExitCode.OK


def test_a_value_is_kept_and_printed() -> None:
    result = invoke("key", "set", "region", "eu west")
    assert (result.exit_code, result.stdout) == (ExitCode.OK, "")
    assert result.stderr == "set region for everybody\n"
    result = invoke("key", "get", "region")
    assert (result.exit_code, result.stdout, result.stderr) == (ExitCode.OK, "eu west\n", "")
    keep("region", "us")
    assert invoke("key", "get", "region").stdout == "us\n"
    keep("--", "negative", "-5")
    assert invoke("key", "get", "negative").stdout == "-5\n"


@pytest.mark.parametrize(
    ("arguments", "stdin", "kept"),
    [
        pytest.param(["a", "-"], "one\n", "one", id="dash"),
        pytest.param(["a"], "one\ntwo\n\n", "one\ntwo\n", id="nothing"),
        pytest.param(["a", ""], "one", "", id="an empty value is one"),
    ],
)
def test_a_value_comes_from_standard_input(arguments: list[str], stdin: str, kept: str) -> None:
    keep(*arguments, stdin=stdin)
    assert values() == {"system/a": kept}


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        pytest.param(b"\xff", "standard input is not UTF-8 text", id="bytes"),
        pytest.param(b"x" * 1_048_578, "standard input is longer than 1,048,576", id="long"),
    ],
)
def test_input_that_is_no_value_is_refused(stdin: bytes, message: str) -> None:
    result = invoke("key", "set", "a", stdin=stdin)
    assert result.exit_code == ExitCode.USAGE
    assert message in result.stderr
    assert values() == {}


def test_closed_input_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(ChatOpsError, match="standard input is closed"):
        read_value(hidden=False)


TERMINAL = """
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.executable, [sys.executable, "-m", "chatops_cli", "key", "set", *sys.argv[1:]])
shown = b""
while b"value" not in shown:
    shown += os.read(terminal, 1000)
os.write(terminal, b"typed\\n\\x04" if "--encrypt" not in sys.argv else b"typed\\n")
while True:
    try:
        chunk = os.read(terminal, 1000)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), b"typed" in shown)
"""


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("arguments", "is_shown"),
    [
        pytest.param(["a"], True, id="shown"),
        pytest.param(["--encrypt", "a"], False, id="hidden"),
    ],
)
def test_a_value_is_typed_at_a_terminal(arguments: list[str], is_shown: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TERMINAL, *arguments],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.split() == ["0", str(is_shown)]
    assert values("--decrypt") == {"system/a": "typed"}


def test_values_of_users_are_theirs() -> None:
    keep("city", "Rome")
    keep("--scope", "user", "city", "Bonn")
    keep("--user", "alice", "city", "Oslo")
    assert values() == {
        "system/city": "Rome",
        f"user/{user_name()}/city": "Bonn",
        "user/alice/city": "Oslo",
    }
    assert invoke("key", "get", "city", "--user", "alice").stdout == "Oslo\n"
    assert invoke("key", "get", "city", "--scope", "user").stdout == "Bonn\n"
    assert list(values("--user", "alice")) == ["user/alice/city"]
    assert list(values("--scope", "system", "--prefix", "ci")) == ["system/city"]
    result = invoke("key", "set", "--scope", "system", "--user", "alice", "a", "1")
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr == "error: the datastore's scope system has no users\n"


def test_what_is_not_there_is_told_with_what_is_like_it() -> None:
    keep("region", "eu")
    result = invoke("key", "get", "regoin")
    assert result.exit_code == ExitCode.FAILED
    assert result.stderr == (
        "error: the datastore has no 'regoin' there\nhint: did you mean region?\n"
    )
    result = invoke("key", "delete", "region", "x", "y")
    assert result.exit_code == ExitCode.FAILED
    assert result.stderr == (
        "error: the datastore has no 'x', 'y' there\nhint: see 'chatops key list'\n"
    )
    assert values() == {"system/region": "eu"}, "all or nothing"


def test_values_are_removed_by_name_or_prefix() -> None:
    for name in ("db.host", "db.port", "web", "x"):
        keep(name, "1")
    keep("--user", "alice", "db.host", "1")
    result = invoke("key", "delete", "web", "x")
    assert result.stderr == "removed web for everybody\nremoved x for everybody\n"
    removed = invoke("key", "delete", "--prefix", "db.", "--json").json_lines
    assert [r["name"] for r in removed if isinstance(r, dict)] == ["db.host", "db.port"]
    assert values() == {"user/alice/db.host": "1"}
    for arguments in ([], ["a", "--prefix", "b"]):
        result = invoke("key", "delete", *arguments)
        assert (result.exit_code, result.stderr.splitlines()[0]) == (
            ExitCode.USAGE,
            "error: say what to remove: names, or --prefix",
        )


def test_a_value_with_a_ttl_says_until_when() -> None:
    before = datetime.now(UTC)  # noqa: TID251  # the command's own clock is compared with it
    result = invoke("key", "set", "--ttl", "3600", "soon", "1", "--json")
    shown = result.json
    assert isinstance(shown, dict)
    expires = datetime.fromisoformat(str(shown["expires"]))
    assert timedelta(seconds=3595) < expires - before < timedelta(seconds=3630)
    assert f"{expires:%Y-%m-%d %H:%M:%S}" in invoke("key", "list").stdout
    keep("--ttl", "0.001", "gone", "1")
    assert list(values()) == ["system/soon"]
    result = invoke("key", "set", "--ttl", "0", "soon", "1")
    assert "a value can't be kept for 0.0 seconds" in result.stderr


@pytest.mark.usefixtures("key")
def test_a_secret_shows_only_when_it_is_asked_for() -> None:
    result = invoke("key", "set", "--encrypt", "pw", stdin=SECRET)
    assert result.stderr == "set pw for everybody, encrypted\n"
    for arguments in (["get", "pw"], ["list"], ["list", "--json"], ["export"]):
        shown = invoke("key", *arguments)
        assert (shown.exit_code, SECRET in shown.stdout) == (ExitCode.OK, False)
    assert "(encrypted)" in invoke("key", "list").stdout
    assert invoke("key", "get", "pw").stderr == "that is encrypted; --decrypt shows the value\n"
    for arguments in (["get", "pw"], ["list"], ["list", "--json"], ["export"]):
        assert SECRET in invoke("key", *arguments, "--decrypt").stdout
    for file in home().rglob("*"):
        assert SECRET.encode() not in (file.read_bytes() if file.is_file() else b""), file
        assert file.stat().st_mode & 0o077 == 0, f"others may look into {file}"


def test_without_a_key_a_secret_is_refused() -> None:
    result = invoke("key", "set", "--encrypt", "pw", stdin=SECRET)
    assert result.exit_code == ExitCode.FAILED
    assert f"there is no key file {home()}/datastore.key" in result.stderr
    assert "chatops key generate" in result.stderr
    assert not (home() / "datastore.json").exists()


def test_the_key_file_is_that_of_the_settings(isolated: Path) -> None:
    (isolated / "chatops.yaml").write_text("datastore: {key_file: keys/my.key}\n")
    result = invoke("key", "generate")
    assert result.stdout == f"wrote {isolated}/keys/my.key\n"
    assert stat.S_IMODE((isolated / "keys" / "my.key").stat().st_mode) == 0o600
    keep("--encrypt", "pw", stdin=SECRET)
    assert invoke("key", "get", "pw", "--decrypt").stdout == f"{SECRET}\n"
    again = invoke("key", "generate")
    assert (again.exit_code, "is there already" in again.stderr) == (ExitCode.FAILED, True)
    (isolated / "chatops.yaml").write_text("datastore: {key_file: keys/other.key}\n")
    assert invoke("key", "generate", "--json").json == {"file": f"{isolated}/keys/other.key"}
    wrong = invoke("key", "get", "pw", "--decrypt")
    assert wrong.exit_code == ExitCode.FAILED
    assert "can't be decrypted: its key is another one" in wrong.stderr


def test_an_empty_datastore_is_no_error() -> None:
    assert invoke("key", "list").stderr == "it is empty\n"
    assert invoke("key", "list", "--prefix", "x").stderr == "the datastore has no such value\n"
    assert invoke("key", "export").stdout == "[]\n"
    assert invoke("key", "list").exit_code == ExitCode.OK


# Files


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["yaml", "json"])
@pytest.mark.parametrize("decrypt", [[], ["--decrypt"]], ids=["as they are", "decrypted"])
def test_what_is_exported_can_be_loaded(
    isolated: Path, flags: list[str], decrypt: list[str]
) -> None:
    keep("plain", "1.10")
    keep("--encrypt", "pw", stdin=SECRET)
    keep("--user", "alice", "--ttl", "3600", "mine", "yes")
    before = values("--decrypt")
    result = invoke("key", "export", *flags, *decrypt, "out.file")
    assert result.stderr == "wrote 3 values to out.file\n"
    assert stat.S_IMODE((isolated / "out.file").stat().st_mode) == 0o600
    (home() / "datastore.json").unlink()
    assert invoke("key", "load", "out.file").stderr == "set 3 values\n"
    assert values("--decrypt") == before
    assert SECRET not in (home() / "datastore.json").read_text()
    (mine,) = invoke("key", "list", "--json", "--prefix", "mine").json_lines
    assert isinstance(mine, dict)
    assert mine["expires"] is not None


STACKSTORM = """
[
\t{"name": "a", "value": "\\ud83d\\ude00", "scope": "st2kv.system", "user": "", "secret": false,
\t "encrypted": false, "expire_timestamp": null, "uid": "key_value_pair:st2kv.system:a"},
\t{"name": "b", "value": "2", "scope": "st2kv.user", "user": "alice", "ttl": 60, "secret": true}
]
"""


@pytest.mark.usefixtures("key")
def test_stackstorms_own_list_is_loaded() -> None:
    loaded = invoke("key", "load", "-", "--json", stdin=STACKSTORM)
    assert loaded.exit_code == ExitCode.OK, loaded.stderr
    assert values("--decrypt") == {"system/a": "😀", "user/alice/b": "2"}
    assert [v["secret"] for v in loaded.json_lines if isinstance(v, dict)] == [False, True]


def test_one_value_and_an_empty_file_are_loaded() -> None:
    result = invoke("key", "load", "-", stdin="name: a\nvalue: x\nscope: user\n")
    assert result.stderr == "set 1 value\n"
    assert values() == {f"user/{user_name()}/a": "x"}
    assert invoke("key", "load", "-", stdin="").stderr == "set 0 values\n"


def test_a_file_with_mistakes_sets_nothing_and_all_are_told(isolated: Path) -> None:
    (isolated / "keys.yaml").write_text(
        f"""
- {{name: ok, value: fine}}
- {{value: {SECRET}}}
- {{name: two, value: [{SECRET}]}}
- {{name: three}}
- {{name: four, value: x, scope: all, ttl: -1, colour: red}}
- five
"""
    )
    result = invoke("key", "load", "keys.yaml")
    assert result.exit_code == ExitCode.USAGE
    lines = result.stderr.splitlines()
    for place, rule in (
        ("keys.yaml:3:3", "missing-key"),
        ("keys.yaml:4:15", "wrong-type"),
        ("keys.yaml:5:3", "missing-key"),
        ("keys.yaml:6:", "unknown-key"),
        ("keys.yaml:7:3", "wrong-type"),
    ):
        assert any(place in line and rule in line for line in lines), (place, rule, lines)
    assert SECRET not in result.stderr
    assert lines[-1] == "hint: no value was set"
    assert values() == {}
    missing = invoke("key", "load", "nowhere.yaml")
    assert (missing.exit_code, "cannot be read" in missing.stderr) == (ExitCode.USAGE, True)
    broken = invoke("key", "load", "-", stdin="[{")
    assert (broken.exit_code, "standard input:" in broken.stderr) == (ExitCode.USAGE, True)


def test_values_that_are_no_text_are_kept_as_json_when_asked() -> None:
    text = '- {name: a, value: {"b": [1, true]}}\n- {name: c, value: 5}\n- {name: d, value: null}\n'
    assert invoke("key", "load", "-", stdin=text).exit_code == ExitCode.USAGE
    assert invoke("key", "load", "--convert", "-", stdin=text).exit_code == ExitCode.OK
    assert values() == {"system/a": '{"b": [1, true]}', "system/c": "5", "system/d": "null"}


def test_a_file_that_can_not_be_written_is_told() -> None:
    result = invoke("key", "export", "nowhere/keys.yaml")
    assert result.exit_code == ExitCode.FAILED
    assert "the file nowhere/keys.yaml cannot be written" in result.stderr


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)
ITEMS = st.builds(
    Item,
    scope=st.just(Scope.USER),
    user=NAMES,
    name=NAMES,
    value=st.text(),
    secret=st.booleans(),
)


@given(items=st.lists(ITEMS, max_size=2), as_json=st.booleans())
@settings(
    max_examples=40,  # of several texts each
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
def test_any_value_survives_a_file(tmp_path: Path, items: list[Item], as_json: bool) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    file = tmp_path / "keys"
    file.write_text(entries_as_text(items, now, as_json=as_json))
    assert read_entries(file, converts=False, expiry=lambda ttl: None) == items  # noqa: ARG005  # none has one


# Several processes, and kills


def run_all(*calls: list[str]) -> list[int]:
    """The exit codes of commands that run at the same time."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "chatops_cli", "key", *call], stderr=subprocess.DEVNULL
        )
        for call in calls
    ]
    return [process.wait(60) for process in started]


def test_processes_at_once_lose_nothing(isolated: Path) -> None:
    (isolated / "keys.json").write_text(
        json.dumps([{"name": f"l{n}", "value": "x"} for n in range(50)])
    )
    codes = run_all(["load", "keys.json"], *(["set", f"s{n}", "x"] for n in range(5)))
    assert codes == [0] * 6
    assert len(values()) == 55


def test_of_two_that_make_a_key_one_wins() -> None:
    assert sorted(run_all(*[["generate"]] * 3)) == [0, 1, 1]
    assert [path.name for path in home().iterdir()] == ["datastore.key"]


def test_a_kill_leaves_the_old_values_or_the_new_ones(isolated: Path) -> None:
    entries = [{"name": f"n{n}", "value": "new" * 1000} for n in range(40)]
    (isolated / "old.json").write_text(json.dumps([{**e, "value": "old"} for e in entries]))
    (isolated / "new.json").write_text(json.dumps(entries))
    assert invoke("key", "load", "old.json").exit_code == ExitCode.OK
    for attempt in range(8):
        process = subprocess.Popen(
            [sys.executable, "-m", "chatops_cli", "key", "load", "new.json"],
            stderr=subprocess.DEVNULL,
        )
        time.sleep(0.1 + attempt * 0.03)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert len(set(values().values())) == 1, "never some of both"
        assert len(values()) == 40
