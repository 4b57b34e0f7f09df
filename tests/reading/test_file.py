"""Reading a file never waits and never floods; what can't be read is a problem."""

import os
import socket
from pathlib import Path

import pytest

from chatops_cli.model.problem import Problem
from chatops_cli.reading.file import SIZE_LIMIT, read_file


def message(path: Path | str) -> str:
    found = read_file(str(path), file="shown")
    assert isinstance(found, Problem)
    return str(found)


def test_a_file_is_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\x00\r\n" + b"x" * 100_000)
    assert read_file(str(tmp_path / "a"), file="a") == b"\x00\r\n" + b"x" * 100_000


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """A named pipe without a writer would block an ordinary open for ever."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket"))
    assert message(tmp_path / "pipe").startswith("shown: error[not-a-file] is a pipe")
    assert message(tmp_path).startswith("shown: error[not-a-file] is a folder")
    assert message(tmp_path / "loop").startswith("shown: error[unreadable]")
    assert message(tmp_path / "socket").startswith("shown: error[unreadable]")
    assert message("/dev/zero").startswith("shown: error[not-a-file]")
    assert message(tmp_path / "none") == (
        "shown: error[unreadable] cannot be read: no such file or directory"
    )
    assert message("a\0b").startswith("shown: error[unreadable] cannot be read: embedded null")


def test_a_size_limit_holds(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()
    os.truncate(path, SIZE_LIMIT)
    assert len(read_file(str(path), file="a")) == SIZE_LIMIT  # type: ignore[arg-type]  # a Problem would fail here as well
    os.truncate(path, SIZE_LIMIT + 1)
    assert message(path) == (
        "shown: error[oversize] is longer than 5 MB, the most that is read"
        " (keep data out of this folder)"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").touch(mode=0)
    assert message(tmp_path / "a") == ("shown: error[unreadable] cannot be read: permission denied")
