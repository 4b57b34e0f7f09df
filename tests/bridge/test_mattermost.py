"""Mattermost, against a server that speaks as the real one's sources do."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.bridge.adapters import mattermost
from chatops_cli.bridge.adapters.mattermost.api import Api
from chatops_cli.bridge.adapters.mattermost.events import said, said_in
from chatops_cli.bridge.adapters.mattermost.failures import failure_of
from chatops_cli.bridge.adapters.mattermost.text import painted, typed, written
from chatops_cli.bridge.adapters.mattermost.wire import Position, Wire
from chatops_cli.bridge.contract import (
    Adapter,
    Check,
    LimitedError,
    LineError,
    OversizedError,
    Posting,
    RefusedError,
    UndeliverableError,
)
from chatops_cli.model.chat import Attachment, Message
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from tests.bridge.conformance import Conformance
from tests.support.bridges import context, hearing, options_of, posted, serving, until
from tests.support.http_servers import (
    make_certificate,
    make_expired_certificate,
    server_context,
)
from tests.support.mattermost_server import (
    ANN,
    DEV,
    DIRECT,
    ME,
    OPS,
    TOKEN,
    Team,
    id_of,
    team,
)

if TYPE_CHECKING:
    from chatops_cli.model.json import Json
    from chatops_cli.model.problem import Problem

SECRETS = {"TOKEN": TOKEN, "WRONG": "wrongwrongwrongwrongwrong1"}


@pytest.fixture
async def world() -> AsyncIterator[Team]:
    async with team() as found:
        yield found


def make(world: Team, more: str = "") -> Adapter:
    return mattermost.make(options_of(mattermost, f"{world.options}\n{more}"), context(SECRETS))


def posting(text: str, *, room: str = OPS, key: str = "k", thread: str | None = None) -> Posting:
    return Posting(key=key, room=room, text=text, thread=thread)


async def closing(adapter: Adapter) -> None:
    """It connects, which is no concern any more."""
    try:
        await adapter.connect()
    finally:
        await adapter.close()


async def checks(adapter: Adapter) -> dict[str, Check]:
    found = {check.name: check for check in await adapter.check()}
    await adapter.close()
    return found


class TestConformance(Conformance):
    """What every adapter does."""

    MODULE = mattermost
    CAN = frozenset(
        {
            *("direct", "thread", "edit", "update", "duplicate", "limit", "oversize", "drop"),
            *("catch_up", "refuse", "unknown_room", "mention", "react", "file"),
        }
    )
    SECRETS = SECRETS

    @pytest.fixture
    async def world(self) -> AsyncIterator[Team]:
        async with team() as found:
            yield found


# Hearing


@pytest.mark.parametrize("goes_on", [True, False])
async def test_what_was_missed_is_heard(world: Team, *, goes_on: bool) -> None:
    """The server goes on where the connection broke; or the bot asks what was said."""
    world.server.goes_on = goes_on
    adapter = make(world)
    async with hearing(adapter) as ear:
        old = await world.say("ann", "!old")
        await ear.nothing_but("!old")
        await world.drop()
        with pytest.raises(LineError):
            await ear.next()
    await world.say("ann", "first")
    await world.say("bob", "second", direct=True)
    # A reaction has the server tell of a post as if it were new.
    world.server.posts[old]["update_at"] = world.server.posts[old]["create_at"] + 10_000_000  # type: ignore[operator]  # it is a number
    async with hearing(adapter) as ear:
        first = await ear.next()
        assert (first.text, first.principal.name) == ("first", "ann")
        second = await ear.next()
        assert (second.text, second.is_direct, second.principal.name) == ("second", True, "bob")
        await world.say("ann", "third")
        await ear.nothing_but("third")
    read = any("posts" in path for path in world.server.seen)
    assert read is not goes_on


async def test_what_was_missed_on_the_way_is_asked_for(world: Team) -> None:
    """A number that is left out means an event that is lost."""
    async with hearing(make(world)) as ear:
        await world.say("ann", "first")
        await ear.nothing_but("first")
        (connection,) = world.server.connections.values()
        socket, connection.socket = connection.socket, None
        await world.say("ann", "lost")
        connection.socket = socket
        await world.say("ann", "third")
        texts = [(await ear.next()).text for _ in range(3)]
    assert set(texts) == {"lost", "third"}


async def test_what_can_not_be_read_now_is_read_at_the_next_connect(world: Team) -> None:
    world.server.goes_on = False
    adapter = make(world)
    async with hearing(adapter):
        await world.drop()
    await world.say("ann", "missed")
    world.server.limit("GET channels")
    async with hearing(adapter) as ear:
        with pytest.raises(LineError, match="what was missed"):
            await ear.next()
    async with hearing(adapter) as ear:
        await ear.nothing_but("missed")


async def test_what_was_said_before_the_bot_came_is_not_heard(world: Team) -> None:
    await world.say("ann", "!old")
    async with hearing(make(world)) as ear:
        await world.say("ann", "new")
        await ear.nothing_but("new")


async def test_a_message_that_was_not_taken_comes_again(world: Team) -> None:
    """What is not on disk isn't passed over when the line is up again."""
    adapter = make(world)
    await adapter.connect()
    begun = asyncio.Event()

    async def take(message: Message) -> None:
        del message
        begun.set()
        raise LineError("the disk is full")

    hearing_it = asyncio.create_task(adapter.hear(take))
    await world.say("ann", "!deploy")
    await begun.wait()
    with pytest.raises(LineError):
        await hearing_it
    await adapter.close()
    async with hearing(adapter) as ear:
        await ear.nothing_but("!deploy")


