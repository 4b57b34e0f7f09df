"""`chatops action`: list, show, run; what is printed, where, and with which exit code."""

from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import action_text, write_pack
from tests.support.small_packs import shell_action

GREET = """
name: greet
runner_type: local-shell-cmd
description: Greets a person.
parameters:
  who: {type: string, required: true, description: Whom., position: 0}
  tone: {type: string, enum: [warm, cool], default: warm, description: Its tone.}
  token: {type: string, secret: true, default: hunter2}
  cmd: {immutable: true, default: 'echo hello {{ who | shell_quote }}'}
"""
FILES = {
    "actions/greet.yaml": GREET,
    "actions/off.yaml": action_text("off", more="enabled: false\n"),
    "actions/odd.yaml": action_text("odd", "nosuch"),
    "actions/fail.yaml": shell_action("fail", "echo why >&2; exit 3"),
}


@pytest.fixture(autouse=True)
def root(isolated: Path) -> Path:
    """The packs `t` and `u`, and no others."""
    root = isolated / "packs"
    write_pack(root, "t", FILES)
    write_pack(root, "u", {"actions/nothing.yaml": action_text("nothing")})
    (isolated / "chatops.yaml").write_text("packs: [packs]\nbundled: false\n")
    return root


def test_list() -> None:
    """A line an action, never cut where there is no terminal."""
    result = invoke("action", "list")
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    assert result.stdout == (
        "ACTION     RUNNER           DESCRIPTION\n"
        "t.fail     local-shell-cmd\n"
        "t.greet    local-shell-cmd  Greets a person.\n"
        "t.odd      nosuch           d\n"
        "t.off      noop             d (disabled)\n"
        "u.nothing  noop             d\n"
    )


def test_list_of_a_pack() -> None:
    """`--pack` leaves the others out."""
    result = invoke("action", "list", "--pack", "u")
    assert (result.exit_code, result.stdout) == (
        ExitCode.OK,
        "ACTION     RUNNER  DESCRIPTION\nu.nothing  noop    d\n",
    )


@pytest.mark.parametrize("group", ["action", "alias"])
def test_list_of_an_unknown_pack(group: str) -> None:
    """It is named, with where to look."""
    result = invoke(group, "list", "--pack", "nope", "--json")
    assert (result.exit_code, result.stdout, result.stderr) == (
        ExitCode.FAILED,
        "",
        "error: no pack named 'nope'\nhint: see 'chatops pack list'\n",
    )


def test_list_of_an_empty_pack(root: Path) -> None:
    """Nothing but the header; no lines of JSON."""
    write_pack(root, "empty")
    assert invoke("action", "list", "--pack", "empty").stdout == "ACTION  RUNNER  DESCRIPTION\n"
    result = invoke("action", "list", "--pack", "empty", "--json")
    assert (result.exit_code, result.stdout) == (ExitCode.OK, "")


def test_list_as_json(root: Path) -> None:
    """One object an action."""
    result = invoke("action", "list", "--pack", "u", "--json")
    assert result.json_lines == [
        {
            "ref": "u.nothing",
            "pack": "u",
            "name": "nothing",
            "runner_type": "noop",
            "enabled": True,
            "description": "d",
            "file": str(root / "u/actions/nothing.yaml"),
        }
    ]


def test_list_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """With 40 columns no line is longer, and no word is lost."""
    monkeypatch.setenv("COLUMNS", "40")
    result = invoke("action", "list")
    assert max(map(len, result.stdout.splitlines())) <= 40
    assert "t.greet" in result.stdout
    assert "Greets a person." in result.stdout


def test_a_long_last_column_stands_below_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the others have room."""
    monkeypatch.setenv("COLUMNS", "26")
    lines = invoke("action", "list").stdout.splitlines()
    assert lines[0].split() == ["ACTION", "RUNNER"]
    at = next(number for number, line in enumerate(lines) if line.startswith("t.greet "))
    assert lines[at : at + 2] == ["t.greet    local-shell-cmd", "  Greets a person."]


def test_show() -> None:
    """The runner, the file as one would type it, the parameters; a secret's default is masked."""
    result = invoke("action", "show", "t.greet")
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    assert result.stdout == (
        "t.greet: Greets a person.\n"
        "runner: local-shell-cmd\n"
        "file: packs/t/actions/greet.yaml\n"
        "\n"
        "PARAMETER  TYPE               DEFAULT                             DESCRIPTION\n"
        "who        string             (required)                          Whom.\n"
        "tone       string             warm                                Its tone."
        " One of: warm, cool.\n"
        "token      string, secret     ********\n"
        "cmd        string, immutable  echo hello {{ who | shell_quote }}"
        "  The shell line to run.\n"
    )


def test_show_without_parameters() -> None:
    """A disabled one says so; one of an unknown runner is shown all the same."""
    assert invoke("action", "show", "t.off").stdout == (
        "t.off: d (disabled)\nrunner: noop\nfile: packs/t/actions/off.yaml\n"
    )
    assert invoke("action", "show", "t.odd").stdout == (
        "t.odd: d\nrunner: nosuch\nfile: packs/t/actions/odd.yaml\n"
    )


