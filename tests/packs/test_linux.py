"""The linux pack, run for real on the machine of the tests."""

import os
import re
import shutil
import socket
import sys
from pathlib import Path

import pytest

from chatops_cli.errors import ParameterError
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json
from tests.support import bundled

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the pack reads /proc")
pytestmark = LINUX


def succeed(ref: str, **given: Json) -> Execution:
    execution = bundled.run(ref, **given)
    assert execution.status is Status.SUCCEEDED, execution.result
    return execution


def stdout(execution: Execution) -> dict[str, Json]:
    assert isinstance(execution.result, dict)
    value = execution.result["stdout"]
    assert isinstance(value, dict)
    return value


def result(execution: Execution) -> Json:
    assert isinstance(execution.result, dict)
    return execution.result["result"]


def rows(value: Json) -> list[dict[str, Json]]:
    assert isinstance(value, list)
    return [row for row in value if isinstance(row, dict)]


def program(folder: Path, name: str, text: str) -> None:
    """A program of this name that comes first on the path; see `stand_in`."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that comes first on the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


@pytest.fixture
def bare_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path with nothing but a shell on it."""
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "sh").symlink_to("/bin/sh")
    monkeypatch.setenv("PATH", str(folder))


def test_disk_agrees_with_the_system() -> None:
    execution = succeed("linux.disk", path="/")
    disk = stdout(execution)
    usage = shutil.disk_usage("/")
    assert disk["mount"] == "/"
    assert disk["size"] == pytest.approx(usage.total, abs=1024)
    assert disk["free"] == pytest.approx(usage.free, rel=0.05)
    text = bundled.said("linux.disk", execution)
    assert re.match(r"/ is \d+ % full: .* are free\.\n```\nDevice ", text)


def test_disk_of_a_path_that_is_missing_says_so() -> None:
    execution = bundled.run("linux.disk", path="/no/such path")
    assert execution.status is Status.FAILED
    text = bundled.said("linux.disk", execution)
    assert text.startswith("I can't tell how full /no/such path is: df: ")


TABLE = r"""Filesystem     1024-blocks Used Available Capacity Mounted on
//files/my share       100   20        80      20% /mnt/a "b" \c
tmpfs                  100   20        80      20% /run
/dev/loop1             100  100         0     100% /snap/core/1
overlay                  0    0         0        - /zero
/dev/big     3221225472000    3         4       1% /big"""


def test_disks_reads_names_with_spaces_and_leaves_out_what_cannot_fill_up(stand_in: Path) -> None:
    program(stand_in, "df", f"cat <<'END'\n{TABLE}\nEND\nexit 1")
    execution = succeed("linux.disks")
    assert isinstance(execution.result, dict)
    found = rows(execution.result["stdout"])
    assert [(row["device"], row["mount"], row["size"]) for row in found] == [
        ("//files/my share", '/mnt/a "b" \\c', 100 * 1024),
        ("/dev/big", "/big", 3221225472000 * 1024),
    ]
    assert '/mnt/a "b" \\c' in bundled.said("linux.disks", execution)


def test_disks_without_a_df_that_knows_l_asks_again(stand_in: Path) -> None:
    program(stand_in, "df", f"[ \"$1\" = -kP ] || exit 1\ncat <<'END'\n{TABLE}\nEND")
    assert "/big" in bundled.said("linux.disks", succeed("linux.disks"))