async def test_a_proxy_may_take_the_header_away(world: Team) -> None:
    world.server.takes_header = False
    async with hearing(make(world)) as ear:
        await world.say("ann", "hello")
        await ear.nothing_but("hello")


async def test_an_edit_in_a_direct_message_is_direct(world: Team) -> None:
    """The server doesn't tell with the edit what kind of channel it is."""
    number = await world.say("ann", "!one", direct=True)
    async with hearing(make(world)) as ear:
        await world.server.edit(number, "!two")
        message = await ear.next()
    assert (message.is_edited, message.is_direct, message.principal.user) == (True, True, ANN)


async def test_what_the_server_does_not_tell_is_left_out(world: Team) -> None:
    """Whose name can't be asked for is known by the id alone, and asked for again later."""
    number = await world.say("ann", "!one")
    async with hearing(make(world)) as ear:
        for path in ("GET users", "GET channels"):
            world.server.limit(path)
        await world.server.edit(number, "!two")
        message = await ear.next()
        assert (message.principal.name, message.is_direct) == ("", False)
        await world.server.edit(number, "!three")
        assert (await ear.next()).principal.name == "ann"


async def test_a_post_that_is_pinned_is_not_heard_again(world: Team) -> None:
    async with hearing(make(world)) as ear:
        number = await world.say("ann", "!one")
        await ear.next()
        await world.server.edit(number, "!one", is_edit=False)
        await world.say("ann", "after")
        await ear.nothing_but("after")


async def test_a_webhook_is_not_whoever_made_it(world: Team) -> None:
    async with hearing(make(world)) as ear:
        for mark in ("from_webhook", "from_bot", "from_plugin"):
            await world.server.say(ANN, OPS, "!deploy", props={mark: "true"})
        await world.server.say(ANN, OPS, "ann has joined", type="system_join_channel")
        await world.say("ann", "after")
        await ear.nothing_but("after")


async def test_a_message_of_a_megabyte_is_heard(world: Team) -> None:
    async with hearing(make(world)) as ear:
        await world.say("ann", "!" + "x" * 1_000_000)
        assert len((await ear.next()).text) == 1_000_001


# Posting


