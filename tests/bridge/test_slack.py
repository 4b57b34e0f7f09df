"""Slack, through the vendor's own SDK, against a server that speaks what Slack documents."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatops_cli.bridge.adapters import slack
from chatops_cli.bridge.adapters.proxies import proxy_of
from chatops_cli.bridge.adapters.slack.adapter import Slack
from chatops_cli.bridge.adapters.slack.api import Api
from chatops_cli.bridge.adapters.slack.options import Options
from chatops_cli.bridge.adapters.slack.socket import Socket
from chatops_cli.bridge.contract import (
    Adapter,
    Check,
    LimitedError,
    LineError,
    Posting,
    RefusedError,
    UndeliverableError,
)
from chatops_cli.bridge.registry import find_adapter
from chatops_cli.errors import SettingsError
from chatops_cli.model.chat import Attachment, Message
from tests.bridge.conformance import Conformance
from tests.support.bridges import PATIENCE, context, hearing, options_of, posted, serving, until
from tests.support.http_servers import make_expired_certificate, server_context
from tests.support.slack_server import APP_TOKEN, BOT_USER, SCOPES, TOKEN, Workspace, workspace

SECRETS = {"BOT": TOKEN, "APP": APP_TOKEN, "WRONG": "xoxb-1-wrong", "OTHER": "xapp-1-wrong"}


@pytest.fixture
async def world() -> AsyncIterator[Workspace]:
    async with workspace() as found:
        yield found


def make(world: Workspace, more: str = "", *, options: str | None = None) -> Adapter:
    text = world.options if options is None else options
    return adapter_with(options_of(slack, f"{text}\n{more}"), patience=PATIENCE)


def adapter_with(options: object, *, patience: float) -> Slack:
    assert isinstance(options, Options)
    return Slack(options, context(SECRETS), patience=patience)


def posting(text: str, *, room: str = "C0OPS", thread: str | None = None) -> Posting:
    return Posting(key="k", room=room, text=text, thread=thread)


async def checks(adapter: Adapter) -> dict[str, Check]:
    found = {check.name: check for check in await adapter.check()}
    await adapter.close()
    return found


class TestConformance(Conformance):
    """What every adapter does."""

    MODULE = slack
    CAN = frozenset(
        {
            *("direct", "thread", "edit", "update", "duplicate", "limit", "oversize", "drop"),
            *("catch_up", "refuse", "unknown_room", "mention", "react", "file"),
        }
    )
    SECRETS = SECRETS

    @pytest.fixture
    async def world(self) -> AsyncIterator[Workspace]:
        async with workspace() as found:
            yield found


# Hearing


async def test_slack_is_told_when_a_message_is_taken_and_not_before(world: Workspace) -> None:
    begun, free = asyncio.Event(), asyncio.Event()

    async def take(message: Message) -> None:
        del message
        begun.set()
        await free.wait()

    adapter = make(world)
    await adapter.connect()
    hearing_it = asyncio.create_task(adapter.hear(take))
    await world.say("ann", "!deploy")
    await begun.wait()
    assert world.server.acknowledged == []
    free.set()
    await until(lambda: len(world.server.acknowledged) == 1)
    hearing_it.cancel()
    await adapter.close()


async def test_what_is_not_acknowledged_comes_again_and_is_the_same(world: Workspace) -> None:
    """Another envelope, a retry; and it is known to be the same message."""
    world.server.patience = 0.1
    heard: list[Message] = []
    free = asyncio.Event()

    async def take(message: Message) -> None:
        heard.append(message)
        if len(heard) == 1:
            await free.wait()

    adapter = make(world)
    await adapter.connect()
    hearing_it = asyncio.create_task(adapter.hear(take))
    await world.say("ann", "!deploy")
    (envelope,) = world.server.envelopes
    await until(lambda: envelope.attempt > 1)
    free.set()
    await until(lambda: len(heard) > 1)
    await until(lambda: envelope.is_taken)
    hearing_it.cancel()
    await adapter.close()
    assert len({message.id for message in heard}) == 1


async def test_a_retry_is_run_once(world: Workspace, tmp_path: Path) -> None:
    async with serving(tmp_path / "b", settings(world), environment=SECRETS) as service:
        await until(lambda: service.is_ready)
        number = await world.say("ann", "!echo once upon a time")
        await posted(world, "once upon")
        await world.again(number)
        await world.say("ann", "!echo the end of it")
        posts = await posted(world, "the end of it")
    assert sum("once upon" in post.text for post in posts) == 1


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_a_socket_that_slack_closes_is_followed_by_another(
    world: Workspace, reason: str
) -> None:
    """Nobody notices."""
    async with hearing(make(world)) as ear:
        await world.say("ann", "before")
        await ear.nothing_but("before")
        await world.server.disconnect(reason)
        await until(lambda: len(world.server.sockets) == 1)
        await world.say("ann", "after")
        await ear.nothing_but("after")
        await ear.adapter.post(posting("still here"))
    assert world.server.opened == 2


async def test_socket_mode_that_is_turned_off_is_told(world: Workspace) -> None:
    async with hearing(make(world)) as ear:
        await world.server.disconnect("link_disabled", is_closed=False)
        with pytest.raises(RefusedError, match="Socket Mode is turned off"):
            await ear.next()


async def test_too_many_sockets_are_told(world: Workspace) -> None:
    async with hearing(make(world)) as ear:
        await world.server.disconnect("too_many_websockets", is_closed=False)
        with pytest.raises(LineError, match="too many connections"):
            await ear.next()


async def test_names_are_asked_for_once(world: Workspace) -> None:
    async with hearing(make(world)) as ear:
        for _ in range(3):
            world.server.say("U0ANN", "C0OPS", f"page <@U0BOB>, <@{BOT_USER}>, <@U0NOBODY>")
            message = await ear.next()
            assert message.text == "page @bob, @chatops, @U0NOBODY"
            assert message.principal.name == "Ann"
            await ear.next()  # the mention of the bot comes as an event of its own, too
    asked = [body["user"] for method, body in world.server.seen if method == "users.info"]
    assert sorted(map(str, asked)) == ["U0ANN", "U0BOB", "U0NOBODY"]


async def test_without_names_people_are_their_ids(world: Workspace) -> None:
    world.server.scopes.remove("users:read")
    async with hearing(make(world)) as ear:
        for _ in range(2):
            world.server.say("U0ANN", "C0OPS", "page <@U0BOB>")
            message = await ear.next()
            assert (message.text, message.principal.name) == ("page @U0BOB", "")
    assert sum(method == "users.info" for method, _ in world.server.seen) == 1


async def test_names_that_can_not_be_asked_for_now_keep_nobody_waiting(world: Workspace) -> None:
    world.server.limit("users.info", 60)
    async with hearing(make(world)) as ear:
        for _ in range(2):
            await world.say("ann", "hello")
            assert (await ear.next()).principal.name == ""
    assert sum(method == "users.info" for method, _ in world.server.seen) == 1


async def test_groups_are_known_from_the_first_on(world: Workspace) -> None:
    """And anew when Slack tells of a change; a guest of another workspace is in none."""
    world.server.groups = {"S0WEB": ["U0ANN", "U0BOB"], "S0DB": ["U0ANN"]}
    async with hearing(make(world)) as ear:
        await world.say("ann", "hello")
        assert (await ear.next()).groups == ("S0DB", "S0WEB")
        world.server.say("U0ANN", "C0OPS", "hello", user_team="T0OTHER")
        assert (await ear.next()).groups == ()
        world.server.groups = {"S0WEB": ["U0BOB"]}
        await world.say("ann", "hello")
        assert (await ear.next()).groups == ("S0DB", "S0WEB")
        world.server.deliver(world.server.event({"type": "subteam_members_changed"}))
        await world.say("ann", "hello")
        assert (await ear.next()).groups == ()


async def test_groups_that_can_not_be_asked_for_stay_as_they_were(world: Workspace) -> None:
    world.server.groups = {"S0WEB": ["U0ANN"]}
    adapter = make(world)
    async with hearing(adapter) as ear:
        world.server.limit("usergroups.list", 60)
        world.server.groups = {}
        world.server.deliver(world.server.event({"type": "subteam_updated"}))
        await world.say("ann", "hello")
        assert (await ear.next()).groups == ("S0WEB",)
    world.server.limit("usergroups.list", 60)
    with pytest.raises(LineError):
        await adapter.connect()
    await adapter.close()


async def test_an_app_that_may_not_know_groups_knows_none(world: Workspace) -> None:
    world.server.scopes.remove("usergroups:read")
    world.server.groups = {"S0WEB": ["U0ANN"]}
    async with hearing(make(world)) as ear:
        for _ in range(2):
            await world.say("ann", "hello")
            assert (await ear.next()).groups == ()
    assert sum(method == "usergroups.list" for method, _ in world.server.seen) == 1


async def test_a_rule_may_be_for_a_group(world: Workspace, tmp_path: Path) -> None:
    world.server.groups = {"S0WEB": ["U0ANN"]}
    file = settings(world).replace("slack:T024BE7LD:U0ANN", "%slack:T024BE7LD:S0WEB")
    async with serving(tmp_path / "b", file, environment=SECRETS) as service:
        await until(lambda: service.is_ready)
        await world.say("ann", "!echo one of us")
        await posted(world, "one of us")
        await world.say("bob", "!echo me too")
        await posted(world, "may not run")


async def test_a_message_of_a_megabyte_is_heard(world: Workspace) -> None:
    async with hearing(make(world)) as ear:
        await world.say("ann", "!" + "x" * 1_000_000)
        assert len((await ear.next()).text) == 1_000_001
        await world.say("ann", "next")
        await ear.nothing_but("next")


async def test_a_preview_of_a_link_is_not_heard(world: Workspace) -> None:
    async with hearing(make(world)) as ear:
        number = await world.say("ann", "!get example.com")
        await ear.next()
        world.server.edit("C0OPS", number, "!get example.com", is_edit=False)
        await world.say("ann", "after")
        await ear.nothing_but("after")


async def test_an_envelope_of_another_kind_is_acknowledged_and_nothing_more(
    world: Workspace,
) -> None:
    async with hearing(make(world)) as ear:
        world.server.deliver({"type": "view_submission"}, "interactive")
        world.server.deliver({"event": {"type": "reaction_added"}})
        await world.say("ann", "after")
        await ear.nothing_but("after")
        await until(lambda: len(world.server.acknowledged) == 3)


async def test_an_approval_is_given_by_a_button(world: Workspace, tmp_path: Path) -> None:
    """By whom it may be given, and by nobody else; another button of the message does nothing."""
    server = world.server
    file = settings(world).replace(
        "who:", "require: {approval: {by: ['slack:*:U0BOB']}}\n      who:"
    )
    async with serving(tmp_path / "b", file, environment=SECRETS) as service:
        await until(lambda: service.is_ready)
        await world.say("ann", "!echo not before bob agrees")
        (asked,) = await posted(world, "waits for")
        server.click("U0ANN", "C0OPS", asked.id, "chatops-choice-0")
        await posted(world, "You may not approve")
        assert not any(post.text == "not before bob agrees" for post in await world.posts())
        server.click("U0BOB", "C0OPS", asked.id, "chatops-choice-0")
        await posted(world, "approved by")
        await until(lambda: any(p.text == "not before bob agrees" for p in server.posts("C0OPS")))


# Posting


@pytest.mark.parametrize("wrong", ["is_archived", "not_in_channel"])
async def test_a_channel_that_takes_nothing_is_told_with_what_to_do(
    world: Workspace, wrong: str
) -> None:
    async with hearing(make(world)) as ear:
        channel = world.server.channels["C0OPS"]
        channel.is_archived, channel.is_member = wrong == "is_archived", wrong != "not_in_channel"
        with pytest.raises(UndeliverableError, match=wrong) as refused:
            await ear.adapter.post(posting("x"))
        assert refused.value.hint
        with pytest.raises(UndeliverableError):
            await ear.adapter.upload(posting("x"), "a.txt", "text")
        await ear.adapter.post(posting("elsewhere", room="C0DEV"))


async def test_a_limit_holds_for_files_too(world: Workspace) -> None:
    async with hearing(make(world)) as ear:
        world.server.limit("files.completeUploadExternal", 3)
        with pytest.raises(LimitedError) as refused:
            await ear.adapter.upload(posting("x"), "a.txt", "text")
        assert refused.value.seconds == 3


async def test_a_file_stands_in_its_thread_after_its_attachments(world: Workspace) -> None:
    async with hearing(make(world)) as ear:
        whole = Posting(
            key="k", room="C0OPS", text="all", thread="1.2", attachments=(Attachment(text="frame"),)
        )
        await ear.adapter.upload(whole, "a.txt", "žluťoučký")
    frame, file = await world.posts()
    assert (frame.thread, file.thread, file.file) == ("1.2", "1.2", "žluťoučký")


async def test_what_was_posted_to_one_person_can_be_changed(world: Workspace) -> None:
    async with hearing(make(world)) as ear:
        post = await ear.adapter.post(posting("one", room="D0ANN"))
        await ear.adapter.update(posting("two", room="D0ANN", thread="1.2"), post)
        with pytest.raises(UndeliverableError):
            await ear.adapter.update(posting("three"), "C0OPS:1.1")
    (seen,) = world.server.posts("D0ANN")
    assert (seen.text, seen.is_edited) == ("two", True)


async def test_a_sign_that_is_there_already_is_no_failure(world: Workspace) -> None:
    async with hearing(make(world)) as ear:
        await world.say("ann", "!ping")
        message = await ear.next()
        await ear.adapter.react(message.room, message.id, ":eyes:")
        await ear.adapter.react(message.room, message.id, "eyes")
        with pytest.raises(UndeliverableError):
            await ear.adapter.react("C0OPS", "C0OPS:1.1", "eyes")


async def test_a_token_that_is_revoked_ends_the_line(world: Workspace) -> None:
    """And the next connect says why."""
    adapter = make(world)
    async with hearing(adapter) as ear:
        world.server.refuse("chat.postMessage", "token_revoked")
        with pytest.raises(LineError, match="token_revoked"):
            await ear.adapter.post(posting("x"))
    world.server.refuse("auth.test", "token_revoked")
    with pytest.raises(RefusedError, match="token_revoked"):
        await adapter.connect()
    await adapter.close()


async def test_nothing_is_posted_by_a_line_that_is_closed(world: Workspace) -> None:
    with pytest.raises(LineError):
        await make(world).post(posting("x"))


# Connecting


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("env.APP", "env.OTHER", "apps.connections.open: invalid_auth"),
        ("env.APP", "env.BOT", "app_token does not begin with xapp-"),
        ("env.BOT", "env.APP", "token does not begin with xoxb-"),
        ("env.BOT", "env.NONE", r"env\.NONE is not set"),
    ],
)
async def test_a_token_that_is_wrong_is_told(
    world: Workspace, before: str, after: str, told: str
) -> None:
    adapter = make(world, options=world.options.replace(before, after))
    with pytest.raises(RefusedError, match=told):
        await adapter.connect()
    await adapter.close()


async def test_what_slack_can_not_do_now_is_tried_again(world: Workspace) -> None:
    adapter = make(world)
    world.server.limit("apps.connections.open", 1)
    with pytest.raises(LineError):
        await adapter.connect()
    world.server.refuse("auth.test", "", status=503)
    with pytest.raises(LineError, match="HTTP 503"):
        await adapter.connect()
    world.server.is_socket_mode = False
    with pytest.raises(RefusedError, match="forbidden_socket_mode"):
        await adapter.connect()
    await world.server.stop()
    with pytest.raises(LineError, match="can't be reached"):
        await adapter.connect()
    await adapter.close()


async def test_slack_may_be_gone_for_a_while(world: Workspace, tmp_path: Path) -> None:
    """What is said meanwhile is answered when it is back, and so is what was to be answered."""
    async with serving(tmp_path / "b", settings(world), environment=SECRETS) as service:
        await until(lambda: service.is_ready)
        await world.server.stop()
        await until(lambda: not service.is_ready)
        await world.say("ann", "!echo while you were out")
        await world.server.start()
        await posted(world, "while you were out")


async def test_no_token_is_in_any_log_or_error(
    world: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor the ticket of a socket, nor what people say."""
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    adapter = make(world)
    async with hearing(adapter) as ear:
        await world.say("ann", "confidential")
        await ear.next()
        await ear.adapter.post(posting("also confidential"))
        await world.server.disconnect("refresh_requested")
        world.server.refuse("chat.postMessage", "invalid_auth")
        try:
            await ear.adapter.post(posting("x"))
        except LineError as error:
            told.append(str(error))
        await world.server.stop()
        try:
            await ear.adapter.post(posting("x"))
        except LineError as error:
            told.append(str(error))
    assert len(told) == 2
    shown = caplog.text + " ".join(told) + repr(adapter)
    for secret in (TOKEN, APP_TOKEN, "ticket-", "confidential"):
        assert secret not in shown


