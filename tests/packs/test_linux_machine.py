"""The linux pack on disks, memory, load and the machine as a whole, run for real."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from chatops_cli.model.execution import Status
from tests.support import bundled
from tests.support.bundled import rows, stdout, succeed
from tests.support.programs import program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the pack reads /proc")


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


def test_system_names_the_kernel() -> None:
    execution = succeed("linux.system")
    assert f"Kernel: {os.uname().release}" in bundled.said("linux.system", execution)


def test_who_says_that_nobody_or_who(stand_in: Path) -> None:
    program(stand_in, "who", "exit 0")
    assert bundled.said("linux.who", succeed("linux.who")) == "Nobody is logged on."
    program(stand_in, "who", "echo 'ada  pts/0  2026-01-31 08:15'")
    assert "ada  pts/0" in bundled.said("linux.who", succeed("linux.who"))


def test_uptime_is_that_of_the_system() -> None:
    execution = succeed("linux.uptime")
    up = float(Path("/proc/uptime").read_text().split()[0])
    assert stdout(execution)["seconds"] == pytest.approx(up, abs=5)
    said = bundled.said("linux.uptime", execution)
    assert re.fullmatch(r"Up for \S+, since \d{4}-\d\d-\d\d \d\d:\d\d UTC\.\n?", said)
