"""The lines of several hosts, and what connecting to them may say."""

import errno
import socket

import pytest

from chatops_cli.runners.remote.hosts import Host
from chatops_cli.runners.remote.login import Login
from chatops_cli.runners.remote.refusal import explain
from chatops_cli.runners.remote.streams import LONGEST_LINE, HostStream


def test_whole_lines_are_handed_on_with_their_host() -> None:
    seen: list[tuple[str, bytes]] = []
    stream = HostStream("web1", lambda name, chunk: seen.append((name, chunk)))
    stream.feed("stdout", b"a")
    stream.feed("stderr", b"x\ny")
    stream.feed("stdout", b"b\n\nc\n")
    stream.feed("stdout", b"d")
    assert seen == [("stderr", b"[web1] x\n"), ("stdout", b"[web1] ab\n[web1] \n[web1] c\n")]
    seen.clear()
    stream.close()
    stream.close()
    assert sorted(seen) == [("stderr", b"[web1] y\n"), ("stdout", b"[web1] d\n")]


def test_a_line_that_does_not_end_is_not_kept_for_ever() -> None:
    seen = bytearray()
    stream = HostStream("web1", lambda _, chunk: seen.extend(chunk))
    for _ in range(3):
        stream.feed("stdout", b"x" * LONGEST_LINE)
    assert len(seen) > LONGEST_LINE
    assert seen.startswith(b"[web1] xx")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.EHOSTUNREACH, "x"), "there is no way to it"),
        (OSError(errno.ENETUNREACH, "x"), "there is no way to its network"),
        (TimeoutError(errno.ETIMEDOUT, "x"), "it does not answer"),
        (ConnectionResetError(errno.ECONNRESET, "x"), "it has closed the connection"),
        (OSError(errno.EACCES, "Permission denied"), "Permission denied"),
        (OSError("Several: [Errno 111] a, [Errno 111] b"), "nothing answers at that port"),
        (OSError("odd"), "odd"),
        (socket.gaierror(-2, "x"), "its name is not known"),
        (UnicodeError("label too long"), "its name is not known"),
    ],
)  # fmt: skip
def test_why_a_host_can_not_be_reached(error: Exception, expected: str) -> None:
    host = Host(name="web1", port=22, label="web1")
    refusal = explain(host, Login(username="bob"), error)
    assert refusal.message == f"can't connect to web1: {expected}"
