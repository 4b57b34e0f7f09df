"""Which host keys are trusted: those in known_hosts files, as OpenSSH keeps them."""

import os
from pathlib import Path

import asyncssh

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.runners.remote.hosts import Host

SYSTEM_FILE = Path("/etc/ssh/ssh_known_hosts")
PLAIN_ALGORITHMS = (
    *("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    *("rsa-sha2-512", "rsa-sha2-256"),
)
"""Kinds of keys that a host is asked for, the shortest first. No certificates."""

_NONE: tuple[asyncssh.SSHKey, ...] = ()


@frozen
class Trust:
    """What is known of one host: its keys, authorities that may speak for it, keys to refuse."""

    keys: tuple[asyncssh.SSHKey, ...] = _NONE
    authorities: tuple[asyncssh.SSHKey, ...] = _NONE
    revoked: tuple[asyncssh.SSHKey, ...] = _NONE

    @property
    def is_known(self) -> bool:
        return bool(self.keys or self.authorities)

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What to ask the host for: keys of the kinds that are known of it before the others.

        Empty where an authority may speak for it: then it is asked for certificates too.
        """
        if self.authorities:
            return ()
        known = {name.decode() for key in self.keys for name in key.sig_algorithms}
        return tuple(sorted(PLAIN_ALGORITHMS, key=lambda name: name not in known))


class KnownHosts:
    """The trusted keys of all files, read once. New ones are written to the user's `file`."""

    def __init__(self, file: Path, table: asyncssh.SSHKnownHosts) -> None:
        self.file = file
        self._table = table

    def trust(self, host: Host) -> Trust:
        """What is known of `host`, by its name alone.

        Its address is not looked at: a key that is known of some address says nothing about the
        name that happens to lead there.
        """
        port = None if host.name == host.address else host.port
        keys, authorities, revoked = self._table.match(host.name, "", port)[:3]
        return Trust(keys=tuple(keys), authorities=tuple(authorities), revoked=tuple(revoked))

    def add(self, host: Host, key: asyncssh.SSHKey) -> None:
        """The key of `host` is in the file from now on.

        Raises:
            RunnerError: It can't be written.
        """
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            text = self.file.read_bytes() if self.file.exists() else b"\n"
            line = entry(host, key).encode() + b"\n"
            number = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with open(number, "ab", buffering=0) as file:  # noqa: PTH123  # it is open already
                file.write(line if text.endswith(b"\n") or not text else b"\n" + line)
        except OSError as error:
            raise RunnerError(
                f"the new host key of {host.address} can't be written to {self.file}: "
                f"{error.strerror}",
                hint="make the file writable for the user that runs this program",
            ) from error


def read_known_hosts() -> KnownHosts:
    """The user's file and the system's, as they are now; one that is absent holds nothing.

    Raises:
        RunnerError: One can't be read, or has a line that can't be understood: what it revokes
            would be trusted.
    """
    user = Path("~/.ssh/known_hosts").expanduser()
    table = asyncssh.SSHKnownHosts()
    for file in (user, SYSTEM_FILE):
        for number, line in enumerate(_lines(file), start=1):
            try:
                table.load(line)
            except ValueError as error:
                raise RunnerError(f"{file}:{number}: {error}", hint="correct that line") from error
    return KnownHosts(user, table)


def entry(host: Host, key: asyncssh.SSHKey) -> str:
    """The line of a known_hosts file that trusts `key` for `host`."""
    algorithm, content = key.export_public_key().decode().split()[:2]
    return f"{host.address} {algorithm} {content}"


def _lines(file: Path) -> tuple[str, ...]:
    try:
        return tuple(file.read_text(errors="surrogateescape").splitlines())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise RunnerError(
            f"{file} can't be read: {error.strerror}",
            hint="host keys are checked against it; make it readable",
        ) from error
