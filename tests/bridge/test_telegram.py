"""Telegram, against a server that speaks the Bot API as its page says."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.bridge.adapters import telegram
from chatops_cli.bridge.adapters.telegram.events import moved_in, said_in
from chatops_cli.bridge.adapters.telegram.failures import failure_of
from chatops_cli.bridge.adapters.telegram.text import typed, written
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
from chatops_cli.model.chat import Message
from tests.bridge.conformance import Conformance
from tests.support.bridges import context, hearing, options_of, until
from tests.support.telegram_server import ANN, DEV, ME, OPS, TOKEN, Group, telegram_group

if TYPE_CHECKING:
    from chatops_cli.model.json import Json

SECRETS = {"TOKEN": TOKEN, "WRONG": "1:another", "NONE": "no token/../x"}


@pytest.fixture
async def world() -> AsyncIterator[Group]:
    async with telegram_group() as found:
        yield found


def make(world: Group, more: str = "", token: str = "TOKEN") -> Adapter:  # its name
    options = f"{world.options.replace('env.TOKEN', f'env.{token}')}\n{more}"
    return telegram.make(options_of(telegram, options), context(SECRETS))


def posting(text: str, *, room: str = str(OPS), thread: str | None = None) -> Posting:
    return Posting(key="k", room=room, text=text, thread=thread)


async def checks(adapter: Adapter) -> dict[str, Check]:
    found = {check.name: check for check in await adapter.check()}
    await adapter.close()
    return found


class TestConformance(Conformance):
    """What every adapter does."""

    MODULE = telegram
    CAN = frozenset(
        {
            *("direct", "thread", "edit", "update", "duplicate", "limit", "oversize", "drop"),
            *("catch_up", "refuse", "unknown_room", "mention", "react", "file"),
        }
    )
    SECRETS = SECRETS

    @pytest.fixture
    async def world(self) -> AsyncIterator[Group]:
        async with telegram_group() as found:
            yield found


# Hearing


async def test_a_message_that_was_not_taken_comes_again(world: Group) -> None:
    """Telegram keeps what isn't on disk, for this bridge and the next."""
    adapter = make(world)
    await adapter.connect()

    async def take(message: Message) -> None:
        raise LineError(f"the disk is full: {message.text}")

    hearing_it = asyncio.create_task(adapter.hear(take))
    await world.say("ann", "!deploy")
    with pytest.raises(LineError, match="!deploy"):
        await hearing_it
    await adapter.close()
    async with hearing(make(world)) as ear:
        await ear.nothing_but("!deploy")


async def test_what_was_taken_is_acknowledged_by_the_next_question(world: Group) -> None:
    async with hearing(make(world)) as ear:
        await world.say("ann", "first")
        await ear.nothing_but("first")
        await world.say("ann", "second")
        await ear.nothing_but("second")
        await world.say("ann", "third")
        await ear.nothing_but("third")
        assert len(world.server.updates) <= 2
    assert world.server.allowed == ["message", "edited_message", "callback_query"]


async def test_two_programs_that_read_one_bot_are_told(world: Group) -> None:
    """The first one: whoever asks last has Telegram's ear."""
    async with hearing(make(world)) as ear:
        await world.say("ann", "before")
        await ear.nothing_but("before")
        second = make(world)
        await until(lambda: world.server.is_asked)
        await second.connect()
        await second.close()
        with pytest.raises(RefusedError, match="terminated by other") as refused:
            await ear.next()
        assert "another program" in (refused.value.hint or "")


async def test_a_bot_with_a_webhook_is_told_so(world: Group) -> None:
    world.server.webhook = "https://example.com/hook"
    adapter = make(world)
    with pytest.raises(RefusedError, match="webhook") as refused:
        await adapter.connect()
    assert "deleteWebhook" in (refused.value.hint or "")
    assert not (await checks(adapter))["polling"].is_fine


