"""Discord, through the vendor library, against a server that speaks as its pages say."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.bridge.adapters import discord
from chatops_cli.bridge.adapters.discord import gateway
from chatops_cli.bridge.adapters.discord.checks import rights_in
from chatops_cli.bridge.adapters.discord.events import clicked, own_roles, places_in, said
from chatops_cli.bridge.adapters.discord.posts import bodies_of
from chatops_cli.bridge.adapters.discord.text import painted, sign_of, typed
from chatops_cli.bridge.contract import (
    Adapter,
    Check,
    Choice,
    LimitedError,
    LineError,
    OversizedError,
    Posting,
    RefusedError,
    UndeliverableError,
)
from chatops_cli.model.chat import Attachment, Field, Message
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from tests.bridge.conformance import Conformance
from tests.support.bridges import context, hearing, options_of, posted, until
from tests.support.discord_server import (
    ADMINS,
    ANN,
    DEV,
    GUILD,
    ME,
    OPS,
    OTHER_BOT,
    ROLE,
    TOKEN,
    Server,
    discord_world,
)

SECRETS = {"TOKEN": TOKEN, "WRONG": "MTAw.another.token", "WORD": f"Bot {TOKEN}"}


@pytest.fixture
async def world() -> AsyncIterator[Server]:
    async with discord_world() as found:
        yield found


def make(world: Server, more: str = "") -> Adapter:
    return discord.make(options_of(discord, f"{world.options}\n{more}"), context(SECRETS))


def posting(text: str, *, room: str = OPS, key: str = "k") -> Posting:
    return Posting(key=key, room=room, text=text)


async def checks(adapter: Adapter) -> dict[str, Check]:
    found = {check.name: check for check in await adapter.check()}
    await adapter.close()
    return found


class TestConformance(Conformance):
    """What every adapter does."""

    MODULE = discord
    CAN = frozenset(
        {
            *("direct", "thread", "edit", "update", "duplicate", "limit", "oversize", "drop"),
            *("catch_up", "refuse", "unknown_room", "mention", "react", "file"),
        }
    )
    SECRETS = SECRETS

    @pytest.fixture
    async def world(self) -> AsyncIterator[Server]:
        async with discord_world() as found:
            yield found


# The gateway


@pytest.mark.parametrize("goes_on", [True, False])
async def test_what_was_missed_is_heard(world: Server, *, goes_on: bool) -> None:
    """The session is gone on with; or a new one begins, and what was said is read."""
    adapter = make(world)
    async with hearing(adapter) as ear:
        await world.say("ann", "before")
        await ear.nothing_but("before")
        await world.drop()
        with pytest.raises(LineError):
            await ear.next()
    await world.say("ann", "first")
    for number in range(120):
        await world.server.say(OTHER_BOT, OPS, f"chatter {number}")
    await world.server.say(ANN, DEV, "second")
    world.server.goes_on = goes_on
    if not goes_on:
        with pytest.raises(LineError, match="new session"):
            await adapter.connect()
        await adapter.close()
    async with hearing(adapter) as ear:
        await ear.nothing_but("first")
        second = await ear.next()
        assert (second.text, second.room, second.principal.workspace) == ("second", DEV, GUILD)
        await world.say("ann", "third")
        await ear.nothing_but("third")
    assert (world.server.identified, world.server.resumed) == ((1, 1) if goes_on else (2, 0))


async def test_what_can_not_be_read_now_is_read_at_the_next_connect(world: Server) -> None:
    adapter = make(world)
    async with hearing(adapter) as ear:
        await world.say("ann", "before")
        await ear.nothing_but("before")
    world.server.sessions.clear()
    await world.say("ann", "missed")
    with pytest.raises(LineError, match="new session"):
        await adapter.connect()
    world.server.limit("GET messages", 3)
    async with hearing(adapter) as ear:
        with pytest.raises(LineError, match="what was missed"):
            await ear.next()
    async with hearing(adapter) as ear:
        await ear.nothing_but("missed")


async def test_a_channel_that_can_not_be_read_keeps_nobody_else_back(world: Server) -> None:
    adapter = make(world)
    async with hearing(adapter) as ear:
        await world.say("ann", "before")
        await ear.nothing_but("before")
    world.server.sessions.clear()
    await world.server.say(ANN, DEV, "never heard")
    await world.say("ann", "missed")
    world.server.forbidden.add(DEV)
    with pytest.raises(LineError, match="new session"):
        await adapter.connect()
    async with hearing(adapter) as ear:
        await ear.nothing_but("missed")


async def test_a_message_that_was_not_taken_comes_again(world: Server) -> None:
    """What is not on disk isn't passed over when the session is gone on with."""
    adapter = make(world)
    await adapter.connect()

    async def take(message: Message) -> None:
        raise LineError(f"the disk is full: {message.text}")

    hearing_it = asyncio.create_task(adapter.hear(take))
    await world.say("ann", "!deploy")
    with pytest.raises(LineError, match="!deploy"):
        await hearing_it
    await adapter.close()
    async with hearing(adapter) as ear:
        await ear.nothing_but("!deploy")