async def test_a_post_that_is_tried_again_at_once_is_there_once(world: Team) -> None:
    async with hearing(make(world)) as ear:
        first = await ear.adapter.post(posting("once"))
        assert await ear.adapter.post(posting("once")) == first
        await ear.adapter.post(posting("twice", key="l"))
    assert [post.text for post in await world.posts()] == ["once", "twice"]


async def test_a_limit_is_the_servers(world: Team) -> None:
    async with hearing(make(world)) as ear:
        world.server.limit("POST posts", **{"Retry-After": "7"})
        with pytest.raises(LimitedError) as refused:
            await ear.adapter.post(posting("x"))
        assert refused.value.seconds == 7
        world.server.refuse("POST posts", 500, "api.post.deduplicate_create_post.pending")
        with pytest.raises(LimitedError):
            await ear.adapter.post(posting("x"))


@pytest.mark.parametrize("wrong", ["archived", "not a member"])
async def test_a_channel_that_takes_nothing_is_told_with_what_to_do(
    world: Team, wrong: str
) -> None:
    async with hearing(make(world)) as ear:
        channel = world.server.channels[OPS]
        channel.delete_at, channel.is_member = int(wrong == "archived"), wrong == "archived"
        with pytest.raises(UndeliverableError) as refused:
            await ear.adapter.post(posting("x"))
        assert refused.value.hint
        with pytest.raises(UndeliverableError):
            await ear.adapter.upload(posting("x"), "a.txt", "text")
        with pytest.raises(UndeliverableError):
            await ear.adapter.post(posting("x", room=id_of("nowhere")))
        await ear.adapter.post(posting("elsewhere", room=DEV))


async def test_no_id_leads_anywhere_else(world: Team) -> None:
    async with hearing(make(world)) as ear:
        with pytest.raises(UndeliverableError, match="no id of Mattermost"):
            await ear.adapter.update(posting("x"), "../users/me")
    assert not any("patch" in path for path in world.server.seen)


async def test_the_answer_to_a_question_that_is_gone_stands_in_the_room(world: Team) -> None:
    async with hearing(make(world)) as ear:
        await ear.adapter.post(posting("the answer", thread=id_of("gone")))
    (post,) = await world.posts()
    assert (post.text, post.thread) == ("the answer", None)


async def test_attachments_are_the_servers(world: Team) -> None:
    attachment = Attachment(text="@all is well", color="good", title="T")
    async with hearing(make(world)) as ear:
        whole = Posting(key="k", room=OPS, text="x", attachments=(attachment,))
        post = await ear.adapter.post(whole)
        shown = "@\u200ball is well"
        frames: list[Json] = [{"text": shown, "color": "#00c100", "title": "T", "fallback": shown}]
        assert world.server.posts[post]["props"] == {"attachments": frames}
        await ear.adapter.update(posting("y"), post)
        assert world.server.posts[post]["props"] == {"attachments": frames}
        await ear.adapter.update(
            Posting(key="k", room=OPS, text="y", attachments=(Attachment(text="z"),)), post
        )
        assert world.server.posts[post]["props"] == {
            "attachments": [{"text": "z", "fallback": "z"}]
        }
        with pytest.raises(UndeliverableError):
            await ear.adapter.update(posting("y"), id_of("nothing"))


async def test_a_server_may_take_shorter_posts(world: Team) -> None:
    """One with an old database: what is posted is cut for it."""
    world.server.longest = 4_000
    adapter = make(world)
    assert adapter.network.limit == 16_383
    async with hearing(adapter) as ear:
        assert ear.adapter.network.limit == 4_000
        with pytest.raises(OversizedError):
            await ear.adapter.post(posting("x" * 4_001))


async def test_a_sign_on_nothing_is_told(world: Team) -> None:
    async with hearing(make(world)) as ear:
        with pytest.raises(UndeliverableError):
            await ear.adapter.react(OPS, id_of("nothing"), "eyes")


