"""The `routes` of the settings: names, and the room, webhook or mail address of each."""

import re
from collections.abc import Iterator

from chatops_cli.model.route import EmailRoute, RoomRoute, Route, Security, WebhookRoute
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value

KINDS = ("room", "webhook", "email")
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
ADDRESS = re.compile(r"(?:[^<>\r\n]*<)?[^\s@<>]+@[^\s@<>]+>?")
PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


def read_routes(reader: Reader | None) -> dict[str, Route]:
    """The routes by name; one that can't be understood is an error."""
    if reader is None:
        return {}
    return dict(_routes(reader))


def _routes(reader: Reader) -> Iterator[tuple[str, Route]]:
    for name, value in reader.entries():
        section = Reader.of(value)
        if section is None:
            continue
        kinds = [kind for kind in KINDS if section.has(kind)]
        if len(kinds) != 1:
            found = " and ".join(kinds) or "none of them"
            section.report(
                "route", f"{reader.path(name)} needs one of {', '.join(KINDS)}, and has {found}"
            )
            continue
        route = _route(section)
        section.finish()
        if route is not None:
            yield name, route


def _route(reader: Reader) -> Route | None:
    if reader.has("room"):
        return RoomRoute(room=reader.text("room", required=True))
    if reader.has("webhook"):
        return _webhook(reader)
    email = reader.section("email")
    return _email(email) if email is not None else None


def _webhook(reader: Reader) -> WebhookRoute:
    url = reader.text("webhook", required=True)
    if url and not is_reference(url) and not url.startswith(("http://", "https://")):
        reader.report("route", f"{reader.path('webhook')} is no http or https URL", key="webhook")
    headers = reader.section("headers")
    values = {name: _text(value) for name, value in headers.entries()} if headers else {}
    return WebhookRoute(url=url, headers=values)


def _email(reader: Reader) -> EmailRoute:
    host = reader.text("host", "localhost")
    usual = Security.NONE if host in LOCAL_HOSTS else Security.STARTTLS
    security = Security(reader.choice("security", tuple(Security), usual))
    user, password = reader.text("user"), reader.text("password")
    if password and not is_reference(password):
        reader.report(
            "plain-secret",
            f"{reader.path('password')} stands here in plain text",
            key="password",
            hint="say where it is: '{{ env.NAME }}', or '{{ st2kv.system.x | decrypt_kv }}'",
        )
    if user and security is Security.NONE and host not in LOCAL_HOSTS:
        reader.report(
            "plain-secret",
            f"the password for {host} would be sent unencrypted",
            key="security",
            hint="write security: starttls, or tls",
        )
    route = EmailRoute(
        to=reader.strings("to"),
        sender=reader.text("from", required=True),
        host=host,
        port=reader.integer("port", PORTS[security], minimum=1, maximum=65535),
        security=security,
        user=user,
        password=password,
    )
    if not route.to:
        reader.report("missing-key", f"{reader.path('to')} is missing")
    senders = [("from", route.sender)] if route.sender else []
    for key, address in (*(("to", address) for address in route.to), *senders):
        if not ADDRESS.fullmatch(address):
            reader.report("route", f"{reader.path(key)}: {address!r} is no mail address", key=key)
    reader.finish()
    return route


def is_reference(text: str) -> bool:
    """Whether the text is a template: it says where its value is, and is none itself."""
    return "{{" in text


def _text(value: Value) -> str:
    return value.text() or ""
