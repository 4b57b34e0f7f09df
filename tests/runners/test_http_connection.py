"""Names and addresses, TLS and proxies, time: what a request meets before its answer."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from chatops_cli.errors import RunnerError
from chatops_cli.model.execution import Status
from chatops_cli.runners import http_request
from chatops_cli.runners.contract import Call
from chatops_cli.runners.http_connection import CheckedResolver, make_connector
from chatops_cli.runners.http_policy import HostRefusedError, make_policy
from tests.support.http_calls import answer, answer_names, failure, http_call
from tests.support.http_servers import (
    Site,
    make_certificate,
    serve,
    serve_bytes,
    serve_proxy,
    server_context,
)

if TYPE_CHECKING:
    from chatops_cli.model.json import Json


async def ok(_: web.Request) -> web.Response:
    return web.Response(text="ok")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serve(ok) as site:
        yield site


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = "DNS:localhost,DNS:good.test,IP:127.0.0.1"
    return make_certificate(tmp_path_factory.mktemp("tls"), names)


@pytest.fixture
async def tls_site(certificate: Path) -> AsyncIterator[Site]:
    async with serve(ok, tls=server_context(certificate)) as site:
        yield site


# Names and addresses


async def test_a_name_can_t_smuggle_a_denied_address(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"a.test": ["127.0.0.1"], "b.test": ["192.0.2.1", "127.0.0.1"], "c.test": ["::1"]}
    asked = answer_names(monkeypatch, names | {"d.test": ["::ffff:127.0.0.1"]})
    denied: list[Json] = ["127.0.0.0/8", "::1"]
    for name, address in (
        *(("a.test", "127.0.0.1"), ("b.test", "127.0.0.1"), ("c.test", "::1")),
        ("d.test", "127.0.0.1"),
    ):
        call = http_call(f"http://{name}:{site.port}/", url_hosts_blacklist=denied)
        assert await failure(call) == (
            f"host '{name}', which is {address}, is refused by url_hosts_blacklist"
        )
    assert asked == [*names, "d.test"]
    assert site.seen == []


async def test_the_machine_s_own_names_are_held_too(site: Site) -> None:
    call = http_call(f"http://localhost:{site.port}/", url_hosts_blacklist=["127.0.0.1", "::1"])
    assert "is refused by url_hosts_blacklist" in await failure(call)
    assert site.seen == []


async def test_the_address_that_was_checked_is_the_one_connected_to(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers otherwise the second time is not asked a second time."""
    names = {"rebound.test": ["127.0.0.1"]}
    asked = answer_names(monkeypatch, names)
    call = http_call(f"http://rebound.test:{site.port}/", url_hosts_blacklist=["192.0.2.0/24"])
    status, _ = await answer(call)
    assert (status, asked) == (Status.SUCCEEDED, ["rebound.test"])
    assert site.seen[0].headers["host"] == f"rebound.test:{site.port}"


