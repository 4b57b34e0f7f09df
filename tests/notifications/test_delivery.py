"""A parcel goes to its route, and what becomes of it is on record."""

import asyncio
import json
import socket
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from chatops_cli.model.announcement import Announcement
from chatops_cli.model.chat import Reply, ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.model.json import JsonObject
from chatops_cli.model.route import EmailRoute, RoomRoute, Route, Security, WebhookRoute
from chatops_cli.notifications import webhook
from chatops_cli.notifications.courier import Courier
from chatops_cli.notifications.delivery import Parcel
from chatops_cli.notifications.errands import Errands
from chatops_cli.notifications.references import References
from chatops_cli.records.events import NotificationFailed, NotificationSent
from chatops_cli.rendering.templates import Templates
from tests.support.http_servers import make_certificate, serve, server_context
from tests.support.mail_servers import serve_mail
from tests.support.rooms import Memory

PARCEL = Parcel(
    route="ops",
    execution_id="e1",
    text="it is done\nand well",
    payload={"message": "it is done\nand well", "route": "ops", "data": {"result": "{}"}},
    status=Status.SUCCEEDED,
    message_id="m1",
)


class Values:
    """A datastore with one item, which is secret."""

    def get(self, scope: str, name: str, decrypt: bool) -> str | None:
        return "hush-hush" if (scope, name, decrypt) == ("system", "token", True) else None


class World:
    """A courier, and all that it does."""

    def __init__(
        self, routes: Mapping[str, Route], environment: Mapping[str, str] | None = None
    ) -> None:
        self.memory, self.told, self.said = Memory(), list[str](), list[Reply]()
        self.errands = Errands()
        variables = environment or {}
        self.courier = Courier(
            routes=routes,
            records=self.memory,
            errands=self.errands,
            references=lambda: References(
                templates=Templates(), environment=variables, lookup=Values()
            ),
            environment=variables,
            warn=self.told.append,
            post=self.post,
        )

    async def post(self, reply: Reply) -> None:
        if reply.room == "#full":
            raise OSError(28, "No space left on device")
        self.said.append(reply)

    @property
    def event(self) -> NotificationSent | NotificationFailed:
        """The one event on record."""
        ((event, _),) = self.memory.events
        assert isinstance(event, NotificationSent | NotificationFailed)
        return event

    @property
    def error(self) -> str:
        """Why it failed; it is told, too."""
        assert isinstance(self.event, NotificationFailed)
        assert self.told == [f"{self.event.error} (execution e1)"]
        return self.event.error.removeprefix("nothing reached the route ops: ")


def deliver(route: Route, parcel: Parcel = PARCEL, **environment: str) -> World:
    world = World({"ops": route}, environment)
    asyncio.run(world.courier.deliver(parcel))
    return world


# Rooms


def test_a_room_is_told() -> None:
    world = deliver(RoomRoute(room="#ops"))
    (reply,) = world.said
    assert reply == Reply(
        kind=ReplyKind.NOTICE,
        message_id="m1",
        room="#ops",
        text="it is done\nand well",
        execution_id="e1",
        status=Status.SUCCEEDED,
    )
    assert world.event == NotificationSent(
        execution_id="e1", route="ops", kind="room", target="#ops"
    )


def test_a_room_that_can_not_be_told() -> None:
    world = deliver(RoomRoute(room="#full"))
    assert world.error == "#full: No space left on device"
    assert isinstance(world.event, NotificationFailed)
    assert (world.event.kind, world.event.target) == ("room", "#full")


# Announcements


def announce(route: str, payload: JsonObject, routes: Mapping[str, Route] | None = None) -> World:
    world = World(routes or {})

    async def work() -> None:
        world.courier.announce(Announcement(route=route, payload=payload, execution_id="e1"))
        await world.errands.settle()

    asyncio.run(work())
    return world


def test_an_announcement_for_chat_names_its_room() -> None:
    """Its user is told by name; ``{~}`` and ``extra`` make an attachment."""
    payload: JsonObject = {
        "channel": "#dev",
        "user": "ann",
        "whisper": False,
        "message": "look {~} here",
        "extra": {"slack": {"color": "red"}},
    }
    (reply,) = announce("chatops", payload).said
    (attachment,) = reply.attachments
    assert (reply.room, reply.text) == ("#dev", "ann: look")
    assert (attachment.text.strip(), attachment.color) == ("here", "red")
    assert reply.extra == {"slack": {"color": "red"}}


def test_a_whisper_is_for_one_person() -> None:
    payload: JsonObject = {"channel": "#dev", "user": "ann", "whisper": True, "message": "psst"}
    (reply,) = announce("chatops", payload).said
    assert (reply.room, reply.text) == ("@ann", "psst")


def test_a_route_of_the_settings_goes_before() -> None:
    payload: JsonObject = {"channel": "#dev", "message": "look", "user": None}
    (reply,) = announce("chatops", payload, {"chatops": RoomRoute(room="#all")}).said
    assert (reply.room, reply.text) == ("#all", "look")


