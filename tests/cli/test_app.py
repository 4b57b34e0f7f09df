"""The frame of the command line: help, version, mistakes, and bugs."""

import subprocess
import sys
from pathlib import Path

import pytest

from chatops_cli import __version__
from chatops_cli.cli import app
from chatops_cli.errors import ExitCode
from tests.support.cli import invoke


def test_version() -> None:
    """The version is printed, and nothing else."""
    result = invoke("--version")
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"chatops {__version__}\n", "")


def test_help_lists_every_command_with_its_line() -> None:
    """Help names every command of the table, and shows examples."""
    result = invoke("--help")
    assert result.exit_code == ExitCode.OK
    for name, entry in app.COMMANDS.items():
        assert name in result.stdout
        assert entry.help.split(maxsplit=1)[0] in result.stdout
    assert "Examples:" in result.stdout


@pytest.mark.parametrize("name", app.COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    """`chatops COMMAND --help` works and shows how it is used."""
    result = invoke(name, "--help")
    assert result.exit_code == ExitCode.OK
    assert "Example" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param(
            ["runn"], "error: no command named 'runn'; did you mean run?\n", id="misspelt"
        ),
        pytest.param(["zzz"], "error: no command named 'zzz'\n", id="unknown"),
        pytest.param(["run", "--nope", "x"], "error: No such option: --nope\n", id="option"),
    ],
)
def test_usage_errors(arguments: list[str], error: str) -> None:
    """A wrong word on the command line is one line, a hint, and exit code 2."""
    result = invoke(*arguments)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith(error)
    assert "hint: see 'chatops" in result.stderr


def test_no_arguments_show_help() -> None:
    """`chatops` alone shows how it is used, and fails."""
    result = invoke()
    assert result.exit_code == ExitCode.USAGE
    assert "Usage: chatops" in result.stderr


def test_a_bug_shows_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is one line; the traceback is in a file that only its owner reads."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setitem(app.COMMANDS, "broken", app.Entry("s3cr3t_module", "Breaks."))
    result = invoke("broken")
    assert result.exit_code == ExitCode.INTERNAL
    assert "Traceback" not in result.stderr
    [log] = tmp_path.glob("chatops-incident-*.log")
    assert str(log) in result.stderr
    assert "ModuleNotFoundError" in log.read_text()
    assert "s3cr3t_module" not in log.read_text(), "the text of an error may repeat a secret"
    assert log.stat().st_mode & 0o077 == 0


def test_a_closed_pipe_is_no_error() -> None:
    """`chatops --help | true` ends without a complaint."""
    script = "import sys; from chatops_cli.cli.main import main; main()"
    command = f"{sys.executable} -c '{script}' action list --json | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_python_dash_m() -> None:
    """`python -m chatops_cli` is the same command."""
    done = subprocess.run(
        [sys.executable, "-m", "chatops_cli", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"chatops {__version__}\n"
