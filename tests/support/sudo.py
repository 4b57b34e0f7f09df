"""The real sudo, with accounts and rules of a test's own, which no other process sees.

They are mounted over /etc/passwd, /etc/shadow and /etc/sudoers in a namespace of one process; so is
an empty disk over the folders in which sudo remembers who has logged in.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from chatops_cli.model.json import Json
from tests.support.processes import can_mount, run_python

SUDO = shutil.which("sudo")
USER, PASSWORD, TRUSTED, STRANGER = "st-operator", "pa ss\\w'örd", "st-trusted", "st-stranger"
IDS = {USER: 54321, TRUSTED: 54322, STRANGER: 54323}

RULES = f"""\
Defaults !syslog, !pam_session, timestamp_timeout=0, passwd_tries=1, !mail_no_user, !mail_badpass
{USER} ALL=(ALL) ALL
{TRUSTED} ALL=(ALL) NOPASSWD: ALL
"""

INSIDE = """
for file in passwd shadow sudoers; do
  mount --bind "$1/$file" "/etc/$file" || exit
done
for folder in /run/sudo /var/lib/sudo; do
  [ ! -d $folder ] || mount -t tmpfs none $folder || exit
done
shift
exec "$@"
"""

CODE = """
import asyncio, json, os, sys
from chatops_cli.runners import local_shell_cmd
from tests.support.calls import shell_call

user, calls = json.load(open(sys.argv[1]))
asyncio.run(local_shell_cmd.run(shell_call("true")))  # all is imported, as another may not read it
os.setgroups([])
os.setresgid(user, user, user)
os.setresuid(user, user, user)
os.environ["USER"] = os.environ["LOGNAME"] = "nobody in particular"
for given in calls:
    outcome = asyncio.run(local_shell_cmd.run(shell_call(**given)))
    print(json.dumps({"status": str(outcome.status), **outcome.result}))
"""


def run_as(folder: Path, user: str, *calls: dict[str, Json]) -> list[dict[str, Json]]:
    """The results of calls of local-shell-cmd, one after another, by that account; with `status`.

    Skips the test where sudo is missing or its files can't be replaced for one process.
    """
    if SUDO is None:
        pytest.skip("sudo is not installed (Debian: apt-get install sudo)")
    if os.geteuid() != 0 or not can_mount():
        pytest.skip("accounts of a test's own need root and a mount namespace of one's own")
    write_files(folder)
    before = ("unshare", "-m", "sh", "-c", INSIDE, "sh", str(folder))
    work = folder / "calls"  # not an argument: those show in the process list
    work.write_text(json.dumps([IDS[user], calls]))
    lines = run_python(CODE, str(work), before=before)
    return [json.loads(line) for line in lines]


def write_files(folder: Path) -> None:
    """The machine's accounts and those of the test, and the rules for sudo."""
    done = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"],
        input=PASSWORD,
        text=True,
        capture_output=True,
        check=True,
    )
    passwd, shadow = Path("/etc/passwd").read_text(), Path("/etc/shadow").read_text()
    for name, number in IDS.items():
        passwd += f"{name}:x:{number}:{number}::/:/bin/sh\n"
        shadow += f"{name}:{done.stdout.strip()}:19000:0:99999:7:::\n"
    for name, text, mode in (
        ("passwd", passwd, 0o644),
        ("shadow", shadow, 0o600),
        ("sudoers", RULES, 0o440),
    ):
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(mode)
