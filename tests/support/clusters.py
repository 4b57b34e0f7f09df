"""PostgreSQL as tests have it: a server of their own, which can be killed and started again."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Cluster:
    """A server at a port of this machine; its data in `folder`, its programs in `programs`."""

    folder: Path
    programs: Path
    port: int

    def url(self, database: str = "postgres") -> str:
        """Where a database of it is; it trusts everybody on this machine."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """A new database; its address."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as session:
            session.execute(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def start(self) -> None:
        """It answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c max_connections=200"
        options += f" -c unix_socket_directories={self.folder.parent} -c fsync=off"
        log = str(self.folder.parent / "log")
        self._run("pg_ctl", "-D", str(self.folder), "-l", log, "-o", options, "-w", "start")

    def stop(self, mode: str = "immediate") -> None:
        """It is gone: ``immediate`` as by a crash, with a recovery at the next start."""
        self._run("pg_ctl", "-D", str(self.folder), "-m", mode, "-w", "stop")

    def make(self) -> None:
        """Its data are there."""
        self._run("initdb", "-D", str(self.folder), "-A", "trust", "-U", "postgres", "-N")

    def _run(self, program: str, *arguments: str) -> None:
        # It refuses to be root.
        user = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        subprocess.run(
            [self.programs / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            cwd="/",
        )


def programs_of_postgresql() -> Path | None:
    """The folder of the server's programs; Debian keeps them off the path."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server until the block ends; the test is skipped where none is installed."""
    programs = programs_of_postgresql()
    if programs is None:
        pytest.skip("no PostgreSQL here (apt install postgresql)")
    # Sockets have short names, and the server's user must get there.
    base = Path("/tmp") / f"chatops-pg-{os.getpid()}-{time.monotonic_ns() % 10**9}"
    base.mkdir(mode=0o755)
    try:
        if os.getuid() == 0:
            shutil.chown(base, "postgres", "postgres")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        found = Cluster(folder=base / "data", programs=programs, port=port)
        found.make()
        found.start()
        try:
            yield found
        finally:
            found.stop()
    finally:
        shutil.rmtree(base, ignore_errors=True)
