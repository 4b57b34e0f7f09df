"""Questions to systemd, which many containers and some distributions do without."""

import shutil
import subprocess

PATIENCE = 20.0
"""Seconds until an answer must have come."""

ABSENT = 'this machine does not run systemd; ask "is NAME running" to look for the process'

NOT_BOOTED = "not been booted with systemd"
"""What systemctl says where it is installed and systemd is not what started the machine."""


class UnavailableError(Exception):
    """There is no systemd to ask, or it did not answer; the text is for a person."""


def ask(*words: str) -> str:
    """What ``systemctl`` prints for these words, without colours or a pager.

    Raises:
        UnavailableError: systemd is not there, or refused.
    """
    program = shutil.which("systemctl")
    if program is None:
        raise UnavailableError(ABSENT)
    try:
        done = subprocess.run(
            [program, "--no-pager", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "SYSTEMD_COLORS": "0"},
        )
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"systemd has not answered for {PATIENCE:.0f} seconds") from error
    if done.returncode != 0 and not done.stdout:
        if NOT_BOOTED in done.stderr:
            raise UnavailableError(ABSENT)
        reason = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise UnavailableError(f"systemd did not answer: {reason[-1]}")
    return done.stdout