def test_an_announcement_without_a_message_is_told_whole() -> None:
    (reply,) = announce("log", {"a": [1]}, {"log": RoomRoute(room="#log")}).said
    assert reply.text == '{"a": [1]}'


def test_an_announcement_for_nowhere() -> None:
    world = announce("chatops", {"message": "look"})
    assert isinstance(world.event, NotificationFailed)
    assert world.event.error.endswith("the announcement names no room (channel)")


def test_a_route_that_nobody_knows_is_told_once_and_recorded_each_time() -> None:
    world = World({})

    async def work() -> None:
        for _ in range(2):
            world.courier.announce(Announcement(route="x", payload={}, execution_id="e1"))
        await world.errands.settle()

    asyncio.run(work())
    error = "nobody knows the route x: it is in no rule and not in the settings"
    assert world.told == [f"{error} (execution e1)"]
    failed = NotificationFailed(execution_id="e1", error=error, route="x")
    assert [event for event, _ in world.memory.events] == [failed, failed]


# Webhooks


async def accept(request: web.Request) -> web.Response:
    del request
    return web.Response()


def test_a_webhook_is_sent_the_payload() -> None:
    """References to the environment and the datastore are followed; no record holds them."""
    world = World({}, {"KEY": "k3y-k3y"})

    async def work() -> None:
        async with serve(accept) as site:
            hook = WebhookRoute(
                url=f"{site.url}/in?key={{{{ env.KEY }}}}",
                headers={"X-Token": "{{ st2kv.system.token | decrypt_kv }}"},
            )
            world.courier._routes = {"ops": hook}
            await world.courier.deliver(PARCEL)
            (seen,) = site.seen
        assert (seen.method, seen.path) == ("POST", "/in?key=k3y-k3y")
        assert seen.headers["x-token"] == "hush-hush"
        assert seen.headers["content-type"] == "application/json"
        assert json.loads(seen.body) == PARCEL.payload

    asyncio.run(work())
    assert world.event == NotificationSent(
        execution_id="e1", route="ops", kind="webhook", target="127.0.0.1"
    )


def posted(
    monkeypatch: pytest.MonkeyPatch, *statuses: int, location: str | None = None
) -> tuple[World, int]:
    """A webhook that answers with these statuses, and how often it was asked."""
    monkeypatch.setattr(webhook, "PAUSES", (0.0, 0.0))
    rest = list(statuses)
    world = World({})

    async def handle(request: web.Request) -> web.Response:
        del request
        headers = {"Location": location} if location else {}
        return web.Response(status=rest.pop(0), headers=headers)

    async def work() -> int:
        async with serve(handle) as site:
            world.courier._routes = {"ops": WebhookRoute(url=site.url)}
            await world.courier.deliver(PARCEL)
            return len(site.seen)

    return world, asyncio.run(work())


def test_a_webhook_that_is_busy_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world, times = posted(monkeypatch, 503, 429, 204)
    assert (type(world.event), times) == (NotificationSent, 3)


@pytest.mark.parametrize(("statuses", "times"), [((503,) * 3, 3), ((404,), 1), ((301,), 1)])
def test_a_webhook_that_refuses(
    monkeypatch: pytest.MonkeyPatch, statuses: tuple[int, ...], times: int
) -> None:
    """What will not be different in a moment isn't tried again, and nothing is followed."""
    world, asked = posted(monkeypatch, *statuses, location="http://127.0.0.1:1/")
    assert world.error == f"the webhook answered with HTTP status {statuses[0]}"
    assert asked == times


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:1/s3cret", "no connection to 127.0.0.1:1: Connection refused"),
        ("{{ env.NOT }}", "a reference leads nowhere: the environment variable 'NOT' is not set"),
        ("{{ st2kv.system.no }}/s3cret", "a reference leads nowhere: "),
        ("{{ env.KEY }}", "its address is no http or https URL"),
    ],
)
def test_a_webhook_that_is_not_there(monkeypatch: pytest.MonkeyPatch, url: str, told: str) -> None:
    """No error holds the address: it is a secret."""
    monkeypatch.setattr(webhook, "PAUSES", (0.0,))
    error = deliver(WebhookRoute(url=url), KEY="s3cret").error
    assert error.startswith(told)
    assert "s3cret" not in error


def test_a_webhook_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatops_cli.notifications.courier.LONGEST", 0.05)
    world = World({})

    async def wait(request: web.Request) -> web.Response:
        del request
        await asyncio.sleep(5)
        return web.Response()

    async def work() -> None:
        async with serve(wait) as site:
            world.courier._routes = {"ops": WebhookRoute(url=site.url)}
            await world.courier.deliver(PARCEL)

    asyncio.run(work())
    assert world.error == "it took longer than 0.05 s"


# Mail

