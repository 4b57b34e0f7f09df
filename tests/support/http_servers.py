"""Real servers on 127.0.0.1: one that answers and remembers, one that forwards, one that is raw."""

import asyncio
import contextlib
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Seen:
    """One request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Site:
    """A running web server: where it is, and what it was asked."""

    port: int = 0
    scheme: str = "http"
    seen: list[Seen] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


@contextlib.asynccontextmanager
async def serve(
    handler: Handler, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[Site]:
    """A server whose every path is `handler`."""
    site = Site(scheme="https" if tls else "http")

    async def remember(request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        is_form = request.content_type.startswith("multipart/")  # can't be read twice
        body = b"" if is_form else await request.read()
        site.seen.append(Seen(request.method, request.path_qs, headers, body))
        return await handler(request)

    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{path:.*}", remember)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        server = web.TCPSite(runner, host, 0, ssl_context=tls)
        await server.start()
        site.port = runner.addresses[0][1]
        yield site
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def serve_bytes(answer: bytes, *, waits: bool = False) -> AsyncIterator[int]:
    """A server that reads a request's head, writes `answer` and hangs up, or waits; its port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        if waits:
            await reader.read()

    async with _listen(handle) as port:
        yield port


@dataclass
class Proxy:
    """A running proxy: its port, the first lines and the heads it was sent."""

    port: int = 0
    lines: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)


@contextlib.asynccontextmanager
async def serve_proxy(*, refusal: bytes = b"") -> AsyncIterator[Proxy]:
    """A proxy that forwards plain requests and tunnels; or answers `refusal`."""
    proxy = Proxy()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, _, rest = head.partition("\r\n")
        proxy.lines.append(line)
        proxy.heads.append(rest)
        if refusal:
            writer.write(refusal)
            await writer.drain()
        else:
            await _forward(line, rest, reader, writer)

    async with _listen(handle) as proxy.port:
        yield proxy


@contextlib.asynccontextmanager
async def _listen(
    handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A server whose connections end before it does."""
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handle(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client has hung up
        finally:
            await _close(writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _forward(
    line: str, rest: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    method, target, version = line.split(" ")
    authority, _, path = target.removeprefix("http://").partition("/")
    host, _, port = authority.partition(":")
    there, to_there = await asyncio.open_connection(host, int(port or 80))
    if method == "CONNECT":
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    else:
        to_there.write(f"{method} /{path} {version}\r\n{rest}".encode())
    try:
        await asyncio.gather(_pump(reader, to_there), _pump(there, writer))
    finally:
        await _close(to_there)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()


def make_certificate(folder: Path, names: str = "DNS:localhost,IP:127.0.0.1") -> Path:
    """A file with a new key and a certificate that it signed itself, for these names."""
    file = folder / "server.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=chatops test", "-addext"),
            *(f"subjectAltName={names}", "-keyout", str(folder / "key.pem"), "-out", str(file)),
        ],
        check=True,
        capture_output=True,
    )
    with file.open("a") as both:
        both.write((folder / "key.pem").read_text())
    return file


def make_expired_certificate(folder: Path) -> Path:
    """The same, but that it has not been valid for years."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "chatops test")])
    address = x509.IPAddress(ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2021, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "expired.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


def server_context(certificate: Path) -> ssl.SSLContext:
    """What a server needs to speak TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
