"""Connections to hosts: host key checked, through a bastion where one is named."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import asyncssh

from chatops_cli.errors import RunnerError
from chatops_cli.runners.remote.hosts import Host
from chatops_cli.runners.remote.known_hosts import KnownHosts, Trust, entry
from chatops_cli.runners.remote.login import Login
from chatops_cli.runners.remote.parameters import ACCEPT_NEW
from chatops_cli.runners.remote.refusal import EXPECTED, explain

KEEPALIVE = 15.0
"""Seconds of silence after which a host is asked for a sign of life; three in vain are the end."""

CLOSING = 2.0
"""Seconds for a connection to be closed in order."""

Tunnel = asyncssh.SSHClientConnection | None


class Connector:
    """Opens connections with the same credentials, and the same rule for unknown host keys."""

    def __init__(self, login: Login, known: KnownHosts, policy: str) -> None:
        self._login = login
        self._known = known
        self._accepts_new = policy == ACCEPT_NEW

    @contextlib.asynccontextmanager
    async def open(
        self, host: Host, tunnel: Tunnel = None
    ) -> AsyncIterator[asyncssh.SSHClientConnection]:
        """A connection to `host`, through the tunnel if there is one; closed at the end.

        Raises:
            RunnerError: There is none to be had; the message says why.
        """
        connection = await self._connect(host, tunnel)
        try:
            yield connection
        finally:
            await _close(connection)

    async def _connect(self, host: Host, tunnel: Tunnel) -> asyncssh.SSHClientConnection:
        trust = self._known.trust(host)
        client = _Client(may_accept=self._accepts_new and not trust.is_known)
        try:
            connection = await asyncssh.connect(
                host.name,
                host.port,
                tunnel=tunnel,
                options=self._options(trust, lambda: client),
            )
        except asyncssh.HostKeyNotVerifiable as error:
            raise self._explain_key(host, trust, client.presented, error) from error
        except EXPECTED as error:
            raise explain(host, self._login, error) from error
        except ValueError as error:  # a key of ~/.ssh, or a name with characters that none has
            raise RunnerError(
                f"can't log in to {host.address} as {self._login.username!r}: {error}",
                hint="is the `passphrase` that of the keys in ~/.ssh?"
                if self._login.uses_own_keys and self._login.passphrase
                else None,
            ) from error
        if client.accepted is not None:
            try:
                self._known.add(host, client.accepted)
            except RunnerError:
                await _close(connection)
                raise
        return connection

    def _options(
        self, trust: Trust, client: Callable[[], asyncssh.SSHClient]
    ) -> asyncssh.SSHClientConnectionOptions:
        login = self._login
        own = login.uses_own_keys
        return asyncssh.SSHClientConnectionOptions(
            client_factory=client,
            config=None,  # ~/.ssh/config is a person's, it must not change where a bot connects
            known_hosts=(trust.keys, trust.authorities, trust.revoked, (), (), (), ()),
            x509_trusted_certs=None,
            server_host_key_algs=trust.algorithms,
            username=login.username,
            password=login.password,
            client_keys=() if own else None if login.key is None else [login.key],
            passphrase=login.passphrase if own else None,
            ignore_encrypted=True,
            agent_path=() if own else None,
            keepalive_interval=KEEPALIVE,
            gss_auth=False,
            gss_kex=False,
        )

    def _explain_key(
        self,
        host: Host,
        trust: Trust,
        presented: asyncssh.SSHKey | None,
        error: asyncssh.HostKeyNotVerifiable,
    ) -> RunnerError:
        address, file = host.address, self._known.file
        if presented is None:
            return RunnerError(f"the host key of {address} is refused: {error.reason}")
        shown = f"{presented.get_algorithm()} {presented.get_fingerprint()}"
        if trust.is_known:
            return RunnerError(
                f"the host key of {address} has changed, or another machine answers in its place: "
                f"it is {shown} now, which known_hosts does not hold",
                hint=f"if the change is meant: ssh-keygen -R '{address}' -f {file}, and add the "
                "new key",
            )
        return RunnerError(
            f"the host key of {address} is not known: {shown}",
            hint=f"if that is its fingerprint, add this line to {file}: {entry(host, presented)}",
        )


class _Client(asyncssh.SSHClient):
    """Notes the host's key, and accepts it where it may."""

    def __init__(self, *, may_accept: bool) -> None:
        self._may_accept = may_accept
        self.presented: asyncssh.SSHKey | None = None
        self.accepted: asyncssh.SSHKey | None = None
        """The key to remember. It is the host's own only once there is a connection."""

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        del host, addr, port
        self.presented = key
        if self._may_accept:
            self.accepted = key
        return self._may_accept


async def _close(connection: asyncssh.SSHClientConnection) -> None:
    connection.close()
    try:
        async with asyncio.timeout(CLOSING):
            await connection.wait_closed()
    except TimeoutError:
        connection.abort()