@pytest.mark.parametrize("host", ["2130706433", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]"])
async def test_odd_spellings_are_refused_or_reached(host: str, site: Site) -> None:
    url = f"http://{host}:{site.port}/"
    with pytest.raises(RunnerError, match="is refused by url_hosts_blacklist"):
        await http_request.run(http_call(url, url_hosts_blacklist=["127.0.0.1"]))
    assert site.seen == []
    status, _ = await answer(http_call(url, url_hosts_whitelist=["127.0.0.1"]))
    assert (status, site.seen[0].headers["host"]) == (Status.SUCCEEDED, f"127.0.0.1:{site.port}")


async def test_only_listed_names_are_reached(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer_names(monkeypatch, {"a.test": ["127.0.0.1"]})
    allowed: list[Json] = ["A.test."]
    status, _ = await answer(http_call(f"http://a.test:{site.port}/", url_hosts_whitelist=allowed))
    assert status is Status.SUCCEEDED
    for host in ("127.0.0.1", "b.test"):
        with pytest.raises(RunnerError, match="is not on url_hosts_whitelist"):
            await http_request.run(
                http_call(f"http://{host}:{site.port}/", url_hosts_whitelist=allowed)
            )
    assert asked == ["a.test"]


async def test_a_socket_to_a_denied_address_is_not_made(site: Site) -> None:
    """Whatever comes past the resolver: the connector has the last word."""
    connector = make_connector(make_policy(["127.0.0.1"], None), verify=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(HostRefusedError):
            await session.get(site.url)
    assert site.seen == []


async def test_a_link_local_address_keeps_its_interface(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_names(monkeypatch, {"printer.test": ["fe80::1%lo"]})
    found = await CheckedResolver(make_policy(None, None)).resolve("printer.test", 80)
    assert [(each["host"], each["port"]) for each in found] == [("fe80::1%lo", 80)]
    with pytest.raises(HostRefusedError):
        await CheckedResolver(make_policy(["fe80::/10"], None)).resolve("printer.test", 80)


@pytest.mark.parametrize("host", ["no-such-name.invalid", f"{'x' * 70}.test"])
async def test_a_name_that_is_not_known(host: str) -> None:
    error = await failure(http_call(f"http://{host}/s3cret?token=s3cret"))
    assert error.startswith(f"the name '{host}' can't be resolved: ")
    assert "s3cret" not in error


async def test_nobody_waits_for_a_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the action, nor the program's end, nor a loop that is closed."""
    release, ended = threading.Event(), threading.Event()

    def getaddrinfo(*_: object, **__: object) -> list[tuple[object, ...]]:
        release.wait(20)
        ended.set()
        return []

    started = time.monotonic()
    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", getaddrinfo)
        coroutine = answer(http_call("http://slow.test/", {"timeout": 0.1}))
        status, result = await asyncio.to_thread(asyncio.run, coroutine)
    assert (status, result) == (Status.TIMEOUT, {"error": "timed out after 0.1 s"})
    assert time.monotonic() - started < 10
    release.set()
    assert ended.wait(10)


# Connections


async def test_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        error = await failure(http_call(f"http://ada:s3cret@127.0.0.1:{port}/s3cret"))
    assert error == f"no connection to 127.0.0.1:{port}: Connection refused"


async def test_the_time_limit(site: Site) -> None:
    async with serve_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", waits=True) as port:
        status, result = await answer(http_call(f"http://127.0.0.1:{port}", {"timeout": "0.1"}))
    assert (status, result) == (Status.TIMEOUT, {"error": "timed out after 0.1 s"})
    status, _ = await answer(http_call(site.url, {"timeout": None}))
    assert status is Status.SUCCEEDED


async def test_a_cancelled_request_hangs_up() -> None:
    asked, gone = asyncio.Event(), asyncio.Event()

    async def handle(_: web.Request) -> web.Response:
        asked.set()
        try:
            await asyncio.sleep(60)
        finally:
            gone.set()
        return web.Response()

    async with serve(handle) as site:
        task = asyncio.create_task(http_request.run(http_call(site.url)))
        await asyncio.wait_for(asked.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(gone.wait(), 10)


# TLS


async def test_a_certificate_that_nobody_vouches_for(tls_site: Site) -> None:
    status, result = await answer(http_call(f"{tls_site.url}/s3cret"))
    assert (status, tls_site.seen) == (Status.FAILED, [])
    assert result == {
        "error": (
            f"127.0.0.1:{tls_site.port} has no TLS certificate to trust: self-signed certificate"
        ),
        "hint": "trust its authority (SSL_CERT_FILE); verify_ssl_cert: false accepts any",
    }
    status, result = await answer(http_call(tls_site.url, verify_ssl_cert=False))
    assert (status, result["body"]) == (Status.SUCCEEDED, "ok")


async def test_a_certificate_that_the_site_trusts(
    tls_site: Site, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    answer_names(monkeypatch, {"good.test": ["127.0.0.1"], "evil.test": ["127.0.0.1"]})
    status, _ = await answer(http_call(f"https://good.test:{tls_site.port}/"))
    assert status is Status.SUCCEEDED
    error = await failure(http_call(f"https://evil.test:{tls_site.port}/"))
    assert error.startswith(f"evil.test:{tls_site.port} has no TLS certificate to trust: Hostname")


async def test_a_long_answer_by_tls_is_hung_up_on(certificate: Path) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(100_000))
            await asyncio.sleep(0)

    async with serve(endless, tls=server_context(certificate)) as site:
        call = http_call(site.url, {"timeout": 20}, verify_ssl_cert=False)
        status, result = await answer(replace(call, output_limit=10))
    assert (status, str(result["body"])[:13]) == (Status.SUCCEEDED, "\0" * 10 + "\n[…")


async def test_a_server_without_tls(site: Site) -> None:
    error = await failure(http_call(site.url.replace("http:", "https:")))
    assert error.startswith(f"TLS with 127.0.0.1:{site.port} failed: ")


# Proxies


async def test_a_request_goes_through_the_proxy(site: Site) -> None:
    async with serve_proxy() as proxy:
        call = http_call(f"{site.url}/p", http_proxy=f"ada:s3cret@127.0.0.1:{proxy.port}")
        status, result = await answer(call)
    assert (status, result["body"]) == (Status.SUCCEEDED, "ok")
    assert proxy.lines == [f"GET {site.url}/p HTTP/1.1"]
    assert "proxy-authorization: basic " in proxy.heads[0].lower()


async def test_the_environment_names_a_proxy(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serve_proxy() as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        await answer(http_call(site.url))
        monkeypatch.setenv("no_proxy", "127.0.0.0/8")
        await answer(http_call(site.url))
    assert (len(proxy.lines), len(site.seen)) == (1, 2)


async def test_tls_goes_through_the_proxy_from_end_to_end(
    tls_site: Site, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with serve_proxy() as proxy:
        through = f"http://127.0.0.1:{proxy.port}"
        status, _ = await answer(http_call(f"{tls_site.url}/s3cret", https_proxy=through))
    assert status is Status.SUCCEEDED
    assert proxy.lines == [f"CONNECT 127.0.0.1:{tls_site.port} HTTP/1.1"]


async def test_a_proxy_is_told_the_address_that_was_checked(
    tls_site: Site, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    answer_names(monkeypatch, {"good.test": ["127.0.0.1"], "evil.test": ["192.0.2.1"]})
    denied: list[Json] = ["192.0.2.0/24"]
    async with serve_proxy() as proxy:
        through = f"http://127.0.0.1:{proxy.port}"

        def call_to(host: str) -> Call:
            return http_call(
                f"https://{host}:{tls_site.port}/", https_proxy=through, url_hosts_blacklist=denied
            )

        status, _ = await answer(call_to("good.test"))
        assert status is Status.SUCCEEDED
        assert await failure(call_to("evil.test")) == (
            "host 'evil.test', which is 192.0.2.1, is refused by url_hosts_blacklist"
        )
        assert (await failure(call_to("no-such-name.invalid"))).startswith(
            "host 'no-such-name.invalid' can't be held to url_hosts_blacklist: "
        )
    assert proxy.lines == [f"CONNECT 127.0.0.1:{tls_site.port} HTTP/1.1"]
    assert tls_site.seen[0].headers["host"] == f"good.test:{tls_site.port}"


async def test_a_plain_request_by_name_can_t_be_held_through_a_proxy(site: Site) -> None:
    async with serve_proxy() as proxy:
        runner: dict[str, Json] = {
            "http_proxy": f"http://127.0.0.1:{proxy.port}",
            "url_hosts_blacklist": ["192.0.2.1"],
        }
        status, result = await answer(http_call("http://a.test/", **runner))
        assert (status, result) == (
            Status.FAILED,
            {
                "error": (
                    "host 'a.test' can't be held to url_hosts_blacklist: the proxy resolves it"
                ),
                "hint": "use https, or name the host in no_proxy",
            },
        )
        assert (await answer(http_call(site.url, **runner)))[0] is Status.SUCCEEDED
    assert len(proxy.lines) == 1


async def test_a_denied_proxy_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_names(monkeypatch, {"proxy.test": ["127.0.0.1"], "a.test": ["192.0.2.1"]})
    async with serve_proxy() as proxy:
        for host in ("127.0.0.1", "proxy.test"):
            call = http_call(
                "http://192.0.2.1/",
                http_proxy=f"http://{host}:{proxy.port}",
                url_hosts_blacklist=["127.0.0.1"],
            )
            assert "is refused by url_hosts_blacklist" in await failure(call)
    assert (proxy.lines, site.seen) == ([], [])


async def test_a_proxy_that_is_not_there_or_does_not_want(tls_site: Site) -> None:
    async with serve_proxy(refusal=b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n") as proxy:
        through = f"http://ada:s3cret@127.0.0.1:{proxy.port}"
        error = await failure(http_call(tls_site.url, https_proxy=through))
        assert error == "the proxy does not connect: HTTP status 407"
    error = await failure(http_call(tls_site.url, https_proxy=through))
    assert error == f"no connection to the proxy 127.0.0.1:{proxy.port}: Connection refused"