def test_show_as_json(root: Path) -> None:
    """All keys of an action and of a parameter; the secret's default appears nowhere."""
    result = invoke("action", "show", "t.greet", "--json")
    assert "hunter2" not in result.stdout
    value = result.json
    assert isinstance(value, dict)
    parameters = value.pop("parameters")
    assert value == {
        "ref": "t.greet",
        "pack": "t",
        "name": "greet",
        "runner_type": "local-shell-cmd",
        "enabled": True,
        "description": "Greets a person.",
        "file": str(root / "t/actions/greet.yaml"),
    }
    assert isinstance(parameters, dict)
    assert list(parameters) == ["who", "tone", "token", "cmd"]
    assert parameters["tone"] == {
        "type": "string",
        "enum": ["warm", "cool"],
        "default": "warm",
        "description": "Its tone.",
        "required": False,
        "secret": False,
        "immutable": False,
    }
    token = parameters["token"]
    assert isinstance(token, dict)
    assert (token["secret"], token["default"]) == (True, "********")


@pytest.mark.parametrize(
    ("ref", "hint"),
    [
        pytest.param("t.gret", "did you mean t.greet?", id="near"),
        pytest.param("xyz", "see 'chatops action list'", id="far"),
        pytest.param("", "see 'chatops action list'", id="empty"),
        pytest.param("t", "see 'chatops action list'", id="a pack"),
    ],
)
@pytest.mark.parametrize("command", ["show", "run"])
def test_an_unknown_action(command: str, ref: str, hint: str) -> None:
    """It is named, with what may be meant."""
    result = invoke("action", command, ref)
    assert (result.exit_code, result.stdout, result.stderr) == (
        ExitCode.FAILED,
        "",
        f"error: no action named {ref!r}\nhint: {hint}\n",
    )


def test_run() -> None:
    """The parameters are text; the result is on stdout."""
    result = invoke("action", "run", "t.greet", "who=the world = all")
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    headline, output = result.stdout.splitlines()
    assert headline.startswith("t.greet succeeded in ")
    assert output == "hello the world = all"


def test_run_as_json() -> None:
    """One object, as `run` prints it, and the exit code of the action."""
    result = invoke("action", "run", "t.fail", "--json")
    assert result.exit_code == ExitCode.FAILED
    reply = result.json
    assert isinstance(reply, dict)
    assert (reply["kind"], reply["status"]) == ("result", "failed")
    assert isinstance(reply["text"], str)
    assert "why" in reply["text"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        pytest.param(
            ["who"],
            "error: 'who' is not name=value\nhint: write parameters as name=value\n",
            id="no value",
        ),
        pytest.param(
            ["=x"],
            "error: '=x' is not name=value\nhint: write parameters as name=value\n",
            id="no name",
        ),
        pytest.param(
            ["who=a", "who=b"],
            "error: the parameter 'who' is given twice\nhint: give it once\n",
            id="twice",
        ),
        pytest.param(
            ["who=a", "--timeout", "nan"],
            "error: Invalid value for '--timeout': nan is no number of seconds; leave it out",
            id="no number",
        ),
        pytest.param([], "Nothing was run: t.greet: parameter 'who' is missing", id="missing"),
        pytest.param(["who=a", "tone=hot"], "Nothing was run: t.greet: parameter", id="not one of"),
        pytest.param(["who=a", "cmd=id"], "Nothing was run: t.greet: parameter", id="immutable"),
        pytest.param(["nope=1"], "Nothing was run: t.greet: no parameter 'nope'", id="unknown"),
    ],
)
def test_wrong_parameters(words: list[str], error: str) -> None:
    """They are refused before anything runs, with exit code 2."""
    result = invoke("action", "run", "t.greet", *words)
    assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
    assert result.stderr.startswith(error)


def test_run_denied(isolated: Path) -> None:
    """Rules hold for names of actions, too."""
    with (isolated / "chatops.yaml").open("a") as file:
        file.write("access: {rules: [{name: no-bob, effect: deny, who: ['local:bob']}]}\n")
    result = invoke("action", "run", "t.greet", "who=a", "--as", "bob")
    assert (result.exit_code, result.stdout) == (ExitCode.DENIED, "")
    assert "rule no-bob (" in result.stderr


def test_what_is_said_holds_no_values() -> None:
    """The record of the message names the action alone: a value may be a secret."""
    assert invoke("action", "run", "t.greet", "who=a", "token=s3cr3t").exit_code == ExitCode.OK
    assert "s3cr3t" not in invoke("audit", "tail", "--json").stdout
    assert '"text":"action run t.greet"' in invoke("audit", "tail", "--json").stdout


def test_a_mistyped_command() -> None:
    """Usage is told on stderr with exit code 2."""
    result = invoke("action", "shw")
    assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
    assert result.stderr.endswith("hint: see 'chatops action --help'\n")