async def test_a_certificate_that_is_not_trusted_is_told(tmp_path: Path) -> None:
    async with workspace(tls=server_context(make_expired_certificate(tmp_path))) as world:
        adapter = make(world)
        with pytest.raises(RefusedError, match="the certificate of Slack is not trusted"):
            await adapter.connect()
        await adapter.close()


async def test_a_socket_that_says_no_hello_is_told(world: Workspace) -> None:
    world.server.has_hello = False
    api = Api(world.server.url, TOKEN, None)
    with pytest.raises(LineError, match=r"says no hello in 0\.3 s"):
        await Socket.open(api, APP_TOKEN, None, patience=0.3)
    await api.close()


async def test_a_socket_that_is_closed_before_its_hello_is_told(world: Workspace) -> None:
    world.server.has_hello = False
    api = Api(world.server.url, TOKEN, None)
    opening = asyncio.create_task(Socket.open(api, APP_TOKEN, None))
    await until(lambda: world.server.sockets)
    await world.server.disconnect("link_disabled", is_closed=False)
    with pytest.raises(RefusedError, match="turned off"):
        await opening
    await api.close()


async def test_names_that_come_too_late_are_not_waited_for(world: Workspace) -> None:
    """Slack wants to be answered within three seconds."""
    world.server.hold = asyncio.Event()
    hasty = adapter_with(options_of(slack, world.options), patience=0.1)
    async with hearing(hasty) as ear:
        await world.say("ann", "hello")
        assert (await ear.next()).principal.name == ""
    world.server.hold.set()


