"""Real SSH servers and workers, started once for each process of the tests."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Call
from chatops_cli.runners.workers import PythonWorkers
from tests.support.calls import make_action, make_call
from tests.support.sshd import Server, Servers

RemoteCall = Callable[..., Call]


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Starts servers, and stops them all in the end."""
    servers = Servers(folder=tmp_path_factory.mktemp("sshd"))
    servers.prepare()
    yield servers
    servers.stop()


@pytest.fixture(scope="session")
def first(servers: Servers) -> Server:
    return servers.start()


@pytest.fixture(scope="session")
def second(servers: Servers) -> Server:
    return servers.start()


@pytest.fixture(scope="session")
def single(servers: Servers) -> Server:
    """A host that runs one command for each connection."""
    return servers.start(more="MaxSessions 1")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder of the user that runs the program, without an SSH agent."""
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return home


@pytest.fixture
def known(home: Path, servers: Servers) -> Path:
    """The known_hosts file of that user; it holds the keys of all servers that run so far."""
    file = home / ".ssh" / "known_hosts"
    file.write_text("".join(server.known for server in servers.running))
    return file


@pytest.fixture
def ssh(servers: Servers, home: Path) -> RemoteCall:
    """A call of remote-shell-cmd on some servers, which are known, with the key that opens them."""

    def make(cmd: str, *hosts: Server | str, **given: Json) -> Call:
        lines = [host.known for host in hosts if isinstance(host, Server)]
        with (home / ".ssh" / "known_hosts").open("a") as file:
            file.writelines(lines)
        names = [host.host if isinstance(host, Server) else host for host in hosts]
        return make_call(
            make_action("remote-shell-cmd"),
            cmd=cmd,
            hosts=", ".join(names),
            **{"private_key": str(servers.key), **given},
        )

    return make


@pytest.fixture(scope="session")
def python_workers() -> Iterator[PythonWorkers]:
    """Workers from the first action on, for all tests of a process."""
    workers = PythonWorkers(after=0)
    yield workers
    asyncio.run(workers.close())


@pytest.fixture(params=["started", "forked"])
def workers(request: pytest.FixtureRequest, python_workers: PythonWorkers) -> PythonWorkers | None:
    """What a Python action gets its process from: an interpreter of its own, or a worker."""
    return python_workers if request.param == "forked" else None