async def test_a_token_that_is_revoked_ends_the_line(world: Team) -> None:
    adapter = make(world)
    async with hearing(adapter) as ear:
        world.server.is_in = False
        for what in (
            ear.adapter.post(posting("x")),
            ear.adapter.update(posting("x"), id_of("post")),
            ear.adapter.upload(posting("x"), "a.txt", "text"),
        ):
            with pytest.raises(LineError, match="Invalid session"):
                await what
    with pytest.raises(RefusedError) as refused:
        await adapter.connect()
    assert refused.value.hint
    await adapter.close()


async def test_nothing_is_posted_by_a_line_that_is_closed(world: Team) -> None:
    with pytest.raises(LineError):
        await make(world).post(posting("x"))


# Connecting


async def test_what_the_server_can_not_do_now_is_tried_again(world: Team) -> None:
    adapter = make(world)
    world.server.refuse("GET users", 502, "")
    with pytest.raises(LineError, match="can't do GET users now"):
        await adapter.connect()
    world.server.limit("GET users")
    with pytest.raises(LineError):
        await adapter.connect()
    world.server.refuse("GET config", 404, "")
    with pytest.raises(RefusedError):
        await adapter.connect()
    await world.server.stop()
    with pytest.raises(LineError, match="can't be reached"):
        await adapter.connect()
    await adapter.close()


async def test_the_server_may_be_gone_for_a_while(world: Team, tmp_path: Path) -> None:
    """What is said when it is back, before the bot is, is answered."""
    async with serving(tmp_path / "b", settings(world), environment=SECRETS) as service:
        await until(lambda: service.is_ready)
        await world.server.stop()
        await until(lambda: not service.is_ready)
        await world.say("ann", "!echo while you were out")
        await world.server.start()
        await posted(world, "while you were out")


