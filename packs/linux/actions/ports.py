"""``linux.ports``: listening sockets, from /proc/net."""

import os
import socket
import struct
from pathlib import Path

from lib import procfs
from st2common.runners.base_action import Action

LISTENS = {"tcp": "0A", "udp": "07"}
"""The state column of a socket that waits; UDP knows no other than unconnected."""


class PortsAction(Action):
    def run(self, port=0, protocol="all"):
        wanted = tuple(LISTENS) if protocol == "all" else (protocol,)
        found = [row for name in wanted for row in _sockets(name) if port in {0, row["port"]}]
        owners = _owners({row["inode"] for row in found})
        rows = [
            {
                "port": row["port"],
                "protocol": row["protocol"],
                "address": row["address"],
                "pid": pid,
                "program": program,
            }
            for row in found
            for pid, program in [owners.get(row["inode"], (None, ""))]
        ]
        rows.sort(key=lambda row: (row["port"], row["protocol"], row["address"]))
        return rows


def _sockets(protocol):
    for family, suffix in ((socket.AF_INET, ""), (socket.AF_INET6, "6")):
        table = Path(f"/proc/net/{protocol}{suffix}")
        if not table.exists():  # a kernel without IPv6
            continue
        for line in table.read_text().splitlines()[1:]:
            columns = line.split()
            if columns[3] != LISTENS[protocol]:
                continue
            address, port = columns[1].split(":")
            yield {
                "protocol": protocol,
                "address": _address(address, family),
                "port": int(port, 16),
                "inode": columns[9],
            }


def _address(digits, family):
    """The text of an address: the kernel prints its 32-bit words as numbers of this machine."""
    words = [int(digits[at : at + 8], 16) for at in range(0, len(digits), 8)]
    return socket.inet_ntop(family, struct.pack(f"={len(words)}I", *words))


def _owners(inodes):
    """Process id and program by socket; only root sees those of other users."""
    owners = {}
    for process in procfs.processes():
        folder = f"/proc/{process.pid}/fd"
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        for name in names:
            try:
                target = os.readlink(f"{folder}/{name}")
            except OSError:
                continue
            if target.startswith("socket:[") and target[8:-1] in inodes:
                owners.setdefault(target[8:-1], (process.pid, process.program))
    return owners