async def test_a_socket_that_has_no_successor_is_told(world: Workspace) -> None:
    """Slack closes it as it said, and gives no other."""
    api = Api(world.server.url, TOKEN, None)
    socket = await Socket.open(api, APP_TOKEN, None, refresh=0.3)
    world.server.is_socket_mode = False
    await world.server.disconnect("refresh_requested", is_closed=False)
    await until(lambda: any(m == "apps.connections.open" for m, _ in world.server.seen[1:]))
    await world.server.drop()
    with pytest.raises(LineError, match="is closed"):
        await socket.next()
    assert not await socket.acknowledge("x")
    await socket.close()
    await api.close()


# Checking


@pytest.mark.parametrize(
    "scope", ["chat:write", "files:write", "reactions:write", "users:read", "usergroups:read"]
)
async def test_each_right_that_is_missing_is_told_by_itself(world: Workspace, scope: str) -> None:
    world.server.scopes.remove(scope)
    found = await checks(make(world))
    assert [name for name, check in found.items() if not check.is_fine] == [scope]
    assert scope in found[scope].mend


async def test_a_bot_that_hears_nothing_is_told_so(world: Workspace) -> None:
    world.server.scopes = [each for each in SCOPES if "history" not in each and "app_" not in each]
    found = await checks(make(world))
    assert not found["hearing"].is_fine
    assert "channels:history" in found["hearing"].mend