async def test_no_token_is_in_any_log_or_error(
    world: Team, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    adapter = make(world)
    async with hearing(adapter) as ear:
        await world.say("ann", "confidential")
        await ear.next()
        world.server.is_in = False
        for _ in range(2):
            try:
                await ear.adapter.post(posting("also confidential"))
            except LineError as error:
                told.append(str(error))
            await world.server.stop()
    assert len(told) == 2
    shown = caplog.text + " ".join(told) + repr(adapter)
    assert TOKEN not in shown
    assert "confidential" not in shown


async def test_a_certificate_is_trusted_that_a_file_names(tmp_path: Path) -> None:
    file = make_certificate(tmp_path)
    async with team(tls=server_context(file)) as world:
        with pytest.raises(RefusedError, match=r"127\.0\.0\.1 is not trusted") as refused:
            await closing(make(world))
        assert refused.value.hint
        found = await checks(make(world))
        assert not found["token"].is_fine
        assert "not trusted" in found["token"].told
        async with hearing(make(world, f"ca: {file}")) as ear:
            await world.say("ann", "hello")
            await ear.nothing_but("hello")


async def test_a_certificate_that_has_expired_is_told(tmp_path: Path) -> None:
    file = make_expired_certificate(tmp_path)
    async with team(tls=server_context(file)) as world:
        with pytest.raises(RefusedError, match="expired"):
            await closing(make(world, f"ca: {file}"))


async def test_a_file_without_certificates_is_told(world: Team, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="No such file"):
        await closing(make(world, f"ca: {tmp_path / 'none.pem'}"))
    (tmp_path / "empty.pem").write_text("")
    with pytest.raises(RefusedError, match="there is no certificate in it"):
        await closing(make(world, f"ca: {tmp_path / 'empty.pem'}"))


# The websocket


@pytest.fixture
async def api(world: Team) -> AsyncIterator[Api]:
    found = Api(world.server.url, TOKEN, None, context().now)
    yield found
    await found.close()


async def test_a_websocket_that_does_not_answer_is_told(world: Team, api: Api) -> None:
    world.server.is_silent = True
    with pytest.raises(LineError, match=r"did not answer in 0\.2 s"):
        await Wire.open(api, Position(), patience=0.2)


async def test_a_websocket_that_lets_nobody_in_is_told(world: Team, api: Api) -> None:
    world.server.takes_header = False
    world.server.is_challenged = False
    with pytest.raises(RefusedError, match="lets the bot not in"):
        await Wire.open(api, Position())
    world.server.is_challenged = True
    world.server.is_in = False
    with pytest.raises(LineError, match="closed"):
        await Wire.open(api, Position())


async def test_a_proxy_that_lets_no_websocket_through_is_told(world: Team) -> None:
    world.server.has_websocket = False
    found = await checks(make(world))
    assert found["websocket"].told == "127.0.0.1 opens no websocket: HTTP 404"
    assert "/api/v4/websocket" in found["websocket"].mend


async def test_what_comes_before_the_answer_is_not_lost(world: Team, api: Api) -> None:
    """Events that were missed come before the server answers anything; no event comes twice."""
    wire = await Wire.open(api, Position())
    assert (await wire.next())["event"] == "hello"
    before = wire.position
    await wire.close()
    await world.server.drop()
    await world.say("ann", "meanwhile")
    wire = await Wire.open(api, before)
    event = await wire.next()
    assert event["event"] == "posted"
    assert not wire.has_missed
    (connection,) = world.server.connections.values()
    assert connection.socket is not None
    await connection.socket.send_json(event)
    await connection.socket.send_str("no JSON")
    await connection.socket.send_bytes(b"x")
    await world.say("ann", "next")
    event = await wire.next()
    assert "next" in str(event["data"])
    await wire.close()


# Checking


@pytest.mark.parametrize("right", ["create_post", "edit_post", "upload_file", "add_reaction"])
async def test_each_right_that_is_missing_is_told_by_itself(world: Team, right: str) -> None:
    world.server.permissions.remove(right)
    found = await checks(make(world))
    assert [name for name, check in found.items() if not check.is_fine] == [right]
    assert right in found[right].mend


async def test_rooms_and_teams_are_looked_at(world: Team) -> None:
    world.server.channels[DEV].delete_at = 1
    world.server.channels[OPS].is_member = False
    world.server.teams = []
    rooms = f"rooms: {{ops: {OPS}, dev: {DEV}, none: {id_of('none')}, ann: {DIRECT['ann']}}}"
    found = await checks(make(world, rooms))
    assert [name for name, check in found.items() if not check.is_fine] == [
        "teams",
        "ops",
        "dev",
        "none",
    ]
    assert all(check.mend for check in found.values() if not check.is_fine)


async def test_what_can_not_be_looked_at_is_told(world: Team) -> None:
    world.server.refuse("POST roles", 403, "api.context.permissions.app_error")
    found = await checks(make(world))
    assert [name for name, check in found.items() if not check.is_fine] == ["rights"]
    world.server.is_in = False
    found = await checks(make(world))
    assert list(found) == ["token"]
    assert found["token"].mend
    await world.server.stop()
    assert not (await checks(make(world)))["token"].is_fine


# Text, events and refusals


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@ops-bot deploy", "@chatops deploy"),
        ("hey @Ops-Bot, deploy", "hey @chatops, deploy"),
        ("@ops-bot: deploy", "@chatops: deploy"),
        ("mail ann@ops-bot.example", "mail ann@ops-bot.example"),
        ("@ops-bot2 @ops-bot.x", "@ops-bot2 @ops-bot.x"),
    ],
)
def test_a_mention_is_the_bots_name(text: str, said: str) -> None:
    assert typed(text, "ops-bot", "chatops") == said
    assert typed(text, "", "chatops") == text


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("@channel @ALL @here", "@\u200bchannel @\u200bALL @\u200bhere"),
        ("x@channel.example @channels @all-of-us", "x@channel.example @channels @all-of-us"),
        ("a\n```\n@all\n```\n@all", "a\n```\n@all\n```\n@\u200ball"),
        ("@ann <b> & *x*", "@ann <b> & *x*"),
    ],
)
def test_a_text_calls_no_channel(text: str, there: str) -> None:
    assert written(text) == there