async def test_whose_words_they_are_not_is_not_heard(world: Group) -> None:
    """Those of bots, channels, other chats; and what is forwarded."""
    async with hearing(make(world)) as ear:
        bot: Json = {"id": 7, "is_bot": True, "first_name": "x"}
        more: list[dict[str, Json]] = [
            {"from": bot},
            {"sender_chat": {"id": OPS, "type": "supergroup"}},
            {"via_bot": bot},
            {"forward_origin": {"type": "user", "date": 1}},
        ]
        for each in more:
            await world.server.say(ANN, OPS, "!deploy", **each)
        await world.server.say(ANN, OPS, "", caption="!deploy")
        await world.server.tell({"my_chat_member": {"chat": {"id": OPS}}})
        await world.say("ann", "after")
        await ear.nothing_but("after")


async def test_a_thread_is_a_topic_only(world: Group) -> None:
    """An answer to a message has a thread's number, too, and no thread."""
    async with hearing(make(world)) as ear:
        await world.server.say(ANN, DEV, "!help", message_thread_id=5)
        message = await ear.next()
    assert (message.room, message.thread, message.principal.display) == (str(DEV), None, "Ann")


async def test_a_command_in_telegrams_way_is_one_to_the_bot(world: Group) -> None:
    async with hearing(make(world)) as ear:
        await world.say("ann", "/deploy@ops_bot web 1.2")
        await ear.nothing_but("@chatops deploy web 1.2")
        await world.say("ann", "/deploy@ops_bot2 x @OPS_BOT mail@ops_bot.example")
        await ear.nothing_but("/deploy@ops_bot2 x @chatops mail@ops_bot.example")


async def test_a_click_says_what_could_be_typed(world: Group) -> None:
    choices = (
        Choice(label="Approve", command="approve 7f3a"),
        Choice(label="Long", command="approve " + "x" * 80),
    )
    async with hearing(make(world)) as ear:
        post = await ear.adapter.post(
            Posting(key="k", room=str(OPS), text="may it?", choices=choices)
        )
        number = int(post.rpartition(":")[2])
        assert world.server.posts[number].buttons == [
            [{"text": "Approve", "callback_data": "approve 7f3a"}]
        ]
        await world.server.click(ANN, number, "approve 7f3a", sender=7)
        await world.server.click(ANN, number, "deploy everything")
        await world.server.click(ANN, number, "approve 7f3a")
        message = await ear.next()
        assert (message.text, message.principal.user) == ("@chatops approve 7f3a", str(ANN))
        await world.say("ann", "after")
        await ear.nothing_but("after")
    assert len(world.server.answered) == 1


async def test_a_message_of_a_megabyte_is_heard(world: Group) -> None:
    async with hearing(make(world)) as ear:
        await world.say("ann", "!" + "x" * 1_000_000)
        assert len((await ear.next()).text) == 1_000_001


async def test_a_server_that_is_gone_for_a_while_is_found_again(world: Group) -> None:
    adapter = make(world)
    async with hearing(adapter) as ear:
        await world.say("ann", "before")
        await ear.nothing_but("before")
        await world.drop()
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


async def test_a_limit_of_questions_is_waited_for(world: Group) -> None:
    adapter = make(world)
    world.server.refuse("getMe", 429, "Too Many Requests", retry_after=3)
    with pytest.raises(LineError):
        await adapter.connect()
    async with hearing(adapter) as ear:
        world.server.refuse("getUpdates", 429, "Too Many Requests", retry_after=1)
        await world.say("ann", "first")
        await ear.nothing_but("first")
        await world.say("ann", "second")
        await ear.nothing_but("second")
    assert not world.server.refusals["getUpdates"]


async def test_what_is_no_token_goes_nowhere(world: Group) -> None:
    adapter = make(world, token="NONE")
    with pytest.raises(RefusedError, match="none of Telegram"):
        await adapter.connect()
    assert world.server.seen == []
    await adapter.close()


# Posting


async def test_code_and_bold_parts_are_shown_as_such(world: Group) -> None:
    async with hearing(make(world)) as ear:
        text = '**done** `a<b` & *x*\n```json\n{"a": 1}\n```\n```\nplain\n```'
        await ear.adapter.post(posting(text))
        await ear.adapter.post(posting("``````"))
    first, second = await world.posts()
    assert first.text == 'done a<b & *x*\n{"a": 1}\nplain'
    assert second.text == "``````"


