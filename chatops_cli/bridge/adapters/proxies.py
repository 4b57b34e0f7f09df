"""The proxy that a network is reached through, after the environment."""

from typing import TYPE_CHECKING

from chatops_cli.bridge.contract import RefusedError
from chatops_cli.errors import RunnerError

if TYPE_CHECKING:
    from collections.abc import Mapping


def proxy_of(url: str, environment: "Mapping[str, str]") -> str | None:
    """The proxy for an address; None for a direct connection.

    Raises:
        RefusedError: What the environment names is none.
    """
    from yarl import URL

    from chatops_cli.runners.http_proxy import choose_proxy

    # A websocket goes where http goes.
    found = URL(url)
    scheme = {"ws": "http", "wss": "https"}.get(found.scheme, found.scheme)
    try:
        proxy = choose_proxy(found.with_scheme(scheme), {}, environment)
    except RunnerError as error:
        raise RefusedError(error.message, hint=error.hint) from error
    return str(proxy) if proxy is not None else None
