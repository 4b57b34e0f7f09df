"""A host for the WinRM runners."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.http_servers import make_certificate, server_context
from tests.support.winrm_server import Host, serve_winrm


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def host(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """A host with https and basic authentication, whose certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serve_winrm(tls=server_context(certificate)) as host:
        yield host