@given(st.text(alphabet="@alchner` \n"))
def test_what_is_written_reads_as_it_is(text: str) -> None:
    assert written(text).replace("\u200b", "") == text


def test_colours_are_numbers() -> None:
    assert [painted(each) for each in ("danger", "dfdfdf", "#abc")] == [
        "#e40303",
        "#dfdfdf",
        "#abc",
    ]


def test_an_event_may_be_anything() -> None:
    posts: list[Json] = [None, [], "x", {}, {"id": 1}, {"id": "a", "user_id": "b"}]
    for post in posts:
        assert said(post, ME) is None
        data: dict[str, Json] = {"post": json.dumps(post)}
        assert said_in({"event": "posted", "data": data, "seq": 1}, ME) is None
    assert said_in({"event": "posted", "data": {"post": "{"}}, ME) is None
    assert said_in({"event": "typing"}, ME) is None
    far: dict[str, Json] = {"id": "a", "user_id": "b", "channel_id": "c", "create_at": 10**30}
    heard = said(far, ME)
    assert heard is not None
    assert heard.time is None


KEYS = st.sampled_from(
    ["id", "user_id", "channel_id", "message", "props", "type", "create_at", "edit_at", "delete_at"]
)
ANY: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "a", "me"]) | st.just([])
)


@given(st.dictionaries(KEYS, ANY | st.dictionaries(KEYS, ANY, max_size=2)))
def test_whatever_the_server_sends_is_read(post: dict[str, "Json"]) -> None:
    heard = said_in({"event": "posted", "data": {"post": json.dumps(post)}}, ME)
    assert heard is None or heard.user
    assert heard is None or heard.time is None or heard.time.tzinfo is not None


def test_a_deleted_post_is_not_heard() -> None:
    assert said({"id": "a", "user_id": "b", "channel_id": "c", "delete_at": 5}, ME) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-Ratelimit-Reset": "3"}, 3),
        ({"X-Ratelimit-Reset": "1700000012"}, 12),
        ({"Retry-After": "soon"}, 5),
        ({}, 5),
    ],
)
def test_how_long_to_wait_is_read_in_either_form(headers: dict[str, str], seconds: int) -> None:
    found = failure_of("x", 429, headers, None, now=1_700_000_000)
    assert isinstance(found, LimitedError)
    assert found.seconds == seconds


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (413, "", OversizedError),
        (400, "model.post.is_valid.props.app_error", OversizedError),
        (501, "api.file.attachments.disabled.app_error", UndeliverableError),
        (503, "", LineError),
        (200, "", UndeliverableError),
    ],
)
def test_a_refusal_is_told_by_its_kind(status: int, code: str, kind: type[Exception]) -> None:
    assert type(failure_of("x", status, {}, {"id": code}, now=0)) is kind


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("token: '{{ env.T }}'", "url is missing"),
        ("url: https://chat.example.com", "token is missing"),
        ("url: https://chat.example.com\ntoken: abc", "token stands here in plain text"),
        ("url: chat.example.com\ntoken: '{{ env.T }}'", "is no http or https address"),
        ("url: http://chat.example.com\ntoken: '{{ env.T }}'", "unencrypted"),
    ],
)
def test_options_that_are_wrong_are_told(text: str, told: str) -> None:
    problems: list[Problem] = []
    reader = Reader.of_source(parse(text.encode(), file="o.yaml"), problems)
    assert reader is not None
    mattermost.read(reader)
    assert told in " ".join(problem.message for problem in problems)


def settings(world: Team) -> str:
    """Ann may do all in a bridge with Mattermost alone."""
    options = "\n".join(f"      {line}" for line in world.options.splitlines())
    return f"""\
bridge:
  networks:
    here:
      type: mattermost
{options}
access:
  rules:
    - effect: allow
      who: ["mattermost:{world.workspace}:{world.users["ann"]}"]
"""
