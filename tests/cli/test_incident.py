"""A bug that reached the top: where its traceback goes, and what the person is told."""

import tempfile
from pathlib import Path

import pytest

from chatops_cli import __version__
from chatops_cli.cli.incident import report
from chatops_cli.errors import ExitCode

SECRET = "hunter2"


def bug() -> ValueError:
    """An error with a traceback, whose text repeats a secret."""
    try:
        int("x" + SECRET)
    except ValueError as error:
        return error
    raise AssertionError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_traceback_is_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a file of the owner alone, without the text of the error; its name is told."""
    assert report(bug()) == ExitCode.INTERNAL
    [file] = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text()
    assert text.startswith(f"chatops {__version__}\n  File ")
    assert text.endswith('    int("x" + SECRET)\nValueError\n')
    assert SECRET not in text
    assert capsys.readouterr() == (
        "",
        (
            "error: this is a bug in chatops: ValueError\n"
            f"hint: its traceback is in {file}; please report it with that file\n"
        ),
    )


def test_nowhere_to_keep_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The person is told all the same."""
    folder.rmdir()
    assert report(bug()) == ExitCode.INTERNAL
    assert capsys.readouterr().err == (
        "error: this is a bug in chatops: ValueError\n"
        "hint: its traceback could not be written; please report what you did\n"
    )
