"""What an ``http-request`` sends: its parameters as the first `Hop`."""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chatops_cli import __version__
from chatops_cli.errors import RunnerError
from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Call
from chatops_cli.runners.http_body import make_body, pairs
from chatops_cli.runners.http_hop import Hop, plain_url, read_url

if TYPE_CHECKING:
    from yarl import URL

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""Source: RFC 9110, 5.6.2."""

OURS = frozenset({"content-length", "transfer-encoding", "connection"})
"""Headers that follow from the body and the connection: given ones are not sent."""


def make_hop(call: Call) -> Hop:
    """The request that a call's parameters ask for.

    Raises:
        RunnerError: They ask for none that can be sent. No value is shown but the method.
    """
    url, url_credentials = _read_url(call)
    headers = _read_headers(call)
    present = {name.lower(): value for name, value in headers.items()}
    body = make_body(call.parameters, present.get("content-type"))
    method = text_of(call.parameters.get("method")) or ("GET" if body is None else "POST")
    if not TOKEN.fullmatch(method):
        raise RunnerError(f"{call.action.ref}: method {method!r} is no HTTP method")
    added = {"User-Agent": f"chatops-cli/{__version__}", "X-Stanley-Action": call.action.name}
    headers |= {name: value for name, value in added.items() if name.lower() not in present}
    if body is not None and body.content_type is not None:
        headers = {**_without(headers, "content-type"), "Content-Type": body.content_type}
    credentials = _given_credentials(call) or url_credentials
    if credentials is not None:
        token = base64.b64encode(credentials.encode(errors="replace")).decode()
        headers = {**_without(headers, "authorization"), "Authorization": f"Basic {token}"}
    return Hop(
        method=method.upper(),
        url=url,
        headers=headers,
        cookies=_read_cookies(call),
        body=None if body is None else body.content,
    )


def _read_url(call: Call) -> "tuple[URL, str | None]":
    """The URL with its query, and the credentials that stood in it."""
    given = call.parameters.get("params")
    query = urlencode(list(pairs("params", given))) if isinstance(given, dict) else text_of(given)
    text, _, _ = text_of(call.runner_parameters.get("url")).strip().partition("#")
    if query:
        text = f"{text}{'&' if '?' in text else '?'}{query}"
    try:
        url = read_url(text)
    except ValueError:
        raise RunnerError(
            f"{call.action.ref}: url is no http or https address",
            hint="such as https://example.com/status",
        ) from None  # the reason may show the address, and a token in it
    credentials = f"{url.user or ''}:{url.password or ''}"
    return plain_url(url), None if credentials == ":" else credentials


def _read_headers(call: Call) -> dict[str, str]:
    headers = dict(_named_texts(call, "headers", call.runner_parameters.get("headers")))
    auth = call.parameters.get("auth")
    if auth:
        name, sign, value = text_of(auth).partition("=")
        if not sign:
            raise RunnerError(
                f"{call.action.ref}: auth must be a header as name=value",
                hint="for basic authentication give username and password",
            )
        headers = _without(headers, name.lower())
        headers |= _named_texts(call, "auth", {name: value})
    return {name: value for name, value in headers.items() if name.lower() not in OURS}


def _read_cookies(call: Call) -> dict[str, str]:
    from http.cookies import Morsel

    cookies = dict(_named_texts(call, "cookies", call.runner_parameters.get("cookies")))
    for name, value in cookies.items():
        if Morsel[str]().isReservedKey(name):
            raise RunnerError(f"{call.action.ref}: cookies: {name!r} is no name of a cookie")
        if ";" in value:
            raise RunnerError(f"{call.action.ref}: cookies: {name!r} holds a ';'")
    return cookies


def _named_texts(call: Call, parameter: str, values: Json) -> Iterator[tuple[str, str]]:
    """Names with what can stand in a line of the request; null is left out.

    Raises:
        RunnerError: A name or a value can't. The value is not shown.
    """
    if values is None:
        return
    if not isinstance(values, dict):
        raise RunnerError(f"{call.action.ref}: {parameter} must be an object")
    for name, value in values.items():
        if value is None:
            continue
        if not TOKEN.fullmatch(name):
            raise RunnerError(f"{call.action.ref}: {parameter}: {name!r} is no name")
        text = text_of(value).strip(" \t")
        if any(character in text for character in "\r\n\0") or not _is_plain(text):
            raise RunnerError(
                f"{call.action.ref}: {parameter}: {name!r} holds a line end, or what is no text"
            )
        yield name, text


def _given_credentials(call: Call) -> str | None:
    username = text_of(call.runner_parameters.get("username"))
    password = text_of(call.runner_parameters.get("password"))
    if ":" in username:
        raise RunnerError(f"{call.action.ref}: a username with ':' can't be sent")
    return f"{username}:{password}" if username or password else None


def _without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {each: value for each, value in headers.items() if each.lower() != name}


def _is_plain(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def text_of(value: Json) -> str:
    """A parameter as text; empty for null."""
    return "" if value is None else str(value)