MAIL = EmailRoute(to=("ops@example.com", "ann@example.com"), sender="Bot <bot@example.com>")


def mailed(port: int, *, route: EmailRoute = MAIL, **environment: str) -> World:
    return deliver(replace(route, host="127.0.0.1", port=port), PARCEL, **environment)


def test_a_mail_is_sent() -> None:
    with serve_mail() as server:
        world = mailed(server.port)
    (mail,) = server.mails
    assert mail["Subject"] == "[chatops] it is done"
    assert mail["From"] == "Bot <bot@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_content()
    assert body == "it is done\nand well\n\nroute: ops\nresult: {}\n"
    assert server.recipients == [["ops@example.com", "ann@example.com"]]
    assert world.event == NotificationSent(
        execution_id="e1", route="ops", kind="email", target="ops@example.com, ann@example.com"
    )


@pytest.mark.filterwarnings("ignore:Requiring AUTH while:UserWarning")  # aiosmtpd knows no TLS
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_mail_goes_over_tls_to_an_account(
    security: Security, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate is checked, and the password is where the settings say."""
    certificate = make_certificate(tmp_path)
    tls = server_context(certificate)
    route = replace(MAIL, security=security, user="bot", password="{{ env.MAIL_PASSWORD }}")
    is_wrapped = security is Security.TLS
    with serve_mail(tls=tls, account=("bot", "pa55word"), is_wrapped=is_wrapped) as server:
        distrusted = mailed(server.port, route=route, MAIL_PASSWORD="pa55word").error
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        refused = mailed(server.port, route=route, MAIL_PASSWORD="wrong").error
        sent = mailed(server.port, route=route, MAIL_PASSWORD="pa55word").event
    assert distrusted == (
        f"127.0.0.1:{server.port} has no TLS certificate to trust: self-signed certificate"
    )
    assert refused == "127.0.0.1 refuses the account"
    assert (type(sent), len(server.mails)) == (NotificationSent, 1)
    assert is_wrapped or server.was_private == [True]


def test_a_server_that_refuses() -> None:
    with serve_mail(refused=frozenset(MAIL.to)) as server:
        everybody = mailed(server.port).error
    with serve_mail(refused=frozenset({"ann@example.com"})) as server:
        somebody = mailed(server.port).error
        assert len(server.mails) == 1
    with serve_mail(answer="552 too much") as server:
        mail = mailed(server.port).error
    with serve_mail() as server:
        unable = mailed(server.port, route=replace(MAIL, security=Security.STARTTLS)).error
    gone = mailed(server.port).error
    assert everybody.endswith(" refuses ann@example.com, ops@example.com")
    assert somebody == "127.0.0.1 refuses ann@example.com"
    assert mail.endswith(" refuses the mail: 552")
    assert "can't do what the route asks for" in unable
    assert gone == f"no mail over 127.0.0.1:{server.port}: Connection refused"


def test_an_address_makes_no_header() -> None:
    error = deliver(replace(MAIL, sender="a@b\nBcc: eve@example.com")).error
    assert error.startswith("an address of the route can't be used")


def test_what_is_in_the_text_makes_no_header() -> None:
    """A subject is one line of what can be printed, and not too long."""
    text = "\x1b[31mred\rBcc: eve@example.com " + 300 * "x"
    with serve_mail() as server:
        route = replace(MAIL, host="127.0.0.1", port=server.port)
        assert isinstance(deliver(route, replace(PARCEL, text=text)).event, NotificationSent)
    (mail,) = server.mails
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("[chatops] \\x1b[31mred\\rBcc: eve@example.com xxx")
    assert len(mail["Subject"]) <= 130


def hang_up(server: socket.socket) -> None:
    """The next that calls is cut off."""
    server.accept()[0].close()


def test_a_mail_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatops_cli.notifications.mail.TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        silent = mailed(port).error
        hang_up(server)  # the one that has given up
        threading.Thread(target=hang_up, args=(server,)).start()
        gone = mailed(port).error
    assert silent == f"127.0.0.1:{port} did not answer within 0.1 s"
    assert gone == f"no mail over 127.0.0.1:{port}: Connection unexpectedly closed"


def test_a_long_mail_is_cut() -> None:
    payload: JsonObject = {"data": {"result": "x" * 100_000}}
    with serve_mail() as server:
        route = replace(MAIL, host="127.0.0.1", port=server.port)
        deliver(route, replace(PARCEL, text="", payload=payload))
    (mail,) = server.mails
    assert mail["Subject"] == "[chatops] notification on ops"
    assert mail.get_content().endswith("… (cut: it is longer than 65,536 characters)\n")


def test_a_record_that_can_not_be_written_undoes_nothing() -> None:
    world = World({"ops": RoomRoute(room="#ops")})
    world.memory.full_at = 0
    asyncio.run(world.courier.deliver(PARCEL))
    assert (len(world.said), world.told) == (1, ["the audit log can't be written"])
