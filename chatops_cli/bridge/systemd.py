"""What systemd is told of a service of type ``notify``: that it is ready, reloads, ends, lives.

Source: sd_notify(3): datagrams to the socket that NOTIFY_SOCKET names.
"""

import logging
import os
import socket
import time
from collections.abc import Mapping

_log = logging.getLogger(__name__)


class Systemd:
    """Tells systemd; where it has not started this process, nobody is told."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        usec = environment.get("WATCHDOG_USEC", "")
        own = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self.watchdog = int(usec) / 1e6 if usec.isdigit() and own else None
        """Seconds within which systemd wants to hear of it; None where it doesn't."""

    def ready(self, status: str) -> None:
        """It does what it is for, or has read its settings again."""
        self._tell(f"READY=1\nSTATUS={_line(status)}")

    def reloading(self) -> None:
        """It reads its settings again; `ready` follows."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def ending(self) -> None:
        """It ends, which may take a while."""
        self._tell("STOPPING=1")

    def alive(self, status: str) -> None:
        """Its loop goes round."""
        self._tell(f"WATCHDOG=1\nSTATUS={_line(status)}")

    def _tell(self, text: str) -> None:
        if not self._address:
            return
        # An address that begins with @ is in the abstract namespace of Linux.
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as own:
                own.connect(address)
                own.send(text.encode())
        except OSError as error:
            _log.warning("systemd-not-told error=%s", error.strerror or error)


def _line(status: str) -> str:
    return " ".join(status.split())