def test_folders_are_named_by_size(tmp_path: Path) -> None:
    for name, size in (("small", 10_000), ("big one", 900_000)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(os.urandom(size))
    execution = succeed("linux.folders", path=str(tmp_path), count=2)
    lines = bundled.said("linux.folders", execution).splitlines()
    assert [line.split("  ")[-1] for line in lines[2:5]] == [
        str(tmp_path),
        f"{tmp_path}/big one",
        f"{tmp_path}/small",
    ]
    assert re.match(r" +8\d\d\.\d KiB  ", lines[3])


def test_folders_of_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    execution = bundled.run("linux.folders", path=f"{tmp_path}/file")
    assert execution.status is Status.FAILED
    assert "is not a folder" in bundled.said("linux.folders", execution)


def test_memory_agrees_with_the_system() -> None:
    execution = succeed("linux.memory")
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert stdout(execution)["total"] == pytest.approx(total, rel=0.02)
    assert "of the memory is in use" in bundled.said("linux.memory", execution)


def test_load_is_that_of_the_system() -> None:
    execution = succeed("linux.load")
    load = stdout(execution)
    one = load["one"]
    assert isinstance(one, int | float)
    assert one == pytest.approx(os.getloadavg()[0], abs=1)
    assert load["processors"] == os.sysconf("SC_NPROCESSORS_ONLN")
    assert bundled.said("linux.load", execution).startswith("Load average ")


def test_cpu_shares_make_a_whole() -> None:
    execution = succeed("linux.cpu", seconds="1")
    cpu = stdout(execution)
    busy, user, system = cpu["busy"], cpu["user"], cpu["system"]
    assert isinstance(busy, int | float)
    assert 0 <= busy <= 100
    assert isinstance(user, int | float)
    assert isinstance(system, int | float)
    assert busy == pytest.approx(user + system + float(str(cpu["stolen"])), abs=0.3)
    assert "Waiting for disks: " in bundled.said("linux.cpu", execution)


def test_uptime_is_that_of_the_system() -> None:
    execution = succeed("linux.uptime")
    up = float(Path("/proc/uptime").read_text().split()[0])
    assert stdout(execution)["seconds"] == pytest.approx(up, abs=5)
    said = bundled.said("linux.uptime", execution)
    assert re.fullmatch(r"Up for \S+, since \d{4}-\d\d-\d\d \d\d:\d\d UTC\.\n?", said)


@pytest.mark.parametrize("by", ["cpu", "memory"])
def test_processes_are_in_order(by: str) -> None:
    execution = succeed("linux.processes", count="4", by=by, seconds=0.1)
    found = rows(result(execution))
    values = [float(str(row[by])) for row in found]
    assert 1 <= len(values) <= 4
    assert values == sorted(values, reverse=True)
    assert all(set(row) == {"pid", "user", "cpu", "memory", "program"} for row in found)
    assert "PID" in bundled.said("linux.processes", execution)


def test_a_process_that_runs_is_found_by_its_name() -> None:
    name = Path(sys.executable).name
    execution = succeed("linux.process", name=re.sub(r"[\d.]+$", "", name))
    found = result(execution)
    assert isinstance(found, dict)
    assert os.getpid() in [row["pid"] for row in rows(found["processes"])]
    assert bundled.said("linux.process", execution).startswith("Yes, ")


def test_a_process_that_does_not_run_is_not_found() -> None:
    execution = succeed("linux.process", name="no-such-program")
    assert bundled.said("linux.process", execution) == "No, no-such-program is not running."


SYSTEMCTL = r"""case "$*" in
*show*ghost*) printf 'Id=ghost.service\nLoadState=not-found\nActiveState=inactive\n' ;;
*show*web*) printf 'Id=web.service\nDescription=The web\nLoadState=loaded\nActiveState=active\n'
            printf 'SubState=running\nMainPID=12\nActiveEnterTimestamp=Mon\nResult=success\n' ;;
*show*) echo 'Failed to connect to bus: Permission denied' >&2; exit 1 ;;
*--failed*) echo 'db.service loaded failed failed The data base' ;;
esac"""


def test_service_status_is_what_systemd_says(stand_in: Path) -> None:
    program(stand_in, "systemctl", SYSTEMCTL)
    execution = succeed("linux.service_status", service="web")
    said = bundled.said("linux.service_status", execution)
    assert said.startswith("web.service is active (running).\n```\nThe web\nSince    Mon\n")


@pytest.mark.parametrize(
    ("service", "reason"),
    [
        ("ghost", "there is no service named ghost on this machine"),
        ("other", "systemd did not answer: Failed to connect to bus: Permission denied"),
    ],
)
def test_a_service_that_cannot_be_shown_says_why(stand_in: Path, service: str, reason: str) -> None:
    program(stand_in, "systemctl", SYSTEMCTL)
    execution = bundled.run("linux.service_status", service=service)
    assert execution.status is Status.FAILED
    assert bundled.said("linux.service_status", execution) == f"I can't tell: {reason}"


def test_failed_services_are_listed(stand_in: Path) -> None:
    program(stand_in, "systemctl", SYSTEMCTL)
    said = bundled.said("linux.failed_services", succeed("linux.failed_services"))
    assert re.match(r"1 failed:\n```\ndb\.service +The data base\n", said)
    program(stand_in, "systemctl", "exit 0")
    said = bundled.said("linux.failed_services", succeed("linux.failed_services"))
    assert said == "No service has failed."


NOT_BOOTED = "echo 'System has not been booted with systemd as init system (PID 1).' >&2; exit 1"


@pytest.mark.parametrize(
    ("ref", "given"), [("linux.service_status", {"service": "web"}), ("linux.failed_services", {})]
)
@pytest.mark.parametrize("is_installed", [True, False], ids=["not started", "not installed"])
def test_without_systemd_services_say_what_to_ask_instead(
    ref: str, given: dict[str, Json], is_installed: bool, request: pytest.FixtureRequest
) -> None:
    if is_installed:
        program(request.getfixturevalue("stand_in"), "systemctl", NOT_BOOTED)
    else:
        request.getfixturevalue("bare_path")
    execution = bundled.run(ref, **given)
    assert execution.status is Status.FAILED
    assert bundled.said(ref, execution) == (
        'I can\'t tell: this machine does not run systemd; ask "is NAME running" to look for the '
        "process"
    )


def test_ports_names_a_socket_of_ours() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        execution = succeed("linux.ports", port=str(port))
        assert rows(result(execution)) == [
            {
                "port": port,
                "protocol": "tcp",
                "address": "127.0.0.1",
                "pid": os.getpid(),
                "program": Path(sys.executable).name,
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


def test_system_names_the_kernel() -> None:
    execution = succeed("linux.system")
    assert f"Kernel: {os.uname().release}" in bundled.said("linux.system", execution)


def test_who_says_that_nobody_or_who(stand_in: Path) -> None:
    program(stand_in, "who", "exit 0")
    assert bundled.said("linux.who", succeed("linux.who")) == "Nobody is logged on."
    program(stand_in, "who", "echo 'ada  pts/0  2026-01-31 08:15'")
    assert "ada  pts/0" in bundled.said("linux.who", succeed("linux.who"))


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


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Berlin", "in Europe/Berlin (UTC+0"),
        ("new york", "in America/New_York (UTC-0"),
        ("local", "It is "),
    ],
)
def test_time_is_told_of_a_zone_or_a_city(zone: str, said: str) -> None:
    if not Path("/usr/share/zoneinfo").is_dir():
        pytest.skip("this machine has no time zones")
    assert said in bundled.said("linux.time", succeed("linux.time", zone=zone))


@pytest.mark.parametrize("zone", ["atlantis", "../../etc/passwd", "/etc/passwd"])
def test_time_of_an_unknown_zone_is_not_told(zone: str) -> None:
    try:
        execution = bundled.run("linux.time", zone=zone)
    except ParameterError:
        return
    assert execution.status is Status.FAILED
    said = bundled.said("linux.time", execution)
    assert said == f"I can't tell: no time zone or city is named {zone}"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A folder that `read_log` may read, with a log, and a link to a file beside the folder."""
    folder = tmp_path / "log"
    (folder / "web").mkdir(parents=True)
    (folder / "web" / "access.log").write_text("".join(f"line {n}\n" for n in range(50_000)))
    (tmp_path / "secret").write_text("secret\n")
    (folder / "link").symlink_to(tmp_path / "secret")
    return folder


def read_log(folder: Path, file: str, lines: int = 20) -> Execution:
    config: dict[str, Json] = {"log_folders": [str(folder)]}
    prepared = bundled.prepare("linux.log", {"file": file, "lines": lines}, config=config)
    return bundled.run_prepared(prepared)


@pytest.mark.parametrize("is_absolute", [False, True], ids=["below", "absolute"])
def test_log_shows_the_last_lines(logs: Path, is_absolute: bool) -> None:
    name = f"{logs}/web/access.log" if is_absolute else "web/access.log"
    said = bundled.said("linux.log", read_log(logs, name, 2))
    assert said == f"The end of {logs}/web/access.log:\n```\nline 49998\nline 49999\n```"


@pytest.mark.parametrize("file", ["../secret", "link", "web/../../secret", "web", "absent"])
def test_log_shows_no_file_elsewhere(logs: Path, file: str) -> None:
    try:
        execution = read_log(logs, file)
    except ParameterError:
        return
    assert execution.status is Status.FAILED
    said = bundled.said("linux.log", execution)
    assert said == f"I can't show that: there is no log file {file} below {logs}"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_log_that_may_not_be_read_says_so(logs: Path) -> None:
    (logs / "web" / "access.log").chmod(0)
    said = bundled.said("linux.log", read_log(logs, "web/access.log"))
    assert said.endswith("may not be read by the user that the bot runs as")