async def test_where_a_bot_hears_is_told(world: Workspace) -> None:
    found = await checks(make(world))
    assert found["token"].told == "as chatops in Test (T024BE7LD)"
    assert "in direct messages" in found["hearing"].told
    assert "in group messages" not in found["hearing"].told


async def test_tokens_are_tried_each_by_itself(world: Workspace) -> None:
    found = await checks(make(world, options=world.options.replace("env.APP", "env.OTHER")))
    assert found["token"].is_fine
    assert not found["app_token"].is_fine
    assert found["app_token"].mend
    found = await checks(make(world, options=world.options.replace("env.BOT", "env.WRONG")))
    assert list(found) == ["token"]
    assert not found["token"].is_fine


async def test_rooms_of_the_settings_are_looked_at(world: Workspace) -> None:
    world.server.channels["C0DEV"].is_archived = True
    world.server.channels["C0OPS"].is_member = False
    rooms = "rooms: {ops: C0OPS, dev: C0DEV, none: C0NONE, ann: D0ANN}"
    found = await checks(make(world, rooms))
    assert [name for name in ("ops", "dev", "none", "ann") if not found[name].is_fine] == [
        "ops",
        "dev",
        "none",
    ]
    world.server.scopes.remove("channels:read")
    found = await checks(make(world, rooms))
    assert "not looked at" in found["ops"].told


async def test_a_slack_that_is_not_there_is_told_by_the_check(world: Workspace) -> None:
    await world.server.stop()
    found = await checks(make(world))
    assert not found["token"].is_fine


# Around it


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "slack_sdk", None)
    with pytest.raises(SettingsError) as told:
        find_adapter("slack")
    assert told.value.hint == "pip install 'chatops-cli[slack]'"


def test_a_proxy_is_the_environments() -> None:
    names = {"https_proxy": "http://proxy.example:3128", "no_proxy": "127.0.0.1"}
    assert proxy_of("https://slack.com/api", names) == "http://proxy.example:3128"
    assert proxy_of("wss://slack.com/link", names) == "http://proxy.example:3128"
    assert proxy_of("http://127.0.0.1/api", names) is None
    with pytest.raises(RefusedError):
        proxy_of("https://slack.com/api", {"https_proxy": "socks5://x"})


def settings(world: Workspace) -> str:
    """Ann may do all in a bridge with Slack alone."""
    options = "\n".join(f"      {line}" for line in world.options.splitlines())
    return f"""\
bridge:
  networks:
    here:
      type: slack
{options}
access:
  rules:
    - effect: allow
      who: ["slack:{world.workspace}:{world.users["ann"]}"]
"""
