"""Shell lines as root through the machine's own sudo, asked for by accounts that aren't root."""

import os
from pathlib import Path

from chatops_cli.model.json import Json
from tests.support.process_list import is_listed
from tests.support.sudo import PASSWORD, STRANGER, TRUSTED, USER, run_as

REFUSED = "sudo refused: the password is wrong, or this user may not use sudo"
LINE = (
    'id -un; echo "$GREETING $ST2_ACTION_PACK_NAME"; cat; pwd; '
    'cat /proc/[0-9]*/cmdline 2>/dev/null | grep -a -c "[p]a ss"; true'
)
GIVEN: dict[str, Json] = {"sudo": True, "cwd": "/usr", "env": {"GREETING": "a b"}}
ROOT = "root\na b demo\n/usr\n0"
"""Root, with the action's environment and folder, with empty input, and no password to see."""


def test_a_password_opens_it_and_shows_nowhere(tmp_path: Path) -> None:
    right, wrong, absent = run_as(
        tmp_path,
        USER,
        {"cmd": LINE, "sudo_password": PASSWORD, **GIVEN},
        {"cmd": "id -un", "sudo_password": "wrong", **GIVEN},
        {"cmd": "id -un", **GIVEN},
    )
    assert (right["stdout"], right["status"]) == (ROOT, "succeeded")
    assert PASSWORD not in str(right)
    assert (wrong["status"], wrong["stdout"], wrong["error"]) == ("failed", "", REFUSED)
    assert (absent["status"], absent["stderr"]) == ("failed", "sudo: a password is required")


def test_who_needs_none_gets_in_with_and_without(tmp_path: Path) -> None:
    """A password that sudo doesn't read is not the command's input either."""
    without, needless = run_as(
        tmp_path,
        TRUSTED,
        {"cmd": LINE, **GIVEN},
        {"cmd": LINE, "sudo_password": PASSWORD, **GIVEN},
    )
    for result in (without, needless):
        assert (result["stdout"], result["stderr"], result["status"]) == (ROOT, "", "succeeded")


def test_who_may_not_is_told_so(tmp_path: Path) -> None:
    (result,) = run_as(tmp_path, STRANGER, {"cmd": "id", "sudo_password": PASSWORD, **GIVEN})
    assert (result["status"], result["stdout"]) == ("failed", "")
    assert f"{STRANGER} is not in the sudoers file" in str(result["stderr"])


def test_what_runs_as_root_is_ended_at_the_limit(tmp_path: Path) -> None:
    """The account itself may send it no signal: sudo does."""
    sleeper = f"sleep 5200.{os.getpid()}"
    (result,) = run_as(
        tmp_path,
        USER,
        {"cmd": f"{sleeper}; true", "sudo": True, "sudo_password": PASSWORD, "timeout": 1},
    )
    assert (result["status"], result["return_code"]) == ("timeout", -9)
    assert result["error"] == "timed out after 1 s; all its processes have been ended"
    assert not is_listed(sleeper)
