"""A plain run read by hand means what Typer would have it mean."""

from pathlib import Path
from unittest import mock

import pytest

from chatops_cli.cli import run as run_command
from chatops_cli.cli import validate as validate_command
from chatops_cli.cli.app import dispatch
from chatops_cli.cli.invocation import Asked, AskedCheck, Invocation
from chatops_cli.cli.quick import read_check_quickly, read_quickly


def by_typer(arguments: list[str]) -> tuple[Invocation, Asked]:
    """What Typer hands to the command."""
    with mock.patch.object(run_command, "run_message", return_value=0) as called:
        assert dispatch(arguments) == 0
    invocation, asked = called.call_args.args
    return invocation, asked


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "ping"],
        ["run", "disk", "usage", "on", "/"],
        ["run", "--json", "ping", "--dry-run"],
        ["run", "ping", "--no-ack", "--stream", "--timeout", "2.5"],
        ["run", "--as", "alice", "--room", "#ops", "ping"],
        ["run", "--as", "", "ping"],
        ["run", "-"],
        ["run", "--", "--json", "ping"],
        ["--home", "h", "--packs", "a:b", "-c", "f.yaml", "run", "ping"],
        ["--config", "f.yaml", "run", "ping", "--as", "--json"],
        ["run", "--timeout", "5", "--timeout", "6", "ping"],
    ],
    ids=" ".join,
)
def test_both_readers_agree(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The options and the message are the same, whoever reads them."""
    monkeypatch.delenv("CHATOPS_HOME")
    assert read_quickly(arguments, {}) == by_typer(arguments)


def test_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables say what options say; an option goes before its variable."""
    named = {"CHATOPS_HOME": "h", "CHATOPS_PACKS": "a:my packs", "CHATOPS_CONFIG": "c"}
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    arguments = ["--home", "other", "run", "ping"]
    quick = read_quickly(arguments, named)
    assert quick == by_typer(arguments)
    assert quick is not None
    assert quick[0] == Invocation(config=Path("c"), packs=("a", "my packs"), home=Path("other"))


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["run"],
        ["run", "--help"],
        ["run", "--json"],
        ["run", "ping", "--nope"],
        ["run", "ping", "--timeout", "soon"],
        ["run", "ping", "--timeout", "0"],
        ["run", "ping", "--timeout", "nan"],
        ["run", "ping", "--as"],
        ["run", "--room=#ops", "ping"],
        ["--packs", "a", "--packs", "b", "run", "ping"],
        ["--help", "run", "ping"],
        ["action", "run", "core.noop"],
        ["--home"],
    ],
    ids=" ".join,
)
def test_what_is_unusual_is_left_to_typer(arguments: list[str]) -> None:
    """Help, mistakes and other spellings: Typer knows what to say."""
    assert read_quickly(arguments, {}) is None


def test_completion_is_left_to_typer() -> None:
    """A shell that completes asks through the environment."""
    assert read_quickly(["run", "ping"], {"_CHATOPS_COMPLETE": "complete_bash"}) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate"],
        ["validate", "packs/web", "packs/core", "--strict"],
        ["validate", "--select", "ALI,YAM001", "p", "--select", "SEC", "--ignore", "ALI109"],
        ["validate", "--format", "json", "--format", "sarif", "--no-cache", ""],
        ["--packs", "a:b", "-c", "f.yaml", "validate", "p", "--format", "nonsense"],
    ],
    ids=" ".join,
)
def test_checks_are_read_as_by_typer(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The options and the paths of `validate` are the same, whoever reads them."""
    monkeypatch.delenv("CHATOPS_HOME")
    with mock.patch.object(validate_command, "run_check", return_value=0) as called:
        assert dispatch(arguments) == 0
    asked: tuple[Invocation, AskedCheck] = called.call_args.args
    assert read_check_quickly(arguments, {}) == asked


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "--help"],
        ["validate", "p", "--format"],
        ["validate", "--fix", "p"],
        ["validate", "--diff", "HEAD"],
        ["validate", "--format=json"],
        ["validate", "--", "p"],
        ["validate", "-"],
        ["run", "ping"],
        [],
    ],
    ids=" ".join,
)
def test_what_else_a_check_may_be_is_left_to_typer(arguments: list[str]) -> None:
    """Help, mistakes, and what takes longer anyway."""
    assert read_check_quickly(arguments, {}) is None
