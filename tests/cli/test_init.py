"""`chatops init` leaves something that works, and never overwrites unasked."""

from pathlib import Path

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke


def test_what_init_writes_runs(isolated: Path) -> None:
    """The last line says what to try; it works."""
    result = invoke("init", "ops")
    assert result.exit_code == ExitCode.OK
    assert result.stdout.endswith('Try it: cd ops && chatops run "greet world"\n')
    done = invoke(
        "--config", str(isolated / "ops" / "chatops.yaml"), "run", "greet world in a formal way"
    )
    assert (done.exit_code, done.stdout) == (ExitCode.OK, "Good day, world.\n")


def test_init_in_the_working_folder(isolated: Path) -> None:
    """Without a folder it writes where it is."""
    result = invoke("init")
    assert result.exit_code == ExitCode.OK
    assert (isolated / "chatops.yaml").is_file()
    assert result.stdout.endswith('Try it: chatops run "greet world"\n')


def test_init_overwrites_only_when_told(isolated: Path) -> None:
    """Files that are there stay as they are, and are named."""
    (isolated / "chatops.yaml").write_text("bundled: false\n")
    result = invoke("init")
    assert result.exit_code == ExitCode.USAGE
    assert "would overwrite chatops.yaml; nothing was written" in result.stderr
    assert (isolated / "chatops.yaml").read_text() == "bundled: false\n"
    assert not (isolated / "packs").exists()
    assert invoke("init", "--force").exit_code == ExitCode.OK
    assert (isolated / "chatops.yaml").read_text() != "bundled: false\n"


def test_init_where_a_file_is_in_the_way(isolated: Path) -> None:
    """A file in place of a folder is one clear line."""
    (isolated / "ops").write_text("")
    result = invoke("init", "ops")
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("error: ops")
