"""The connections of an ``http-request``: only to addresses that a `HostPolicy` has seen.

Names are resolved here and nowhere else, and what the policy was asked about is what is connected
to: a second answer of the name server is never waited for. Needs aiohttp; imported late.
"""

import asyncio
import contextlib
import socket
import ssl
import threading

from aiohttp import AddrInfoType, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from chatops_cli.runners.http_policy import HostPolicy, read_address

NUMERIC = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV

Found = list[tuple[socket.AddressFamily, str, int]]


class CheckedResolver(AbstractResolver):
    """The system's resolver, whose answers the policy has to permit, each of them."""

    def __init__(self, policy: HostPolicy) -> None:
        self._policy = policy

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name.

        Raises:
            HostRefusedError: One of them is denied: whoever mixes it in wants it connected to.
            OSError: There are none.
        """
        found = await _look_up(host, port, family)
        for _, address, _ in found:
            _check(self._policy, host, address)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=number,
                family=kind,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, address, number in found
        ]

    async def close(self) -> None:
        """Nothing is kept."""


def make_connector(policy: HostPolicy, *, verify: bool) -> TCPConnector:
    """Connections that the policy permits; with TLS certificates of hosts checked, or not."""

    def make_socket(info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        # The last word, for what comes past the resolver: addresses in URLs.
        _check(policy, str(address[0]), str(address[0]))
        return socket.socket(family, kind, protocol)

    return TCPConnector(
        resolver=CheckedResolver(policy),
        use_dns_cache=False,
        force_close=True,
        ssl=_make_context() if verify else False,
        socket_factory=make_socket,
    )


def _check(policy: HostPolicy, host: str, text: str) -> None:
    address = read_address(text)
    if address is not None:
        policy.check_address(host, address)


def _make_context() -> ssl.SSLContext:
    """The system's certificates; made anew, so that ``SSL_CERT_FILE`` is heeded."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


async def _look_up(host: str, port: int, family: socket.AddressFamily) -> Found:
    """What the system knows of a name, asked in a thread that nobody has to wait for.

    A thread of the loop's executor would hold up the program's end until a name server that
    doesn't answer is given up, long after the action's time limit.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Found] = loop.create_future()

    def settle(found: Found, error: OSError | None) -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(found)
        else:
            answer.set_exception(error)

    def ask() -> None:
        found: Found = []
        failure: OSError | None = None
        try:
            infos = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
            found = [
                # The name of a link-local address has its interface in it.
                (kind, socket.getnameinfo(address, NUMERIC)[0], port)
                for kind, *_, address in infos
            ]
        except OSError as error:
            failure = error
        except UnicodeError:
            failure = socket.gaierror(socket.EAI_NONAME, "it is no host name")
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, found, failure)

    threading.Thread(target=ask, name="chatops-resolver", daemon=True).start()
    return await answer
