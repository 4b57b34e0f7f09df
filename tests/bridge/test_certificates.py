"""A server whose certificate has expired: no adapter speaks with it, and each says why."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chatops_cli.bridge.adapters import irc, matrix
from chatops_cli.bridge.contract import AdapterModule, LineError, RefusedError
from tests.support.bridges import context, options_of
from tests.support.http_servers import make_expired_certificate


@asynccontextmanager
async def server(folder: Path) -> AsyncIterator[tuple[int, Path]]:
    """One that would answer nobody, by TLS; its port, and the file of its certificate."""
    file = make_expired_certificate(folder)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(file)

    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(nothing, "127.0.0.1", 0, ssl=tls)
    try:
        yield listening.sockets[0].getsockname()[1], file
    finally:
        listening.close()
        await listening.wait_closed()


@pytest.mark.parametrize(
    ("module", "options"),
    [
        pytest.param(irc, "{{server: 127.0.0.1, port: {port}, tls: true, ca: '{file}'}}", id="irc"),
        pytest.param(
            matrix,
            "{{url: 'https://127.0.0.1:{port}', ca: '{file}', token: '{{{{ env.TOKEN }}}}'}}",
            id="matrix",
        ),
    ],
)
async def test_an_expired_certificate_is_told(
    module: AdapterModule, options: str, tmp_path: Path
) -> None:
    async with server(tmp_path) as (port, file):
        found = options_of(module, options.format(port=port, file=file))
        adapter = module.make(found, context({"TOKEN": "t"}))
        with pytest.raises((RefusedError, LineError), match="expired"):
            await adapter.connect()
        await adapter.close()
