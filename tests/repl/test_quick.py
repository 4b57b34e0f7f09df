"""A plain `chatops repl` read by hand gives what Typer reads."""

import pytest

from chatops_cli.cli.invocation import AskedRoom
from chatops_cli.cli.quick import read_room_quickly
from tests.support.cli import invoke


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        pytest.param(["repl"], AskedRoom(), id="nothing"),
        pytest.param(
            ["repl", "--as", "bob", "--room", "#ops", "--like", "irc", "--dm", "script"],
            AskedRoom(as_user="bob", room="#ops", like="irc", direct=True, script="script"),
            id="options and a script",
        ),
        pytest.param(
            ["repl", "--dry-run", "--watch", "-"],
            AskedRoom(dry_run=True, watch=True, script="-"),
            id="flags",
        ),
        pytest.param(["repl", "a", "b"], None, id="two scripts"),
        pytest.param(["repl", "--help"], None, id="help"),
        pytest.param(["repl", "--as"], None, id="no value"),
        pytest.param(["run", "ping"], None, id="another command"),
        pytest.param([], None, id="no command"),
    ],
)
def test_what_is_read(words: list[str], asked: AskedRoom | None) -> None:
    found = read_room_quickly(words, {})
    assert (found[1] if found else None) == asked


def test_completion_is_left_to_typer() -> None:
    assert read_room_quickly(["repl"], {"_CHATOPS_COMPLETE": "complete_bash"}) is None


def test_typer_reads_the_same() -> None:
    """It reads what has an equals sign in it."""
    quick = invoke("repl", "--as", "bob", "--dm", stdin="/who\n")
    slow = invoke("repl", "--as=bob", "--dm", stdin="/who\n")
    assert (quick.exit_code, quick.stdout) == (slow.exit_code, slow.stdout)