async def test_marks_that_telegram_finds_wrong_are_left_out(world: Group) -> None:
    async with hearing(make(world)) as ear:
        world.server.refuse("sendMessage", 400, "Bad Request: can't parse entities: x")
        await ear.adapter.post(posting("**bold**"))
        with pytest.raises(UndeliverableError, match="is empty"):
            await ear.adapter.post(posting(" "))
    assert [post.text for post in await world.posts()] == ["**bold**"]


async def test_a_group_that_has_become_another_is_followed(
    world: Group, caplog: pytest.LogCaptureFixture
) -> None:
    world.server.moved[-55] = OPS
    world.server.moved[-66] = OPS
    async with hearing(make(world)) as ear:
        await ear.adapter.post(posting("first", room="-55"))
        await ear.adapter.post(posting("second", room="-55"))
        await ear.adapter.upload(posting("all", room="-66"), "a.txt", "text")
        world.server.chats[-77] = {"id": -77, "type": "group"}
        await world.server.say(ANN, -77, "", migrate_to_chat_id=DEV)
        await world.say("ann", "after")
        await ear.nothing_but("after")
        world.server.moved[-77] = OPS
        await ear.adapter.post(posting("third", room="-77"))
    assert [post.text for post in await world.posts()] == ["first", "second", "all"]
    assert [post.text for post in world.server.shown(DEV)] == ["third"]
    assert caplog.text.count("telegram-moved") == 3


async def test_a_topic_that_is_gone_leaves_the_answer_in_the_group(world: Group) -> None:
    async with hearing(make(world)) as ear:
        await ear.adapter.post(posting("x", thread="77"))
        await ear.adapter.upload(posting("y", thread="77"), "a.txt", "text")
    assert [(post.text, post.thread) for post in await world.posts()] == [("x", None), ("y", None)]


async def test_a_long_text_stands_above_its_file(world: Group) -> None:
    async with hearing(make(world)) as ear:
        await ear.adapter.upload(posting("long " * 300), "a.txt", "all of it")
    assert [post.file for post in await world.posts()] == ["", "all of it"]


async def test_a_post_that_says_that_already_is_in_order(world: Group) -> None:
    async with hearing(make(world)) as ear:
        post = await ear.adapter.post(posting("1 of 2"))
        await ear.adapter.update(posting("1 of 2"), post)
        with pytest.raises(UndeliverableError, match="not found"):
            await ear.adapter.update(posting("x"), f"{OPS}:999")


async def test_a_chat_that_takes_nothing_is_told_with_what_to_do(world: Group) -> None:
    async with hearing(make(world)) as ear:
        world.server.kicked.add(OPS)
        with pytest.raises(UndeliverableError, match="kicked") as refused:
            await ear.adapter.post(posting("x"))
        assert refused.value.hint
        with pytest.raises(UndeliverableError, match="kicked"):
            await ear.adapter.upload(posting("x"), "a.txt", "text")
        with pytest.raises(UndeliverableError, match="not found"):
            await ear.adapter.post(posting("x", room="../getMe"))
        with pytest.raises(UndeliverableError, match="no sign"):
            await ear.adapter.react(str(DEV), f"{DEV}:1", "no-such-sign")
        await ear.adapter.post(posting("elsewhere", room=str(DEV)))


async def test_a_token_that_holds_no_more_breaks_the_line(world: Group) -> None:
    async with hearing(make(world)) as ear:
        world.server.is_in = False
        with pytest.raises(LineError):
            await ear.adapter.post(posting("x"))
        with pytest.raises(LineError):
            await ear.adapter.upload(posting("x"), "a.txt", "text")
    adapter = make(world)
    with pytest.raises(RefusedError):
        await adapter.connect()
    await adapter.close()


