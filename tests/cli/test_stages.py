"""What a long check says of how far it is."""

import io

import pytest

from chatops_cli.cli import stages
from chatops_cli.cli.stages import Stages


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO) -> str:
    with Stages(stream) as begin:
        begin("ALI110")
        begin("TPL101")
    return stream.getvalue()


def test_what_is_begun_stands_in_one_line_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, once there was something to wait for."""
    monkeypatch.setattr(stages, "PATIENCE", -1.0)
    monkeypatch.setenv("TERM", "xterm")
    clear = "\r\x1b[2K"
    assert shown(Terminal()) == f"{clear}checking: ALI110{clear}checking: TPL101{clear}"


def test_what_is_quick_or_no_terminal_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a terminal that can't take lines away."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(stages, "PATIENCE", 1000.0)
    assert shown(Terminal()) == ""
    monkeypatch.setattr(stages, "PATIENCE", -1.0)
    assert shown(io.StringIO()) == ""
    monkeypatch.setenv("TERM", "dumb")
    assert shown(Terminal()) == ""
