"""Real SSH servers on this machine, each a host of its own: OpenSSH's sshd on a free port."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
USER = getpass.getuser()

needs_sshd = pytest.mark.skipif(
    SSHD is None, reason="sshd is not installed (Debian: apt-get install openssh-server)"
)

CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
ListenAddress ::1
HostKey {host_key}
AuthorizedKeysFile {authorized}
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication {password}
KbdInteractiveAuthentication no
MaxStartups 200
LogLevel VERBOSE
SetEnv SHLVL=1{environment}
{more}
"""
"""A bash that is not the first one leaves the developer's .bashrc alone."""

IN_NAMESPACE = (
    'mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/shadow" /etc/shadow && shift && '
    'exec "$@"'
)


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running sshd. `known` is its line for a known_hosts file."""

    port: int
    folder: Path
    process: "subprocess.Popen[bytes]"
    known: str

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)


@dataclass(kw_only=True)
class Servers:
    """All servers of a test session, and the key that opens each of them."""

    folder: Path
    running: list[Server] = field(default_factory=list)

    @property
    def key(self) -> Path:
        return self.folder / "id_ed25519"

    def prepare(self) -> None:
        make_key(self.key)
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd insists on it

    def start(
        self,
        *,
        more: str = "",
        environment: str = "",
        sftp: bool = True,
        certified_by: Path | None = None,
        accounts: Mapping[str, str] | None = None,
    ) -> Server:
        """One more server; `accounts` gives it users with passwords (root only)."""
        folder = self.folder / f"server{len(self.running)}"
        folder.mkdir()
        make_key(folder / "host_key")
        if certified_by is not None:
            certify(folder / "host_key.pub", certified_by)
            more += f"\nHostCertificate {folder / 'host_key-cert.pub'}"
        if sftp:
            more += "\nSubsystem sftp internal-sftp"
        port = free_port()
        config = CONFIG.format(
            port=port,
            host_key=folder / "host_key",
            authorized=f"{self.key}.pub",
            password="yes" if accounts else "no",
            environment=f" {environment}",
            more=more,
        )
        (folder / "config").write_text(config)
        command = [str(SSHD), "-D", "-e", "-f", str(folder / "config")]
        if accounts:
            write_accounts(folder, accounts)
            command = ["unshare", "-m", "sh", "-c", IN_NAMESPACE, "sh", str(folder), *command]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL)
        kind_and_key = (folder / "host_key.pub").read_text().rsplit(" ", 1)[0]
        server = Server(
            port=port,
            folder=folder,
            process=process,
            known=f"[127.0.0.1]:{port},[localhost]:{port},[::1]:{port} {kind_and_key}\n",
        )
        self.running.append(server)
        await_start(server)
        return server

    def stop(self) -> None:
        for server in self.running:
            server.stop()


def make_key(path: Path, *, kind: str = "ed25519", passphrase: str = "") -> None:
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", path], check=True
    )


def certify(key: Path, authority: Path) -> None:
    """A certificate for a host key, beside it."""
    subprocess.run(
        ["ssh-keygen", "-q", "-s", authority, "-I", "host", "-h", "-n", "127.0.0.1", key],
        check=True, capture_output=True,
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def write_accounts(folder: Path, accounts: Mapping[str, str]) -> None:
    """The machine's accounts and these, with the same rights as the user that runs the tests."""
    passwd, shadow = Path("/etc/passwd").read_text(), Path("/etc/shadow").read_text()
    for name, password in accounts.items():
        done = subprocess.run(
            ["openssl", "passwd", "-6", "-stdin"], input=password, text=True, capture_output=True,
            check=True,
        )  # fmt: skip
        passwd += f"{name}:x:{os.getuid()}:{os.getgid()}::/tmp:/bin/bash\n"
        shadow += f"{name}:{done.stdout.strip()}:19000:0:99999:7:::\n"
    (folder / "passwd").write_text(passwd)
    (folder / "shadow").write_text(shadow)


def await_start(server: Server) -> None:
    end = time.monotonic() + 10
    while "Server listening on 127.0.0.1" not in server.log:
        assert server.process.poll() is None, server.log
        assert time.monotonic() < end, server.log
        time.sleep(0.01)
