"""Scripts for the room: lines in, plain replies and an exit code out."""

from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import action_text, alias_text, write_pack

SHELL = 'parameters:\n  cmd: {default: "%s", immutable: true}\n'


@pytest.fixture(autouse=True)
def packs(isolated: Path) -> Path:
    """One pack, and rules by which bob may not do everything."""
    root = isolated / "packs"
    write_pack(
        root,
        "t",
        {
            "actions/ok.yaml": action_text("ok", "local-shell-cmd", SHELL % "echo fine"),
            "actions/bad.yaml": action_text("bad", "local-shell-cmd", SHELL % "exit 3"),
            "aliases/ok.yaml": alias_text("ok", "t.ok", "go well"),
            "aliases/bad.yaml": alias_text("bad", "t.bad", "go wrong"),
        },
    )
    (isolated / "chatops.yaml").write_text(
        "packs: [packs]\nbundled: false\n"
        "access:\n  roles: {ops: ['local:bob']}\n"
        "  rules:\n  - {name: no-ops, effect: deny, who: ['@ops'], actions: [t.bad]}\n"
    )
    return root


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        pytest.param(["!go well"], ExitCode.OK, id="all well"),
        pytest.param(["!go well", "!go wrong", "!nope"], ExitCode.FAILED, id="the first counts"),
        pytest.param(["!nope", "!go wrong"], ExitCode.NO_MATCH, id="no alias"),
        pytest.param(["/as bob", "!go wrong"], ExitCode.DENIED, id="denied"),
        pytest.param(["hello", "# talk"], ExitCode.USAGE, id="nothing for the bot"),
        pytest.param(["/nope"], ExitCode.USAGE, id="no command"),
        pytest.param(["", "  "], ExitCode.USAGE, id="empty lines"),
        pytest.param([], ExitCode.OK, id="nothing at all"),
        pytest.param(["/edit !go well"], ExitCode.USAGE, id="nothing to edit"),
        pytest.param(["/quit", "!go wrong"], ExitCode.OK, id="nothing after leaving"),
        pytest.param(["!" + "x" * 50_000], ExitCode.USAGE, id="too long"),
    ],
)
def test_the_exit_code_tells(lines: list[str], code: ExitCode) -> None:
    """It is that of the first line that did not succeed."""
    result = invoke("repl", stdin="\n".join(lines))
    assert result.exit_code == code


def test_every_line_is_carried_out_whatever_went_before() -> None:
    result = invoke("repl", "--as", "alice", stdin="!go wrong\nhi\n!go well\n")
    assert result.stdout.splitlines()[-1] == "fine"


def test_bytes_that_are_no_text() -> None:
    """They are told by their line, and the rest goes on."""
    result = invoke("repl", "--dm", stdin=b"\xff\ngo well\n")
    assert result.exit_code == ExitCode.USAGE
    assert "line 1 is not UTF-8 text" in result.stderr
    assert "fine" in result.stdout


def test_a_script_from_a_file(isolated: Path) -> None:
    (isolated / "script").write_text("go well\r\n/dry on\ngo wrong\n")
    result = invoke("repl", "--dm", "script")
    assert result.exit_code == ExitCode.OK
    assert "decision:   allowed" in result.stdout


def test_a_file_that_is_not_there() -> None:
    result = invoke("repl", "nope")
    assert (result.exit_code, result.stderr) == (
        ExitCode.USAGE,
        "error: nope can't be read: No such file or directory\n",
    )
