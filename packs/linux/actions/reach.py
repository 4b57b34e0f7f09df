"""``linux.reach``: a TCP connection, opened and closed."""

import socket
import time

from st2common.runners.base_action import Action


class ReachAction(Action):
    def run(self, host, port, seconds=5):
        started = time.monotonic()
        try:
            with socket.create_connection((host, port), timeout=seconds) as connection:
                address = connection.getpeername()[0]
        except (OSError, UnicodeError) as error:
            return False, {"host": host, "port": port, "reason": _reason(error, seconds)}
        taken = round(1000 * (time.monotonic() - started), 1)
        return {"host": host, "port": port, "address": address, "milliseconds": taken}


def _reason(error, seconds):
    if isinstance(error, TimeoutError):
        return f"no answer within {seconds:g} seconds"
    if isinstance(error, socket.gaierror):
        return "there is no host of this name"
    return getattr(error, "strerror", None) or str(error)
