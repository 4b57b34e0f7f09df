"""Why a server could not be reached, as the errors of the contract; no address is told.

An address may hold a ticket, and a library's text an address.
"""

import os

import aiohttp

from chatops_cli.bridge.contract import LineError, RefusedError
from chatops_cli.errors import ChatOpsError


def broken(error: Exception, *, name: str, patience: float) -> ChatOpsError:
    """The error for what aiohttp raises.

    Args:
        error: It.
        name: What the server is called.
        patience: Seconds that were waited.
    """
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        found = error.certificate_error
        why = getattr(found, "verify_message", "") or type(found).__name__
        return RefusedError(
            f"the certificate of {name} is not trusted: {why}",
            hint="have it mended, or have the authority trusted that has signed it",
        )
    if isinstance(error, TimeoutError):
        return LineError(f"{name} did not answer in {patience:g} s")
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return LineError(f"{name} opens no websocket: HTTP {error.status}")
    number = error.errno if isinstance(error, OSError) else None
    reason = os.strerror(number) if number else type(error).__name__
    return LineError(f"{name} can't be reached: {reason}")