async def test_what_was_said_before_the_bot_came_is_not_heard(world: Server) -> None:
    await world.say("ann", "!old")
    async with hearing(make(world)) as ear:
        await world.say("ann", "new")
        await ear.nothing_but("new")


@pytest.mark.parametrize("opcode", [7, 9])
async def test_discord_may_want_another_connection(world: Server, opcode: int) -> None:
    adapter = make(world)
    async with hearing(adapter) as ear:
        await world.say("ann", "before")
        await ear.nothing_but("before")
        await world.server.send({"op": opcode, "d": opcode == 9})
        with pytest.raises(LineError):
            await ear.next()
    async with hearing(adapter) as ear:
        await world.say("ann", "after")
        await ear.nothing_but("after")
    assert world.server.resumed == 1


async def test_signs_of_life_are_given_as_often_as_discord_wants(world: Server) -> None:
    world.server.interval = 20
    async with hearing(make(world)):
        await until(lambda: world.server.heartbeats >= 3)
        before = world.server.heartbeats
        world.server.interval = 41_250
        await world.server.send({"op": 1, "d": None})
        await until(lambda: world.server.heartbeats > before)


async def test_a_gateway_that_says_nothing_is_gone(
    world: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No end of the connection is told where a network on the way has lost it."""
    adapter = discord.make(options_of(discord, world.options), context(SECRETS))
    async with hearing(adapter) as ear:
        assert adapter._gateway is not None
        monkeypatch.setattr(adapter._gateway._socket, "_max_heartbeat_timeout", 0.1)
        await world.say("ann", "last")
        await ear.nothing_but("last")
        with pytest.raises(LineError, match="line broke"):
            await ear.next()


async def test_what_can_not_be_read_breaks_the_line(world: Server) -> None:
    async with hearing(make(world)) as ear:
        await world.server.send_raw("no JSON at all")
        with pytest.raises(LineError, match="can't be read"):
            await ear.next()


async def test_a_gateway_that_anybody_could_read_gets_no_token(world: Server) -> None:
    with pytest.raises(LineError, match="not encrypted"):
        gateway._safe("ws://gateway.example.com", discord.options.API)
    gateway._safe("wss://gateway.example.com", discord.options.API)
    world.server.refuse("GET bot", 503, {"message": "no"})
    adapter = make(world)
    with pytest.raises(LineError, match="HTTP 503"):
        await adapter.connect()
    await adapter.close()


async def test_limits_of_the_way_in_are_told(world: Server) -> None:
    adapter = make(world)
    world.server.limit("GET users", 4)
    with pytest.raises(LineError, match="nothing for 4 s"):
        await adapter.connect()
    world.server.refuse("GET bot", 403, {"message": "no", "code": 40001})
    with pytest.raises(RefusedError) as refused:
        await adapter.connect()
    assert refused.value.hint
    world.server.refuse("GET applications", 503, {"message": "no"})
    world.server.refuse("GET bot", 503, {"message": "no"})
    found = await checks(adapter)
    assert {name for name, check in found.items() if check.is_fine} == {"token"}


@pytest.mark.parametrize(
    ("code", "told", "hint"),
    [
        (4004, "doesn't know the token", "Reset Token"),
        (4014, "doesn't let the bot read", "Message Content Intent"),
        (4011, "wants shards", "some"),
    ],
)
async def test_who_is_not_let_in_is_told_what_to_do(
    world: Server, code: int, told: str, hint: str
) -> None:
    world.server.close_code = code
    adapter = make(world)
    with pytest.raises(RefusedError, match=told) as refused:
        await adapter.connect()
    assert hint in (refused.value.hint or "")
    await adapter.close()


async def test_a_bot_that_is_thrown_out_later_is_told_so(world: Server) -> None:
    async with hearing(make(world)) as ear:
        await world.server.shut(4004)
        with pytest.raises(RefusedError):
            await ear.next()


async def test_new_sessions_are_counted(world: Server) -> None:
    world.server.starts_left = 0
    adapter = make(world)
    with pytest.raises(LineError, match="no new session of this bot for 7 s"):
        await adapter.connect()
    assert not (await checks(adapter))["gateway"].is_fine


async def test_a_server_that_is_gone_for_a_while_is_found_again(world: Server) -> None:
    adapter = make(world)
    async with hearing(adapter) as ear:
        await world.say("ann", "before")
        await ear.nothing_but("before")
        await world.server.stop()
        with pytest.raises(LineError):
            await ear.next()
        with pytest.raises(LineError, match="can't be reached"):
            await ear.adapter.post(posting("x"))
    with pytest.raises(LineError, match="can't be reached"):
        await adapter.connect()
    await world.server.start()
    async with hearing(adapter) as ear:
        await world.say("ann", "after")
        await ear.nothing_but("after")


async def test_the_word_before_a_token_is_none_of_it(world: Server) -> None:
    options = world.options.replace("env.TOKEN", "env.WORD")
    adapter = discord.make(options_of(discord, options), context(SECRETS))
    with pytest.raises(RefusedError, match="begins with 'Bot '"):
        await adapter.connect()
    await adapter.close()


# Hearing


async def test_bots_webhooks_and_discord_itself_are_not_heard(world: Server) -> None:
    async with hearing(make(world)) as ear:
        await world.server.say(OTHER_BOT, OPS, "!deploy")
        await world.server.say(ANN, OPS, "!deploy", webhook_id="77")
        await world.server.say(ANN, OPS, "", type=7)
        number = await world.say("ann", "!see https://example.com")
        await ear.nothing_but("!see https://example.com")
        # A preview of the link.
        await world.server.edit(number, "!see https://example.com", is_edit=False)
        await world.say("ann", "after")
        await ear.nothing_but("after")


async def test_a_thread_that_is_older_than_the_bot_is_asked_for(world: Server) -> None:
    adapter = make(world)
    root = await world.say("ann", "!first")
    async with hearing(adapter) as ear:
        world.server.channels[root] = {"id": root, "type": 11, "guild_id": GUILD, "parent_id": OPS}
        await world.server.say(ANN, root, "!second")
        message = await ear.next()
    assert (message.room, message.thread) == (OPS, root)


async def test_who_it_is_comes_with_the_server_and_its_roles(world: Server) -> None:
    async with hearing(make(world)) as ear:
        await world.say("ann", f"<@&{ROLE}> help <a:party:77>")
        message = await ear.next()
    assert message.text == "@chatops help :party:"
    assert str(message.principal) == f"discord:{GUILD}:{ANN}"
    assert (message.principal.display, message.groups) == ("Ann", (ADMINS,))


@pytest.mark.parametrize("is_member", [True, False])
async def test_in_a_direct_message_a_member_is_one_of_the_server(
    world: Server, *, is_member: bool
) -> None:
    """Where the settings name the server; somebody else is of none."""
    if not is_member:
        world.server.members.remove(ANN)
    async with hearing(make(world, f'guild: "{GUILD}"')) as ear:
        await world.say("ann", "help", direct=True)
        message = await ear.next()
    assert message.is_direct
    assert message.principal.workspace == (GUILD if is_member else "")


async def test_a_click_says_what_could_be_typed(world: Server) -> None:
    choices = (
        Choice(label="Approve", command="approve 7f3a"),
        Choice(label="Long", command="approve " + "x" * 100),
    )
    async with hearing(make(world)) as ear:
        post = await ear.adapter.post(Posting(key="k", room=OPS, text="may it?", choices=choices))
        number = post.rpartition(":")[2]
        name = "chatops-choice:approve 7f3a"
        assert str(world.server.bodies[0]["components"]).count("custom_id") == 1
        assert name in str(world.server.bodies[0]["components"])
        await world.server.click(ANN, number, name, author=OTHER_BOT)
        await world.server.click(ANN, number, "chatops-choice:deploy everything")
        await world.server.click(ANN, number, "a pack's own")
        await world.server.click(ANN, number, name)
        message = await ear.next()
        assert message.text == "@chatops approve 7f3a"
        assert (message.principal.user, message.groups) == (ANN, (ADMINS,))
        assert message.principal.display == "Annie"
        await until(lambda: world.server.clicks)
        await world.say("ann", "after")
        await ear.nothing_but("after")
    assert [kind for _, kind in world.server.clicks] == [6]


async def test_a_message_of_a_megabyte_is_heard(world: Server) -> None:
    async with hearing(make(world)) as ear:
        await world.say("ann", "!" + "x" * 1_000_000)
        assert len((await ear.next()).text) == 1_000_001


# Posting


async def test_a_post_that_is_tried_again_is_there_once(world: Server) -> None:
    async with hearing(make(world)) as ear:
        first = await ear.adapter.post(posting("once"))
        assert await ear.adapter.post(posting("once")) == first
        await ear.adapter.post(posting("twice", key="l"))
    assert [post.text for post in await world.posts()] == ["once", "twice"]


@pytest.mark.parametrize("is_global", [True, False])
async def test_a_limit_is_discords(world: Server, *, is_global: bool) -> None:
    async with hearing(make(world)) as ear:
        world.server.limit("POST messages", 7.5, is_global=is_global)
        with pytest.raises(LimitedError) as refused:
            await ear.adapter.post(posting("x"))
        assert refused.value.seconds == 7.5
        await ear.adapter.post(posting("later"))
        await posted(world, "later")


async def test_a_proxy_that_says_no_is_a_limit_as_well(world: Server) -> None:
    async with hearing(make(world)) as ear:
        world.server.refuse("POST messages", 429, "banned", **{"Retry-After": "33"})
        with pytest.raises(LimitedError) as refused:
            await ear.adapter.post(posting("x"))
        assert refused.value.seconds == 33


async def test_a_channel_that_takes_nothing_is_told_with_what_to_do(world: Server) -> None:
    async with hearing(make(world)) as ear:
        world.server.forbidden.add(OPS)
        with pytest.raises(UndeliverableError, match="Missing Access") as refused:
            await ear.adapter.post(posting("x"))
        assert refused.value.hint
        del world.server.channels[OPS]
        with pytest.raises(UndeliverableError, match="Unknown Channel"):
            await ear.adapter.upload(posting("x"), "a.txt", "text")
        with pytest.raises(UndeliverableError, match="no id of Discord"):
            await ear.adapter.post(posting("x", room="../users/@me"))
        with pytest.raises(UndeliverableError, match="no sign"):
            await ear.adapter.react(DEV, f"{DEV}:1", "no-such-sign")
        await ear.adapter.post(posting("elsewhere", room=DEV))


async def test_a_token_that_holds_no_more_breaks_the_line(world: Server) -> None:
    async with hearing(make(world)) as ear:
        world.server.refuse("POST messages", 401, {"message": "401: Unauthorized", "code": 0})
        with pytest.raises(LineError):
            await ear.adapter.post(posting("x"))
        world.server.refuse("POST messages", 503, {"message": "no", "code": 0})
        with pytest.raises(LineError, match="HTTP 503"):
            await ear.adapter.post(posting("x"))
        world.server.refuse("POST messages", 413, {"message": "too large", "code": 40005})
        with pytest.raises(OversizedError):
            await ear.adapter.upload(posting("x"), "a.txt", "text")


async def test_long_attachments_are_several_messages(world: Server) -> None:
    attachment = Attachment(
        title="t" * 300,
        title_link="https://example.com",
        author_name="who",
        author_link="https://example.com/who",
        text="line of some length\n" * 500,
        color="good",
        footer="foot",
        fields=tuple(Field(title=str(n), value="" if n else "v" * 2_000) for n in range(60)),
        image_url="https://example.com/a.png",
        thumb_url="no address",
    )
    async with hearing(make(world)) as ear:
        await ear.adapter.post(
            Posting(key="k", room=OPS, text="see", attachments=(attachment, attachment))
        )
        await ear.adapter.upload(
            Posting(key="u", room=OPS, text="all", attachments=(attachment,)), "a.txt", "all of it"
        )
    posts = await world.posts()
    assert posts[0].text == "see"
    assert [post.file for post in posts if post.file] == ["all of it"]
    embeds = [e for b in world.server.bodies for e in b["embeds"]]  # type: ignore[union-attr]  # a list
    assert "left out" in str(embeds)
    assert all("thumbnail" not in each for each in embeds if isinstance(each, dict))


async def test_no_token_is_in_a_log(world: Server, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with hearing(make(world)) as ear:
            await world.say("ann", "a secret thing")
            await ear.next()
            world.server.limit("POST messages", 3)
            with pytest.raises(LimitedError):
                await ear.adapter.post(posting("x"))
    assert TOKEN not in caplog.text
    assert "a secret thing" not in caplog.text


# Checks


async def test_each_right_is_looked_at_by_itself(world: Server) -> None:
    rooms = f'rooms: {{ops: "{OPS}", gone: "999", word: general, ann: "601"}}'
    world.server.overwrites = [
        {"id": GUILD, "deny": str((1 << 14) | (1 << 6)), "allow": "0"},
        {"id": ROLE, "deny": "0", "allow": str(1 << 6)},
        {"id": ME, "deny": str(1 << 15), "allow": "0"},
    ]
    world.server.flags = 0
    found = await checks(make(world, rooms))
    wrong = {name for name, check in found.items() if not check.is_fine}
    assert wrong == {
        "Message Content Intent",
        *("ops: Embed Links", "ops: Attach Files", "gone", "word"),
    }
    assert all(found[name].mend for name in wrong)
    assert found["token"].told == f"as ops-bot ({ME})"


async def test_a_token_that_is_none_is_all_that_is_told(world: Server) -> None:
    options = world.bad_options()
    found = await checks(discord.make(options_of(discord, options), context(SECRETS)))
    assert [(name, check.is_fine) for name, check in found.items()] == [("token", False)]
    assert SECRETS["WRONG"] not in str(found)


def test_an_administrator_has_every_right() -> None:
    roles = [{"id": "1", "permissions": "8"}, {"id": "2", "permissions": "0"}]
    deny = {"permission_overwrites": [{"id": "9", "deny": str(1 << 11)}]}
    member = {"roles": ["1"]}
    assert rights_in(deny, roles, member, guild="2", me="9") == -1  # type: ignore[arg-type]  # JSON


# Parts


def test_options_that_are_none_are_told() -> None:
    text = b"token: plain\nguild: my server\napi: http://discord.example.com"
    problems: list[object] = []
    reader = Reader.of_source(parse(text, file="o.yaml"), problems)  # type: ignore[arg-type]  # they are only counted
    assert reader is not None
    discord.read(reader)
    assert len(problems) == 3


def test_colours_signs_and_names() -> None:
    assert (painted("good"), painted("#abc"), painted("blue")) == (0x2EB886, 0xAABBCC, None)
    assert (sign_of(":eyes:"), sign_of("👀"), sign_of("party:77")) == ("👀", "👀", "party:77")
    assert typed("<@1> <@!2> <@&3> <#4>", {"1": "ann"}, frozenset(), "b") == "@ann @2 @3 <#4>"


def test_what_has_nothing_is_a_message_all_the_same() -> None:
    (body,) = bodies_of(Posting(key="k", room="1", attachments=(Attachment(fallback="seen"),)))
    assert body["embeds"] == [{"description": "seen"}]


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "channels", "author", "member", "mentions", "type", "channel_id"]
                ),
                inner,
                max_size=6,
            )
        ),
        max_leaves=8,
    )
)
def test_whatever_discord_sends_breaks_nothing(message: object) -> None:
    heard = said(message, ME)  # type: ignore[arg-type]  # JSON
    assert heard is None or heard.number.isdigit()
    assert clicked(message, ME) is None  # type: ignore[arg-type]  # JSON
    assert all(place.id for place in places_in(message))  # type: ignore[arg-type]  # JSON
    assert own_roles(message, ME) == frozenset()  # type: ignore[arg-type]  # JSON
