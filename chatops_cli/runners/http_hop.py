"""One request on the way of an ``http-request``, and the one that a redirect makes of it.

Source: RFC 9110, 15.4; the requests library, ``SessionRedirectMixin``, for the method and the body
after each status. **Ours**: to another origin go no cookies, no credentials, and of the given
headers only `KEPT`: a token may stand in any of them.
"""

import re
from collections.abc import Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from chatops_cli.model.frozen import frozen
from chatops_cli.runners.http_policy import HostRefusedError, read_address

if TYPE_CHECKING:
    from yarl import URL

REDIRECTS = frozenset({301, 302, 303, 307, 308})
REPEATING = frozenset({307, 308})
"""Redirects after which the same request is sent again, with its body."""

IN_ORDER = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
"""Source: RFC 3986, 2: reserved, unreserved and escaped characters."""

KEPT = frozenset({"accept", "accept-language", "content-type", "user-agent"})
"""Given headers that may go to another origin."""


@frozen
class Hop:
    """A request to send. `url` is one of `plain_url`; header names are as given."""

    method: str
    url: "URL"
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


def next_hop(hop: Hop, status: int, location: str | None) -> Hop | None:
    """The request that an answer redirects to; None where it doesn't.

    Raises:
        HostRefusedError: It leads to no http or https address.
    """
    if status not in REDIRECTS or not location:
        return None
    url = _target(hop.url, location)
    headers, method, body = hop.headers, hop.method, hop.body
    if status not in REPEATING:
        headers = {k: v for k, v in headers.items() if k.lower() != "content-type"}
        method, body = _method_after(status, hop.method), None
    if _stays(hop.url, url):
        return replace(hop, method=method, url=url, headers=headers, body=body)
    headers = {k: v for k, v in headers.items() if k.lower() in KEPT}
    return Hop(method=method, url=url, headers=headers, body=body)


def read_url(text: str, base: "URL | None" = None) -> "URL":
    """An http or https URL.

    One that is in order stays as it is, to the last escape: signatures may be over it. In others
    what has to be escaped is.

    Raises:
        ValueError: It is none.
    """
    from yarl import URL

    url = URL(text, encoded=IN_ORDER.fullmatch(text) is not None)
    url = url if base is None else base.join(url)
    host = url.host or ""
    # An escape in a name means one host to a name server, and another to a proxy.
    if url.scheme not in ("http", "https") or not host or ("%" in host and ":" not in host):
        raise ValueError("no http or https URL")
    return url


def plain_url(url: "URL") -> "URL":
    """The URL without credentials and fragment, an address in it in its usual spelling."""
    address = read_address(url.host or "")
    plain = url.with_user(None).with_fragment(None)
    return plain if address is None else plain.with_host(str(address))


def _target(base: "URL", location: str) -> "URL":
    try:
        return plain_url(read_url(location.strip(), base))
    except ValueError:
        raise HostRefusedError(
            f"'{base.host}' redirects to something that is no http or https address"
        ) from None  # the reason may show the address, and a token in it


def _method_after(status: int, method: str) -> str:
    if method == "HEAD" or (status == 301 and method != "POST"):  # noqa: PLR2004  # an HTTP status
        return method
    return "GET"


def _stays(old: "URL", new: "URL") -> bool:
    """Whether secrets for the old URL may go to the new one: same origin, or its step to TLS."""
    if old.host != new.host:
        return False
    if (old.scheme, old.port) == (new.scheme, new.port):
        return True
    return (old.scheme, old.port, new.scheme, new.port) == ("http", 80, "https", 443)
