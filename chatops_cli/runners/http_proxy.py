"""Which proxy an ``http-request`` goes through."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import TYPE_CHECKING

from chatops_cli.errors import RunnerError
from chatops_cli.runners.http_policy import read_address

if TYPE_CHECKING:
    from yarl import URL


def choose_proxy(
    url: "URL", given: Mapping[str, str], environment: Mapping[str, str]
) -> "URL | None":
    """The proxy for `url`; None for a direct connection.

    Args:
        url: Where the request goes.
        given: Proxies by the URL's scheme; one without a scheme of its own is an http one.
        environment: The variables that actions see: ``http_proxy``, ``https_proxy`` and
            ``all_proxy`` say the rest, ``no_proxy`` the hosts that are reached without one.

    Raises:
        RunnerError: The proxy is no http or https address.

    Source: the requests library: parameters before the environment, which alone heeds
    ``no_proxy``.
    """
    chosen = given.get(url.scheme)
    if not chosen:
        chosen = _of_environment(url, environment)
    return _read_proxy(chosen) if chosen else None


def _of_environment(url: "URL", environment: Mapping[str, str]) -> str | None:
    by_name = {name.lower(): value for name, value in environment.items() if name.isupper()}
    # Of both spellings the one in lower case wins, even where it is empty.
    by_name |= {name: value for name, value in environment.items() if name.islower()}
    if any(_skips(entry, url) for entry in by_name.get("no_proxy", "").split(",")):
        return None
    return by_name.get(f"{url.scheme}_proxy") or by_name.get("all_proxy")


def _skips(entry: str, url: "URL") -> bool:
    """Whether an entry of ``no_proxy`` means the host: ``*``, a domain, an address or a range."""
    entry, host = entry.strip().lower().lstrip("."), (url.host or "").lower()
    if not entry:
        return False
    address = read_address(host)
    if address is not None and "/" in entry:
        try:
            return address in ip_network(entry, strict=False)
        except ValueError:
            return False
    suffixes = {entry, entry.removesuffix(f":{url.port}")}
    return entry == "*" or any(f".{host}".endswith(f".{suffix}") for suffix in suffixes)


def _read_proxy(text: str) -> "URL":
    from yarl import URL

    text = text.strip()
    try:
        proxy = URL(text if "://" in text else f"http://{text}")
        if proxy.scheme in ("http", "https") and proxy.host:
            return proxy
    except ValueError:
        pass
    raise RunnerError(
        "the proxy is no http or https address",  # not shown: a password may stand in it
        hint="write it as http://proxy.example.com:3128",
    )
