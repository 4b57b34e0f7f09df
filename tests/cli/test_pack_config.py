"""`chatops pack config`: what is asked, written, refused and told."""

import contextlib
import io
import os
import pty
import select
import sys
from pathlib import Path
from unittest import mock

import pytest

from chatops_cli.cli.config_form import Form
from chatops_cli.cli.main import run
from chatops_cli.errors import ChatOpsError, ExitCode
from chatops_cli.model.json import Json
from chatops_cli.room.configuration_draft import Draft
from chatops_cli.room.opening import open_datastore, open_world
from chatops_cli.settings.load import load_settings
from tests.support.cli import Result, invoke
from tests.support.packs import write_pack

SCHEMA = """
host: {type: string, required: true, description: Where the service is.}
port: {type: integer, default: 80}
mode: {type: string, enum: [fast, safe]}
tls: {type: boolean}
tags: {type: array, items: {type: string}}
token: {type: string, secret: true}
pin: {type: integer, secret: true}
limits:
  type: object
  properties:
    low: {type: integer}
    deep: {type: object, properties: {key: {type: string, secret: true}}}
devices:
  type: array
  items: {type: object, properties: {name: {type: string, required: true}, port: {type: integer}}}
accounts:
  type: object
  additionalProperties: {type: object, properties: {user: {type: string}, password: {secret: true}}}
free: {type: object}
"""
CANARY = "c4n4ry-s3cret"
NAMES = ("host", "port", "mode", "tls", "tags", "token", "pin", "limits", "devices", "accounts")


@pytest.fixture(autouse=True)
def file(isolated: Path) -> Path:
    """A site with the pack `p`; its configuration's file isn't there yet, nor the folder."""
    write_pack(isolated / "packs", "p", {"config.schema.yaml": SCHEMA})
    write_pack(isolated / "packs", "bare")
    (isolated / "chatops.yaml").write_text(
        "packs: packs\nbundled: false\nconfigs: configs\nconfig_environment: [P_TOKEN]\n"
    )
    return isolated / "configs" / "p.yaml"


def config(*arguments: str, stdin: str = "") -> Result:
    return invoke("pack", "config", "p", *arguments, stdin=stdin)


def stored(name: str) -> str:
    return invoke("key", "get", "--decrypt", name).stdout.removesuffix("\n")


# Changes by options


def test_values_are_set_and_the_file_is_made(file: Path) -> None:
    result = config("--set", "host=h", "--set", "port=8080", "--set", "tags=a,b",
                    "--set", "devices[0].name=d", "--set", "limits.low=1")  # fmt: skip
    assert (result.exit_code, result.stdout) == (ExitCode.OK, "")
    assert result.stderr.splitlines()[-1] == (
        "made the folder configs and wrote configs/p.yaml; only you may read it"
    )
    assert file.read_text() == (
        "host: h\nport: 8080\ntags:\n- a\n- b\ndevices:\n- name: d\nlimits:\n  low: 1\n"
    )
    assert file.stat().st_mode & 0o777 == 0o600


