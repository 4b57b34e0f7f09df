"""The linux pack on processes and services, run for real."""

import os
import re
import sys
from pathlib import Path

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from tests.support import bundled
from tests.support.bundled import result, rows, succeed
from tests.support.programs import program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the pack reads /proc")


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
