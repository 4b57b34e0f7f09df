"""``linux.addresses``: interfaces and their addresses, without the ``ip`` program."""

import fcntl
import ipaddress
import socket
import struct
from pathlib import Path

from st2common.runners.base_action import Action

SIOCGIFADDR = 0x8915
SIOCGIFNETMASK = 0x891B
IFREQ = 40
"""Bytes of an ``ifreq``; the IPv4 address stands at 20."""


class AddressesAction(Action):
    def run(self):
        return [
            {
                "interface": name,
                "state": _state(name),
                "ipv4": _ipv4(name),
                "ipv6": _ipv6().get(name, []),
            }
            for _, name in socket.if_nameindex()
        ]


def _state(name):
    try:
        return Path(f"/sys/class/net/{name}/operstate").read_text().strip()
    except OSError:
        return "unknown"


def _ipv4(name):
    """The first IPv4 address with its prefix, in a list; the kernel names one here."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            address, mask = (
                socket.inet_ntoa(
                    fcntl.ioctl(any_socket, request, struct.pack(f"{IFREQ}s", name.encode()))[20:24]
                )
                for request in (SIOCGIFADDR, SIOCGIFNETMASK)
            )
        except OSError:
            return []
    return [str(ipaddress.ip_interface(f"{address}/{mask}"))]


def _ipv6():
    found = {}
    try:
        lines = Path("/proc/net/if_inet6").read_text().splitlines()
    except OSError:  # a kernel without IPv6
        return found
    for line in lines:
        digits, _, prefix, _, _, name = line.split()
        address = ipaddress.IPv6Address(int(digits, 16))
        found.setdefault(name, []).append(f"{address}/{int(prefix, 16)}")
    return found
