"""An ``http-request`` on its way: sent, redirected, answered. Needs aiohttp; imported late."""

import asyncio
import os
import ssl
from collections.abc import Mapping
from dataclasses import field

import aiohttp
from yarl import URL

from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Outcome
from chatops_cli.runners.http_answer import read_answer
from chatops_cli.runners.http_connection import CheckedResolver, make_connector
from chatops_cli.runners.http_hop import Hop, next_hop
from chatops_cli.runners.http_policy import HostPolicy, HostRefusedError, read_address
from chatops_cli.runners.http_proxy import choose_proxy

MOST_REDIRECTS = 30
"""Source: the requests library, its default."""

SUCCESS = range(200, 207)
"""Source: StackStorm, ``contrib/runners/http_runner``: a redirect that is not followed fails."""


@frozen
class Exchange:
    """A first request, and how to carry it out.

    `timeout` is seconds for all of it, `limit` the bytes kept of the answer's body; `proxies` are
    by the URL's scheme, `environment` names others.
    """

    hop: Hop
    policy: HostPolicy
    timeout: float
    limit: int
    verify: bool = True
    follows: bool = False
    proxies: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


async def carry_out(exchange: Exchange) -> Outcome:
    """The answer as the runner's result; or ``{error}`` with what went wrong on the way.

    No error holds a URL, a header or a part of a body: secrets stand there.
    """
    limit = asyncio.timeout(exchange.timeout)
    try:
        async with limit:
            result = await _exchange(exchange)
    except HostRefusedError as error:
        return _failed(error.message, error.hint)
    except _TooManyRedirectsError:
        return _failed(f"more than {MOST_REDIRECTS} redirects")
    except aiohttp.ClientError as error:
        return _failed(*_explain(error))
    except OSError as error:  # a TimeoutError is one
        if not limit.expired():
            return _failed(f"the connection failed: {_system(error)}")
        text = f"timed out after {exchange.timeout:g} s"
        return Outcome(status=Status.TIMEOUT, result={"error": text})
    code = result["status_code"]
    return Outcome(status=Status.SUCCEEDED if code in SUCCESS else Status.FAILED, result=result)


class _TooManyRedirectsError(Exception):
    pass


async def _exchange(exchange: Exchange) -> dict[str, Json]:
    jar = aiohttp.CookieJar(unsafe=True, quote_cookie=False)  # "unsafe": for addresses, too
    async with aiohttp.ClientSession(
        connector=make_connector(exchange.policy, verify=exchange.verify),
        cookie_jar=jar,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
    ) as session:
        hop = exchange.hop
        for _ in range(MOST_REDIRECTS + 1):
            async with await _send(session, hop, exchange) as response:
                following = _following(hop, response) if exchange.follows else None
                if following is None:
                    return await read_answer(response, exchange.limit)
            hop = following
    raise _TooManyRedirectsError


def _following(hop: Hop, response: aiohttp.ClientResponse) -> Hop | None:
    return next_hop(hop, response.status, response.headers.get("Location"))


async def _send(
    session: aiohttp.ClientSession, hop: Hop, exchange: Exchange
) -> aiohttp.ClientResponse:
    exchange.policy.check_host(hop.url.host or "")
    proxy = choose_proxy(hop.url, exchange.proxies, exchange.environment)
    url, headers, name = hop.url, dict(hop.headers), None
    if proxy is not None:
        exchange.policy.check_denied(proxy.host or "")
        if exchange.policy.denies_addresses and read_address(hop.url.host or "") is None:
            url, name = await _pin(hop.url, exchange.policy), hop.url.host
            if not any(header.lower() == "host" for header in headers):
                headers["Host"] = f"{name}:{url.port}"  # of https a default port may be named
    return await session.request(
        hop.method,
        url,
        headers=headers,
        cookies=hop.cookies,
        data=hop.body,
        proxy=proxy,
        server_hostname=name,
        allow_redirects=False,
        skip_auto_headers=("Content-Type",),
    )


async def _pin(url: URL, policy: HostPolicy) -> URL:
    """The URL with an address in place of the name, for a proxy that would resolve it itself.

    Raises:
        HostRefusedError: The name has a denied address, is not known here, or would be lost: the
            target of a plain http request is all that tells a proxy, and the server, its name.
    """
    if url.scheme == "http":
        raise HostRefusedError(
            f"host '{url.host}' can't be held to url_hosts_blacklist: the proxy resolves it",
            hint="use https, or name the host in no_proxy",
        )
    port = url.port or 0
    try:
        found = await CheckedResolver(policy).resolve(url.host or "", port)
    except OSError as error:
        raise HostRefusedError(
            f"host '{url.host}' can't be held to url_hosts_blacklist: {error.strerror}"
        ) from error
    return url.with_host(found[0]["host"])


def _explain(error: aiohttp.ClientError) -> tuple[str, str | None]:
    """What went wrong, and what to do about it where that isn't plain."""
    hint: str | None = None
    match error:
        case aiohttp.ClientConnectorCertificateError():
            text = f"{_peer(error)} has no TLS certificate to trust: {_verdict(error)}"
            hint = "trust its authority (SSL_CERT_FILE); verify_ssl_cert: false accepts any"
        case aiohttp.ClientConnectorDNSError():
            text = f"the name '{error.host}' can't be resolved: {_system(error.os_error)}"
        case aiohttp.ClientSSLError():
            reason = getattr(error.os_error, "reason", None) or _system(error.os_error)
            text = f"TLS with {_peer(error)} failed: {reason}"
        case aiohttp.ClientProxyConnectionError():
            text = f"no connection to the proxy {_peer(error)}: {_system(error.os_error)}"
        case aiohttp.ClientConnectorError():
            text = f"no connection to {_peer(error)}: {_system(error.os_error)}"
        case aiohttp.ClientHttpProxyError():
            text = f"the proxy does not connect: HTTP status {error.status}"
        case aiohttp.ClientPayloadError():
            text = "the answer's body broke off, or is not of its encoding"
        case aiohttp.ClientResponseError():
            text = "the answer is not HTTP"
        case aiohttp.ClientConnectionError():
            text = "the connection was closed before there was an answer"
        case _:
            text = f"the request could not be sent: {type(error).__name__}"
    return text, hint


def _peer(error: aiohttp.ClientConnectorError | aiohttp.ClientConnectorCertificateError) -> str:
    return f"{error.host}:{error.port}"


def _verdict(error: aiohttp.ClientConnectorCertificateError) -> str:
    cause = error.certificate_error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    return type(cause).__name__


def _system(error: OSError) -> str:
    """The system's words; those that asyncio puts before them name addresses alone."""
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or str(error)


def _failed(text: str, hint: str | None = None) -> Outcome:
    result: dict[str, Json] = {"error": text}
    if hint is not None:
        result["hint"] = hint
    return Outcome(status=Status.FAILED, result=result)
