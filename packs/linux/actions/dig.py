"""``linux.dig``: a question to the DNS, with ``dig`` or, where it is missing, the resolver."""

import ipaddress
import random
import shutil
import socket
import subprocess

from st2common.runners.base_action import Action

FAMILIES = {"A": socket.AF_INET, "AAAA": socket.AF_INET6}


class RefusedError(Exception):
    """The question cannot be asked here; the text is for a person."""


class DigAction(Action):
    def run(self, hostname, querytype="A", nameserver=None, queryopts="short", count=0, rand=False):
        try:
            program = shutil.which("dig")
            if program:
                lines = _dig(program, hostname, querytype, nameserver, queryopts)
            else:
                lines = _resolve(hostname, querytype, nameserver, queryopts)
        except RefusedError as refused:
            return False, str(refused)
        if querytype.upper() == "TXT":
            lines = [line.replace('"', "") for line in lines]
        # The first lines, and only those shuffled: what callers know from StackStorm.
        lines = lines[: count or None]
        if rand:
            random.shuffle(lines)
        return lines


def _dig(program, hostname, querytype, nameserver, queryopts):
    words = [program]
    if nameserver:
        words.append(f"@{nameserver}")
    words += [f"+{option}" for option in queryopts.split(",")]
    # -q and -t: what follows is a name and a type, whatever it looks like.
    if querytype.upper() == "PTR" and _is_address(hostname):
        words += ["-x", hostname]
    else:
        words += ["-q", hostname, "-t", querytype]
    done = subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        reason = said[-1].lstrip("; ") if said else f"exit code {done.returncode}"
        raise RefusedError(f"dig got no answer: {reason}")
    return [line for line in done.stdout.splitlines() if line.strip()]


def _resolve(hostname, querytype, nameserver, queryopts):
    wanted = querytype.upper()
    if nameserver or queryopts != "short" or wanted not in {*FAMILIES, "PTR"}:
        raise RefusedError(
            "this needs the dig program, which this machine does not have; without it only A, "
            "AAAA and PTR can be asked, and only the system's name server"
        )
    try:
        if wanted == "PTR":
            return [socket.gethostbyaddr(hostname)[0] + "."]
        found = socket.getaddrinfo(hostname, None, FAMILIES[wanted], socket.SOCK_STREAM)
    # Unknown names, and names that no host can have: an empty answer, as dig gives.
    except (socket.gaierror, socket.herror, UnicodeError):
        return []
    return list(dict.fromkeys(address[0] for *_, address in found))


def _is_address(text):
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