def test_comments_stay_and_changes_are_told(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("# ours\nhost: a  # the old one\nport: 1\ntags: [x]  # gone\n")
    result = config("--set", "host=b", "--unset", "port", "--set", "tags=y,z", "--json")
    assert file.read_text() == "# ours\nhost: b  # the old one\ntags:\n- y\n- z  # gone\n"
    assert result.stderr == (
        "host: b (was a)\nport: removed (was 1)\ntags: y,z (was x)\nwrote configs/p.yaml\n"
    )
    assert result.json == {
        "pack": "p", "file": str(file), "changed": ["host", "port", "tags"], "stored": [],
        "problems": [],
    }  # fmt: skip
    assert (
        "the comments of line 2 of configs/p.yaml will be lost" in config("--unset", "host").stderr
    )
    assert "nothing has changed" in config("--set", "tags=y,z").stderr


def test_a_secret_goes_to_the_datastore(file: Path) -> None:
    assert invoke("key", "generate").exit_code == ExitCode.OK
    result = config("--set", "host=h", "--set-secret", "token=-", stdin=f"{CANARY}\n")
    assert result.exit_code == ExitCode.OK, result.stderr
    assert file.read_text() == "host: h\ntoken: '{{ st2kv.system.p.token }}'\n"
    assert stored("p.token") == CANARY
    (file.parent / "secret").write_text(f"{CANARY}-2\n")
    result = config("--set-secret", "token=@configs/secret", "--json")
    assert isinstance(result.json, dict)
    assert (result.json["changed"], result.json["stored"]) == ([], ["p.token"])
    assert stored("p.token") == f"{CANARY}-2"
    assert config("--check").exit_code == ExitCode.OK
    assert CANARY not in result.stderr


def test_what_others_may_use_is_not_replaced(file: Path) -> None:
    """A shared item that the value refers to, one of that name that is something else."""
    assert invoke("key", "generate").exit_code == ExitCode.OK
    for name in ("shared", "p.token"):
        assert invoke("key", "set", name, "other").exit_code == ExitCode.OK
    config("--set", "host=h", "--set", "token={{ st2kv.system.shared }}")
    config("--set-secret", "token=-", stdin=CANARY)
    assert "st2kv.system.p.token_2 " in file.read_text()
    assert (stored("shared"), stored("p.token"), stored("p.token_2")) == ("other", "other", CANARY)


def test_a_key_that_no_schema_calls_secret_is_decrypted_by_name(file: Path) -> None:
    assert invoke("key", "generate").exit_code == ExitCode.OK
    config("--set-secret", "accounts.a-b.user=-", stdin=CANARY)
    assert "{{ st2kv.system.p.accounts.a_b.user | decrypt_kv }}" in file.read_text()
    assert stored("p.accounts.a_b.user") == CANARY


def test_a_secret_may_be_a_variable_or_in_the_file(file: Path) -> None:
    result = config("--set", "host=h", "--set-secret", "token=env:P_TOKEN")
    assert result.exit_code == ExitCode.OK, result.stderr
    result = config("--set-secret", "pin=-", "--in-file", stdin="12345678")
    assert "12345678" not in result.stderr
    assert file.read_text() == "host: h\ntoken: '{{ env.P_TOKEN }}'\npin: 12345678\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["--set", "port=x"], "port must be a whole number, not 'x'", id="type"),
        pytest.param(["--set", "mode=slow"], "mode must be one of fast, safe, not 'slow'",
                     id="choice"),
        pytest.param(["--set", "token=hunter2"], "token is secret, and others", id="secret"),
        pytest.param(["--set", "accounts.a={}"], "accounts.a is secret", id="a secret inside"),
        pytest.param(["--set-secret", "token=hunter2"], "takes no value from the command line",
                     id="a secret in argv"),
        pytest.param(["--set-secret", "token=-", "--set-secret", "pin=-"],
                     "standard input holds one secret", id="two from stdin"),
        pytest.param(["--set-secret", "token=-"], "the secret for token is empty", id="empty"),
        pytest.param(["--set-secret", "token=@nope"], "nope can't be read: No such file",
                     id="no such file"),
        pytest.param(["--set-secret", "token=env:HOME"],
                     "do not let a configuration read the environment variable 'HOME'",
                     id="not permitted"),
        pytest.param(["--set-secret", "token=env:A B"], "is no name of an environment variable",
                     id="no name"),
        pytest.param(["--set", "x"], "--set takes KEY=VALUE", id="no value"),
        pytest.param(["--set", ".a=1"], "'.a' is no key of a configuration", id="no key"),
        pytest.param(["--set", "[0]=1"], "'[0]' is no key of a configuration", id="no key at all"),
        pytest.param(["--set", "tags[1]=1"], "tags[1] can't be set", id="beyond the end"),
        pytest.param(["--set", "host=a", "--set", "host.x=1"], "host.x can't be set",
                     id="no object"),
        pytest.param(["--unset", "port"], "port is not set", id="nothing to remove"),
        pytest.param(["--in-file"], "--in-file is about --set-secret", id="in-file alone"),
        pytest.param(["--show", "--check"], "one at a time", id="two things"),
        pytest.param([], "this asks at a terminal, and there is none", id="no terminal"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused(file: Path, arguments: list[str], says: str) -> None:
    result = config(*arguments)
    assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
    assert says in result.stderr
    assert "hunter2" not in result.stderr
    assert not file.exists()


def test_what_is_wrong_in_the_whole_is_refused(file: Path) -> None:
    """What is missing is told, and no reason: files come to be step by step."""
    result = config("--set", 'devices=[{"name": 5}]')
    assert (result.exit_code, file.exists()) == (ExitCode.USAGE, False)
    result = config("--set", "port=1")
    assert result.exit_code == ExitCode.OK
    assert "error: host is missing\n" in result.stderr


def test_what_is_wrong_around_it_is_refused_with_code_3(isolated: Path, file: Path) -> None:
    """The value alone is right; the list that it is put into isn't."""
    schema = "pair: {type: array, minItems: 2, items: {type: string}}\n"
    write_pack(isolated / "packs", "p", {"config.schema.yaml": schema})
    result = config("--set", "pair[0]=a")
    assert result.exit_code == ExitCode.PROBLEMS
    assert result.stderr.startswith("pair does not fit its schema: ")
    assert "error: nothing was written\n" in result.stderr
    assert not file.exists()
    assert config("--set", "pair=a,b").exit_code == ExitCode.OK


def test_a_template_is_no_secret_in_the_file(file: Path) -> None:
    result = config("--set-secret", "token=-", "--in-file", stdin="{{ a }}")
    assert result.exit_code == ExitCode.USAGE
    assert "holds {{ or {%" in result.stderr
    assert not file.exists()


def test_a_broken_file_is_not_touched(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("a: [\n")
    result = config("--set", "host=h")
    assert result.exit_code == ExitCode.USAGE
    assert "configs/p.yaml:2:1: error[yaml-syntax]" in result.stderr
    assert file.read_text() == "a: [\n"


def test_unknown_packs_are_told() -> None:
    result = invoke("pack", "config", "q", "--show")
    assert (result.exit_code, "loaded are bare, p" in result.stderr) == (ExitCode.FAILED, True)


def test_without_a_key_a_secret_is_not_kept(file: Path) -> None:
    result = config("--set-secret", "token=-", stdin=CANARY)
    assert result.exit_code == ExitCode.FAILED
    assert "chatops key generate" in result.stderr
    assert not file.exists()


# Showing and checking


def test_every_value_is_shown_with_where_it_comes_from(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(
        f"host: '{{{{ st2kv.system.h }}}}'\npin: {CANARY}\ntags: [a]\nlimits: {{low: 1}}\n"
        f"accounts: {{a: {{user: u, password: {CANARY}}}}}\nmore: 1\n"
        "devices: [{name: '{{ env.P_TOKEN }}'}]\n"
    )
    result = config("--show", "--json")
    assert CANARY not in result.stdout
    shown = {v["key"]: (v["value"], v["from"]) for v in result.json_lines if isinstance(v, dict)}
    assert shown == {
        "host": ("{{ st2kv.system.h }}", "datastore"), "port": (80, "default"),
        "mode": (None, "unset"), "tls": (None, "unset"), "tags": (["a"], "file"),
        "token": (None, "unset"), "pin": ("********", "file"), "limits.low": (1, "file"),
        "limits.deep.key": (None, "unset"), "devices[0].name": ("{{ env.P_TOKEN }}", "environment"),
        "devices[0].port": (None, "unset"), "accounts.a.user": ("u", "file"),
        "accounts.a.password": ("********", "file"), "free": (None, "unset"), "more": (1, "file"),
    }  # fmt: skip
    result = config("--show")
    assert "pin                  file         ********" in result.stdout
    assert "it is wrong, and the pack doesn't run" in result.stderr


def test_show_without_anything() -> None:
    result = invoke("pack", "config", "bare", "--show")
    assert result.exit_code == ExitCode.OK
    assert result.stderr.splitlines() == [
        "the pack bare has no configuration, and no schema for one",
        "file: configs/bare.yaml, which isn't there",
    ]
    assert "(required)" in config("--show").stdout


def test_check(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file first, then what it refers to."""
    assert "config-absent" in config("--check").stdout
    file.parent.mkdir()
    file.write_text("host: 5\n")
    (problem,) = config("--check", "--json").json_lines
    assert problem == {
        "file": str(file), "line": 1, "column": 7, "severity": "error", "rule": "config-value",
        "message": "host must be a text, not 5", "hint": None,
    }  # fmt: skip
    file.write_text("host: '{{ env.P_TOKEN }}'\nport: '{{ env.P_TOKEN }}'\n")
    file.chmod(0o600)
    result = config("--check")
    assert result.exit_code == ExitCode.PROBLEMS
    assert "error[config-reference] the configuration of pack p has no value for 'host'" in (
        result.stdout
    )
    monkeypatch.setenv("P_TOKEN", CANARY)
    result = config("--check")
    assert "port must be a whole number, not ********" in result.stdout
    assert CANARY not in result.stdout
    monkeypatch.setenv("P_TOKEN", "8080")
    result = config("--check")
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "no problems\n")


# The questions


class Answers:
    """Somebody who answers each question in turn, and remembers what was said."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.said: list[str] = []

    def ask(self, prompt: str) -> str:
        self.said.append(prompt)
        if not self._answers:
            raise EOFError
        return self._answers.pop(0)

    def ask_hidden(self, prompt: str) -> str:
        return self.ask(prompt)

    def say(self, text: str) -> None:
        self.said.append(text)

    @property
    def all(self) -> str:
        return "\n".join(self.said)


def fill(names: tuple[str, ...], *answers: str, has_key: bool = True) -> tuple[Draft, Answers]:
    """The form for these keys, answered."""
    settings = load_settings(home=Path(os.environ["CHATOPS_HOME"]))
    draft = Draft(
        pack="p",
        configuration=open_world(settings).configuration("p"),
        permitted=settings.config_environment,
        datastore=open_datastore(settings),
    )
    person = Answers(*answers)

    def ensure_key() -> None:
        if not has_key:
            raise ChatOpsError("without a key nothing can be encrypted")

    Form(draft, person, ensure_key).fill(names)
    assert person._answers == []
    return draft, person


@pytest.mark.parametrize(
    ("names", "answers", "values"),
    [
        pytest.param("host", ["h"], {"host": "h"}, id="text"),
        pytest.param("port", [""], {}, id="the default stays unsaid"),
        pytest.param("port", ["x", "7"], {"port": 7}, id="asked again"),
        pytest.param("mode", ["2"], {"mode": "safe"}, id="a choice by number"),
        pytest.param("mode", ["slow", "9", "fast"], {"mode": "fast"}, id="a choice by name"),
        pytest.param("tls", ["maybe", "y"], {"tls": True}, id="yes"),
        pytest.param("tls", ["No"], {"tls": False}, id="no"),
        pytest.param("tags", ["a, b"], {"tags": ["a", "b"]}, id="list"),
        pytest.param("free", ['{"a": 1}'], {"free": {"a": 1}}, id="object as JSON"),
        pytest.param("host", ["{{ st2kv.system.h }}"], {"host": "{{ st2kv.system.h }}"},
                     id="template"),
        pytest.param("limits", [""], {}, id="no object"),
        pytest.param("limits", ["y", "1", ""], {"limits": {"low": 1}}, id="object"),
        pytest.param("devices", ["y", "a", "1", "y", "b", "", "n"],
                     {"devices": [{"name": "a", "port": 1}, {"name": "b"}]}, id="list of objects"),
        pytest.param("accounts", ["y", "x", "u", "", "y", "", "", ""],
                     {"accounts": {"x": {"user": "u"}, "y": {}}}, id="named objects"),
        pytest.param("accounts", ["y", "x", "", "", "x", ""], {"accounts": {"x": {}}},
                     id="a name twice"),
        pytest.param("token", ["2", "HOME", "2", "P_TOKEN"], {"token": "{{ env.P_TOKEN }}"},
                     id="variable"),
        pytest.param("pin", ["3", "x", "3", "12"], {"pin": 12}, id="in the file"),
        pytest.param("token", ["8", "1", "", ""], {}, id="no secret after all"),
    ],
)  # fmt: skip
def test_answers_become_values(names: str, answers: list[str], values: dict[str, Json]) -> None:
    draft, _ = fill((names,), *answers)
    assert draft.values == values


def test_what_there_is_may_be_kept_changed_or_removed(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(
        "host: a\nport: 1\ntoken: s3cret-here\n"
        "devices: [{name: one}, {name: two}, {name: three}]\naccounts: {x: {user: u}}\n"
    )
    draft, person = fill(
        ("host", "port", "token", "devices", "accounts"),
        *("", "-", "-"),
        *("", "r", "c", "3", "7", "n"),
        *("what", "k", ""),
    )
    assert draft.values == {
        "host": "a",
        "devices": [{"name": "one"}, {"name": "3", "port": 7}],
        "accounts": {"x": {"user": "u"}},
    }
    assert "devices[0] (name one): keep, change or remove?" in person.all
    assert "text, required [a]: " in person.all
    assert "s3cret-here" not in person.all


def test_a_secret_is_asked_for_unseen_and_kept(file: Path) -> None:
    assert invoke("key", "generate").exit_code == ExitCode.OK
    draft, person = fill(("token", "limits"), "1", CANARY, "y", "", "y", "1", f"{CANARY}2")
    assert draft.secrets == ("p.token", "p.limits.deep.key")
    draft.save()
    assert stored("p.limits.deep.key") == f"{CANARY}2"
    assert CANARY not in file.read_text() + person.all
    _, person = fill(("token",), "")
    assert "[1, p.token]" in person.all
    _, person = fill(("token",), "1", "", has_key=False)
    assert "without a key nothing can be encrypted" in person.all


def test_the_end_of_input_ends_it(file: Path) -> None:
    with pytest.raises(EOFError):
        fill(NAMES, "h")
    assert not file.exists()


class Terminal(io.StringIO):
    """Text that says of itself that a person types or reads it."""

    def isatty(self) -> bool:
        return True


def talk(*lines: str, pack: str = "p", hidden: str = CANARY) -> tuple[int, str, str]:
    """The command with these lines typed, then the end of input: code, stdout, stderr."""
    out, err = io.StringIO(), Terminal()
    with (
        mock.patch("sys.stdin", Terminal("".join(f"{line}\n" for line in lines))),
        mock.patch("getpass.getpass", return_value=hidden),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = run(["pack", "config", pack, "--json"])
    return code, out.getvalue(), err.getvalue()


def test_it_is_shown_and_agreed_on(file: Path) -> None:
    """A key is made where one is wanted; comments that go are told before."""
    file.parent.mkdir()
    file.write_text("host: a\ntags:\n- a\n- b  # gone\n- c\n")
    tags = ("", "", "", "", "x,y")
    rest = ("", "n", "n", "n", "")
    code, out, shown = talk(*tags, "1", "n", *("1", "y"), *rest, "n")
    assert (code, out) == (ExitCode.OK, ""), shown
    assert "without a key nothing can be encrypted" in shown
    assert "the comments of line 4 of configs/p.yaml will be lost" in shown
    assert shown.endswith("write configs/p.yaml? [Y/n] nothing was written\n")
    assert "# gone" in file.read_text()
    code, out, shown = talk(*tags, "1", *rest, "y")
    assert code == ExitCode.OK, shown
    assert '"changed":["tags","token"],"stored":["p.token"]' in out
    assert "token: {{ st2kv.system.p.token }}\nin the datastore, encrypted: p.token\n" in shown
    assert (stored("p.token"), CANARY in shown + out) == (CANARY, False)


@pytest.mark.parametrize("lines", [(), ("h",), ("h", "", "", "", "", "", "", "n", "n", "n", "")])
def test_the_end_of_input_writes_nothing(file: Path, lines: tuple[str, ...]) -> None:
    """At any question, the last one too."""
    code, out, shown = talk(*lines)
    assert (code, out) == (ExitCode.INTERRUPTED, "")
    assert shown.endswith("\nnothing was written\n")
    assert not file.exists()


def test_without_a_change_nothing_is_written(file: Path) -> None:
    code, _, shown = talk("", "", "", "", "", "", "", "n", "n", "n", "")
    assert code == ExitCode.OK
    assert shown.endswith("nothing has changed\nerror: host is missing\n")
    assert not file.exists()


def test_without_a_schema_there_is_nothing_to_ask() -> None:
    code, _, shown = talk(pack="bare")
    assert code == ExitCode.USAGE
    assert "the pack bare has no configuration schema" in shown


def dialog(*steps: tuple[str, bytes]) -> tuple[int, str]:
    """The command at a terminal of its own: what is waited for, and what is then typed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-m", "chatops_cli", "pack", "config", "p"])
    shown, waiting = "", list(steps)
    while select.select([terminal], [], [], 20)[0]:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        shown += data.decode()
        if waiting and waiting[0][0] in shown.rpartition("§")[2]:
            os.write(terminal, waiting.pop(0)[1])
            shown += "§"
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown


def test_at_a_terminal(file: Path) -> None:
    """Asked, shown, agreed on, written; the secret is not on the screen."""
    code, shown = dialog(
        ("text, required: ", b"h\n"), ("[default 80]: ", b"\n"), ("choice: ", b"\n"),
        ("y or n: ", b"\n"), ("between: ", b"\n"), ("kept? [not set] ", b"1\n"),
        ("[Y/n] ", b"\n"), ("(not shown): ", f"{CANARY}\n".encode()), ("kept? [not set] ", b"\n"),
        ("set limits? [y/N] ", b"\n"), ("[y/N] ", b"\n"), ("set accounts? [y/N] ", b"\n"),
        ("JSON object: ", b"\n"), ("write configs/p.yaml? [Y/n] ", b"y\n"),
    )  # fmt: skip
    assert code == ExitCode.OK, shown
    assert CANARY not in shown
    assert "token: {{ st2kv.system.p.token }}" in shown
    assert file.read_text() == "host: h\ntoken: '{{ st2kv.system.p.token }}'\n"
    assert stored("p.token") == CANARY


@pytest.mark.parametrize("key", [b"\x03", b"\x04"])
def test_leaving_writes_nothing(file: Path, key: bytes) -> None:
    code, shown = dialog(("text, required: ", b"h\n"), ("[default 80]: ", key))
    assert (code, "nothing was written" in shown) == (ExitCode.INTERRUPTED, True)
    assert not file.parent.exists()
