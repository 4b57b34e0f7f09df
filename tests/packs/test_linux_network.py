"""The linux pack on ports, hosts and names, run for real."""

import os
import socket
import sys
from pathlib import Path

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from tests.support import bundled
from tests.support.bundled import result, rows, succeed
from tests.support.programs import program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the pack reads /proc")


def test_ports_names_a_socket_of_ours() -> None:
    started = Path("/proc/self/cmdline").read_bytes()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        execution = succeed("linux.ports", port=str(port))
        assert rows(result(execution)) == [
            {
                "port": port,
                "protocol": "tcp",
                "address": "127.0.0.1",
                "pid": os.getpid(),
                "program": Path(os.fsdecode(started.split(b"\0")[0])).name,
            }
        ]
        assert f"Port {port} is taken:" in bundled.said("linux.ports", execution)
        assert "This machine listens on:" in bundled.said("linux.ports", succeed("linux.ports"))
    execution = succeed("linux.ports", port=port)
    assert bundled.said("linux.ports", execution) == f"Nothing listens on port {port}."


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_ports_reads_addresses_of_ipv6() -> None:
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no ::1")
    with server:
        found = rows(result(succeed("linux.ports", port=server.getsockname()[1], protocol="tcp")))
        assert [row["address"] for row in found] == ["::1"]


def test_reach_says_whether_a_port_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        execution = succeed("linux.reach", host="127.0.0.1", port=port)
        assert bundled.said("linux.reach", execution).startswith("Yes: 127.0.0.1 (127.0.0.1)")
    execution = bundled.run("linux.reach", host="127.0.0.1", port=port)
    assert execution.status is Status.FAILED
    assert bundled.said("linux.reach", execution) == (
        f"No, 127.0.0.1 can't be reached on port {port}: Connection refused."
    )


@pytest.mark.usefixtures("bare_path")
def test_dig_without_the_program_asks_the_resolver() -> None:
    execution = succeed("linux.dig", hostname="localhost")
    assert result(execution) == ["127.0.0.1"]
    assert "127.0.0.1" in bundled.said("linux.dig", execution)
    assert result(bundled.run("linux.dig", hostname="no..host")) == []
    refused = bundled.run("linux.dig", hostname="localhost", querytype="MX")
    assert refused.status is Status.FAILED
    assert "this needs the dig program" in bundled.said("linux.dig", refused)


def test_dig_gives_its_program_a_name_and_never_an_option(stand_in: Path) -> None:
    program(stand_in, "dig", "printf '%s\\n' \"$@\"")
    execution = succeed(
        "linux.dig", hostname="example.com", querytype="MX", nameserver="192.0.2.1",
        queryopts="short,tries=1",
    )  # fmt: skip
    assert result(execution) == [
        "@192.0.2.1", "+short", "+tries=1", "-q", "example.com", "-t", "MX",
    ]  # fmt: skip
    reverse = succeed("linux.dig", hostname="192.0.2.7", querytype="PTR")
    assert result(reverse) == ["+short", "-x", "192.0.2.7"]
    first = succeed("linux.dig", hostname="example.com", count=2, rand=True)
    lines = result(first)
    assert isinstance(lines, list)
    assert {str(line) for line in lines} == {"+short", "-q"}


def test_dig_that_gets_no_answer_fails(stand_in: Path) -> None:
    program(stand_in, "dig", "echo ';; no servers could be reached'; exit 9")
    execution = bundled.run("linux.dig", hostname="example.com")
    assert execution.status is Status.FAILED
    said = bundled.said("linux.dig", execution)
    assert said == "I can't look up example.com: dig got no answer: no servers could be reached"


def test_addresses_names_the_loopback() -> None:
    execution = succeed("linux.addresses")
    loopback = next(row for row in rows(result(execution)) if row["interface"] == "lo")
    assert loopback["ipv4"] in (["127.0.0.1/8"], [])
    assert "\nlo " in bundled.said("linux.addresses", execution)


@pytest.mark.usefixtures("bare_path")
@pytest.mark.parametrize(
    ("ref", "given", "reason"),
    [
        ("linux.ping", {"host": "localhost"}, "this machine has no ping program"),
        ("linux.who", {}, "this machine has no who program"),
    ],
)
def test_a_missing_program_is_named(ref: str, given: dict[str, Json], reason: str) -> None:
    execution = bundled.run(ref, **given)
    assert execution.status is Status.FAILED
    assert reason in bundled.said(ref, execution)


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [(0, Status.SUCCEEDED, "db1 answers."), (1, Status.FAILED, "db1 does not answer.")],
)
def test_ping_says_whether_a_host_answers(
    stand_in: Path, code: int, status: Status, said: str
) -> None:
    program(stand_in, "ping", f"printf '%s\\n' \"$*\"; exit {code}")
    execution = bundled.run("linux.ping", host="db1", count="2")
    assert execution.status is status
    assert bundled.said("linux.ping", execution) == f"{said}\n```\n-n -c 2 -w 6 -- db1\n```"
