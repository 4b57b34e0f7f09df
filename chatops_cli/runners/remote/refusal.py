"""Why a host could not be reached or used, in words for a person."""

import errno
import socket

import asyncssh

from chatops_cli.errors import RunnerError
from chatops_cli.runners.remote.hosts import Host
from chatops_cli.runners.remote.login import Login

EXPECTED = (OSError, UnicodeError, asyncssh.Error)
"""What connecting raises."""

_BY_NUMBER = {
    errno.ECONNREFUSED: ("nothing answers at that port", "is sshd running there, at that port?"),
    errno.EHOSTUNREACH: ("there is no way to it", None),
    errno.ENETUNREACH: ("there is no way to its network", None),
    errno.ETIMEDOUT: ("it does not answer", None),
    errno.ECONNRESET: ("it has closed the connection", "its log says why"),
}


def explain(host: Host, login: Login, error: Exception) -> RunnerError:
    """What `error` means for whoever wanted to use `host`."""
    reason, hint = _explain(login, error)
    return RunnerError(f"can't connect to {host.address}: {reason}", hint=hint)


def _explain(login: Login, error: Exception) -> tuple[str, str | None]:
    match error:
        case asyncssh.PermissionDenied():
            return f"the login of {login.username} was refused", _advise(login)
        case asyncssh.ConnectionLost():
            return _BY_NUMBER[errno.ECONNRESET]
        case asyncssh.Error():
            return error.reason or type(error).__name__, None
        case OSError() if not isinstance(error, socket.gaierror):
            return _explain_number(error)
        case _:
            return "its name is not known", "correct the name, or use an address"


def _explain_number(error: OSError) -> tuple[str, str | None]:
    if error.errno in _BY_NUMBER:
        return _BY_NUMBER[error.errno]
    # Several addresses were tried in vain: asyncio joins what each of them said.
    for number, explained in _BY_NUMBER.items():
        if f"[Errno {number}]" in str(error):
            return explained
    return error.strerror or str(error), None


def _advise(login: Login) -> str:
    if login.uses_own_keys:
        return f"it takes none of {login.offers}; give a `private_key` or a `password`"
    return f"{login.offers} did not open it; is `username` right?"
