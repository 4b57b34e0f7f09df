"""Routes of the settings, and how mistakes in them are told."""

from pathlib import Path

import pytest

from chatops_cli.errors import SettingsError
from chatops_cli.model.route import EmailRoute, RoomRoute, Security, WebhookRoute
from chatops_cli.settings.load import load_settings


def load(folder: Path, route: str) -> object:
    (folder / "chatops.yaml").write_text(f"routes:\n  ops: {route}\n")
    return load_settings(folder=folder).routes["ops"]


def test_every_kind_of_route(isolated: Path) -> None:
    assert load(isolated, "{room: '#ops'}") == RoomRoute(room="#ops")
    assert load(isolated, "{webhook: 'https://x/y', headers: {A: b}}") == WebhookRoute(
        url="https://x/y", headers={"A": "b"}
    )
    assert load(isolated, "{webhook: '{{ env.HOOK }}'}") == WebhookRoute(url="{{ env.HOOK }}")
    mail = "{email: {to: a@x, from: 'Bot <b@x>', host: h, user: u, password: '{{ env.P }}'}}"
    assert load(isolated, mail) == EmailRoute(
        to=("a@x",),
        sender="Bot <b@x>",
        host="h",
        port=587,
        security=Security.STARTTLS,
        user="u",
        password="{{ env.P }}",
    )


@pytest.mark.parametrize(
    ("more", "security", "port"),
    [
        ("", Security.NONE, 25),
        ("host: h", Security.STARTTLS, 587),
        ("host: h, security: tls", Security.TLS, 465),
        ("host: h, security: none, port: 26", Security.NONE, 26),
        ("host: 127.0.0.1, security: starttls", Security.STARTTLS, 587),
    ],
)
def test_another_machine_is_spoken_to_in_private(
    isolated: Path, more: str, security: Security, port: int
) -> None:
    route = load(isolated, f"{{email: {{to: [a@x], from: b@x, {more}}}}}")
    assert isinstance(route, EmailRoute)
    assert (route.security, route.port) == (security, port)


@pytest.mark.parametrize(
    ("route", "told"),
    [
        ("{}", "error[route] routes.ops needs one of room, webhook, email, and has none of them"),
        (
            "{room: a, webhook: 'http://x'}",
            "error[route] routes.ops needs one of room, webhook, email, and has room and webhook",
        ),
        ("somewhere", "error[wrong-type] routes.ops must be a mapping, not 'somewhere'"),
        ("{room: ''}", "error[missing-key] routes.ops.room is empty"),
        ("{webhook: x.org/y}", "error[route] routes.ops.webhook is no http or https URL"),
        ("{room: a, port: 1}", "error[unknown-key] the key 'routes.ops.port' is not known"),
        ("{email: {from: a@x}}", "error[missing-key] routes.ops.email.to is missing"),
        ("{email: {to: a@x}}", "error[missing-key] routes.ops.email.from is missing"),
        ("{email: {to: [ops], from: a@x}}", "error[route] routes.ops.email.to: 'ops' is no mail"),
        (
            "{email: {to: a@x, from: b@x, user: u, password: hunter2}}",
            "error[plain-secret] routes.ops.email.password stands here in plain text (say where",
        ),
        (
            "{email: {to: a@x, from: b@x, host: h, security: none, user: u}}",
            "error[plain-secret] the password for h would be sent unencrypted",
        ),
    ],
)
def test_mistakes_stop_the_start(isolated: Path, route: str, told: str) -> None:
    """And none of them shows a password."""
    with pytest.raises(SettingsError) as caught:
        load(isolated, route)
    (line,) = caught.value.message.splitlines()
    assert told in line
    assert "hunter2" not in line


def test_a_route_shows_no_secret() -> None:
    shown = repr(WebhookRoute(url="https://x/s3cret", headers={"A": "s3cret"}))
    shown += repr(EmailRoute(to=("a@x",), sender="b@x", password="s3cret"))
    assert "s3cret" not in shown
