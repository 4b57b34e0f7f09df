"""The linux pack on logs and the time, run for real."""

import os
import sys
from pathlib import Path

import pytest

from chatops_cli.errors import ParameterError
from chatops_cli.model.execution import Execution, Status
from tests.support import bundled
from tests.support.bundled import succeed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the pack reads /proc")


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
    prepared = bundled.prepare(
        "linux.log", {"file": file, "lines": lines}, config={"log_folders": [str(folder)]}
    )
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