async def test_no_token_is_in_a_log_or_an_error(
    world: Group, caplog: pytest.LogCaptureFixture
) -> None:
    adapter = make(world)
    with caplog.at_level(logging.DEBUG):
        async with hearing(adapter) as ear:
            await world.say("ann", "a secret thing")
            await ear.next()
            await world.drop()
            with pytest.raises(LineError) as broken:
                await ear.next()
        await world.server.stop()
        with pytest.raises(LineError) as gone:
            await adapter.connect()
        await adapter.close()
    chain = [broken.value, gone.value, gone.value.__cause__, broken.value.__cause__]
    assert TOKEN not in f"{caplog.text} {chain}"
    assert "a secret thing" not in caplog.text


@pytest.mark.parametrize(
    ("status", "data", "kind"),
    [
        (429, {"description": "Too Many Requests"}, LimitedError),
        (413, {"description": "Request Entity Too Large"}, OversizedError),
        (502, None, LineError),
        (200, "what", LineError),
        (404, {"description": "Not Found"}, RefusedError),
        (400, {"description": "Bad Request: TOPIC_CLOSED"}, UndeliverableError),
    ],
)
def test_what_telegram_says_is_an_error_of_the_contract(
    status: int, data: object, kind: type[Exception]
) -> None:
    assert isinstance(failure_of("sendMessage", status, data), kind)


# Checks


async def test_each_right_is_looked_at_by_itself(world: Group) -> None:
    world.server.hears_all = False
    world.server.permissions["can_send_documents"] = False
    found = await checks(make(world, f'rooms: {{ops: "{OPS}", ann: "{ANN}", gone: "-9"}}'))
    wrong = {name for name, check in found.items() if not check.is_fine}
    assert wrong == {"privacy", "ops: can_send_documents", "gone"}
    assert all(found[name].mend for name in wrong)
    assert "setprivacy" in found["privacy"].mend
    assert not world.server.posts
    assert "getUpdates" not in world.server.seen


async def test_an_administrator_hears_all(world: Group) -> None:
    world.server.hears_all, world.server.status = False, "administrator"
    found = await checks(make(world, f'rooms: {{ops: "{OPS}"}}'))
    assert {name: check.is_fine for name, check in found.items()} == {
        "token": True,
        "polling": True,
        "privacy": True,
        "ops": True,
    }


@pytest.mark.parametrize("status", ["left", "kicked", "restricted"])
async def test_a_bot_that_is_not_in_a_room_is_told_so(world: Group, status: str) -> None:
    world.server.status = status
    world.server.permissions["can_send_messages"] = False
    found = await checks(make(world, f'rooms: {{ops: "{OPS}"}}'))
    wrong = {name for name, check in found.items() if not check.is_fine}
    assert wrong == {"ops" if status != "restricted" else "ops: can_send_messages"}


async def test_a_token_that_is_none_is_all_that_is_told(world: Group) -> None:
    found = await checks(make(world, token="WRONG"))
    assert [(name, check.is_fine) for name, check in found.items()] == [("token", False)]
    world.server.refuse("getWebhookInfo", 502, "")
    assert not (await checks(make(world)))["polling"].is_fine


# Parts


def test_names_are_left_alone_where_the_bot_has_none() -> None:
    assert typed("/x@y", "", "chatops") == "/x@y"


@given(st.text(alphabet=st.sampled_from("ab<>&*`\n"), max_size=40))
@settings(max_examples=60)
def test_whatever_is_written_can_be_read(text: str) -> None:
    """No sign of a text is taken for a mark of Telegram's."""
    bare = written(text)
    for mark in ("b", "code", "pre"):
        bare = bare.replace(f"<{mark}>", "").replace(f"</{mark}>", "")
    assert "<" not in bare
    assert ">" not in bare


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(["message", "callback_query", "from", "chat", "id", "text"]),
                inner,
                max_size=5,
            )
        ),
        max_leaves=8,
    )
)
def test_whatever_telegram_sends_breaks_nothing(update: object) -> None:
    assert said_in(update, ME) is None  # type: ignore[arg-type]  # JSON
    assert moved_in(update) is None  # type: ignore[arg-type]  # JSON
