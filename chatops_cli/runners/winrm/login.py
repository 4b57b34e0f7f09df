"""Which host is spoken to, how, and as whom."""

import re
from dataclasses import field

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.runners.contract import Call
from chatops_cli.runners.winrm.parameters import HTTP_PORT, HTTPS_PORT

NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?")
ADDRESS = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?")
HIGHEST_PORT = 65535

BASIC = frozenset({"basic", "plaintext", "ssl"})
"""Source: pywinrm's transports, which StackStorm's runner hands its `transport` to."""


@frozen
class Login:
    """A host, and how to get in: `auth` is basic, ntlm, kerberos or credssp.

    With all but basic, messages are encrypted where https doesn't do it.
    """

    host: str
    port: int
    uses_tls: bool
    username: str
    password: str = field(repr=False)
    auth: str
    verifies: bool

    @property
    def address(self) -> str:
        """The host as people write it."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.uses_tls else 'http'}://{name}:{self.port}"


def read_login(call: Call) -> Login:
    """What the parameters say.

    Raises:
        RunnerError: One of them can't be meant, or the password would travel for all to read.
    """
    given = call.runner_parameters
    port = _port(call)
    uses_tls = _scheme(call, port) == "https"
    transport = given.get("transport") or "ntlm"
    auth = "basic" if transport in BASIC else str(transport)
    if auth == "basic" and not uses_tls:
        raise RunnerError(
            f"{call.action.ref}: with the transport {transport} the password would travel "
            "unencrypted by http",
            hint="use https, or the transport ntlm, which encrypts what it sends",
        )
    if auth == "certificate":
        raise RunnerError(
            f"{call.action.ref}: the transport certificate needs a certificate of ours, and no "
            "parameter of the runner holds one",
            hint="use ntlm, kerberos, credssp or basic",
        )
    username, password = (str(given.get(name) or "") for name in ("username", "password"))
    if auth == "basic" and not _is_western(username + password):
        raise RunnerError(
            f"{call.action.ref}: basic authentication can't carry characters such as the name or "
            "the password has",
            hint="use the transport ntlm",
        )
    return Login(
        host=_host(call),
        port=port,
        uses_tls=uses_tls,
        username=username,
        password=password,
        auth=auth,
        verifies=given.get("verify_ssl_cert") is not False,
    )


def _is_western(text: str) -> bool:
    """Whether it is Latin-1, as which basic authentication is sent."""
    return max(map(ord, text), default=0) < 256  # noqa: PLR2004  # Latin-1 has as many characters


def _host(call: Call) -> str:
    host = str(call.runner_parameters.get("host") or "").strip()
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not (NAME.fullmatch(host) or ADDRESS.fullmatch(host)):
        raise RunnerError(
            f"{call.action.ref}: host must be a name or an address, got {host!r}",
            hint="a port goes into `port`, http or https into `scheme`",
        )
    return host


def _port(call: Call) -> int:
    port = call.runner_parameters.get("port")
    if port is None:
        return HTTPS_PORT
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port <= HIGHEST_PORT:
        raise RunnerError(f"{call.action.ref}: port must be from 1 to {HIGHEST_PORT}, got {port!r}")
    return port


def _scheme(call: Call, port: int) -> str:
    scheme = str(call.runner_parameters.get("scheme") or "https").lower()
    if scheme not in {"http", "https"}:
        raise RunnerError(f"{call.action.ref}: scheme must be https or http, got {scheme!r}")
    # Source: StackStorm, the base of its WinRM runners: that port has no TLS.
    return "http" if port == HTTP_PORT else scheme
