"""Which hosts an ``http-request`` may reach: lists of names, addresses and ranges.

A name is held to its addresses, too: whoever connects asks `HostPolicy.check_host` for the host of
each URL and `HostPolicy.check_address` for each address that its name has. Addresses are compared
by what they mean, not by how they are written: ``2130706433``, ``0177.0.0.1``, ``[::ffff:7f00:1]``
and ``64:ff9b::7f00:1`` are 127.0.0.1.

Source: StackStorm, ``contrib/runners/http_runner``: both lists hold hosts without a port.
**Ours**: ranges (``10.0.0.0/8``); both lists may be given, then both hold; names match in any
case; a denied ``localhost`` denies the loopback addresses.
"""

import re
import socket
from collections.abc import Iterator
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TypeAlias

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

DENIED = "url_hosts_blacklist"
ALLOWED = "url_hosts_whitelist"

LOOPBACK: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
MAPPED = IPv6Network("::ffff:0:0/96")
"""IPv4 addresses inside of IPv6. Source: RFC 4291, 2.5.5.2."""
TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
"""Ranges whose last 32 bits are an IPv4 address. Source: RFC 6052, 2.1; RFC 4291, 2.5.5.1."""

NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}", re.IGNORECASE)
"""What the system's resolver takes for an IPv4 address: one to four parts, octal, hexadecimal."""


class HostRefusedError(RunnerError):
    """A host, or an address that its name has, may not be reached."""


@frozen
class HostList:
    """Names (as `plain_name` writes them) and ranges of addresses."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names or self.networks)


@frozen
class HostPolicy:
    """What may be reached: nothing on `denied`, and where `allowed` has entries only those."""

    denied: HostList
    allowed: HostList

    @property
    def denies_addresses(self) -> bool:
        """Whether a name can be refused for an address that it has."""
        return bool(self.denied.networks)

    def check_host(self, host: str) -> None:
        """Returns where the host of a URL may be reached, as far as its spelling tells.

        Raises:
            HostRefusedError: It is denied, or not among the allowed ones.
        """
        self.check_denied(host)
        if self.allowed and not _is_listed(host, self.allowed):
            raise HostRefusedError(f"host '{host}' is not on {ALLOWED}")

    def check_denied(self, host: str) -> None:
        """The same for a proxy, which is the site's own choice and on no list of targets.

        Raises:
            HostRefusedError: It is denied.
        """
        address = read_address(host)
        if address is not None:
            self.check_address(host, address)
        elif plain_name(host) in self.denied.names:
            raise HostRefusedError(f"host '{host}' is refused by {DENIED}")

    def check_address(self, host: str, address: Address) -> None:
        """Returns where `address`, which the name `host` has, may be connected to.

        Raises:
            HostRefusedError: It is denied.
        """
        if any(m in network for m in meanings(address) for network in self.denied.networks):
            plain = str(address)
            more = "" if plain == plain_name(host) else f", which is {plain},"
            raise HostRefusedError(f"host '{host}'{more} is refused by {DENIED}")


def make_policy(denied: Json, allowed: Json) -> HostPolicy:
    """The policy that two lists of hosts make; null and empty lists say nothing.

    Raises:
        RunnerError: An entry is neither a host name nor an address nor a range: it would refuse
            or permit something else than meant.
    """
    refused = _read_hosts(DENIED, denied)
    if "localhost" in refused.names:
        refused = HostList(names=refused.names, networks=(*refused.networks, *LOOPBACK))
    return HostPolicy(denied=refused, allowed=_read_hosts(ALLOWED, allowed))


def read_address(host: str) -> Address | None:
    """The address that `host` is a spelling of; None for a name. Brackets may stand around it."""
    text = _bare(host)
    try:
        address = ip_address(text)
    except ValueError:
        if not NUMERIC.fullmatch(text):
            return None
        try:
            return IPv4Address(socket.inet_aton(text))
        except OSError:
            return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def plain_name(host: str) -> str:
    """A host name in lower case, in ASCII, without what may stand around it."""
    if not host.isascii():
        from yarl import URL

        host = URL.build(scheme="http", host=host).raw_host or host
    return _bare(host).lower()


def _bare(host: str) -> str:
    """Without the brackets around it and the dot that may end it; once more changes nothing."""
    return host.lstrip("[").rstrip("].")


def meanings(address: Address) -> Iterator[Address]:
    """The address, and those that a packet sent to it may end at."""
    yield address
    if isinstance(address, IPv4Address):
        if address.is_unspecified:
            yield IPv4Address("127.0.0.1")
        return
    if address.is_unspecified:
        yield IPv6Address("::1")
    if address.ipv4_mapped is not None:
        yield from meanings(address.ipv4_mapped)
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if any(address in network for network in TRANSLATED):
        yield from meanings(IPv4Address(address.packed[-4:]))


def _is_listed(host: str, hosts: HostList) -> bool:
    address = read_address(host)
    if address is None:
        return plain_name(host) in hosts.names
    return any(address in network for network in hosts.networks)


def _read_hosts(parameter: str, value: Json) -> HostList:
    if value is None:
        return HostList()
    entries = value if isinstance(value, list) else [value]
    names: set[str] = set()
    networks: list[Network] = []
    for entry in entries:
        text = entry.strip() if isinstance(entry, str) else ""
        network = _read_network(text)
        if network is not None:
            networks.append(network)
        elif _is_name(text):
            names.add(plain_name(text))
        else:
            raise RunnerError(
                f"{parameter}: {entry!r} is no host name, address or range",
                hint="write hosts without scheme, port and path, such as example.com, 10.0.0.0/8",
            )
    return HostList(names=frozenset(names), networks=tuple(networks))


def _read_network(text: str) -> Network | None:
    address = read_address(text)
    if address is not None:
        return ip_network(address)
    if "/" not in text:
        return None
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    if isinstance(network, IPv6Network) and network.subnet_of(MAPPED):
        packed = network.network_address.packed[-4:]
        return ip_network((packed, network.prefixlen - MAPPED.prefixlen))
    return network


def _is_name(text: str) -> bool:
    """Whether it can be the host of a URL and is nothing else."""
    if not text or re.search(r"[\s:/@?#%\[\]*]", text):
        return False
    try:
        return bool(plain_name(text))
    except ValueError:  # no name in international letters can be that
        return False
