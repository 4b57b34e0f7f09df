"""What is made of Slack's text, events and refusals, and of posts: no server is needed."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.bridge.adapters import slack
from chatops_cli.bridge.adapters.frames import LONGEST, MOST
from chatops_cli.bridge.adapters.slack.events import Me, clicked_in, said_in, time_of
from chatops_cli.bridge.adapters.slack.failures import failure_of
from chatops_cli.bridge.adapters.slack.posts import payload_of
from chatops_cli.bridge.adapters.slack.text import mentioned, typed, written
from chatops_cli.bridge.contract import (
    Choice,
    LimitedError,
    LineError,
    OversizedError,
    Posting,
    RefusedError,
    UndeliverableError,
)
from chatops_cli.model.chat import Attachment, Field
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from tests.support.slack_server import sent, shown

if TYPE_CHECKING:
    from chatops_cli.model.json import Json
    from chatops_cli.model.problem import Problem

ME = Me(user="U0BOT", bot="B0BOT", team="T1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<@U0BOT> deploy", "@chatops deploy"),
        ("page <@U0ANN>", "page @ann"),
        ("page <@U0ANN|old>", "page @ann"),
        ("page <@U0XYZ|zoe>", "page @zoe"),
        ("page <@U0XYZ>", "page @U0XYZ"),
        ("in <#C0OPS|ops>", "in #ops"),
        ("in <#C0OPS|>", "in #C0OPS"),
        ("get <http://example.com|example.com>", "get example.com"),
        ("get <https://example.com/a?b=1&amp;c=2>", "get https://example.com/a?b=1&c=2"),
        ("to <mailto:a@example.com|a@example.com>", "to a@example.com"),
        ("to <mailto:a@example.com>", "to a@example.com"),
        ("run <https://evil.example|prod>", "run prod"),
        ("<!here> <!channel|channel>", "@here channel"),
        ("<!subteam^S123|@web> <!subteam^S123>", "@web @subteam"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("&lt;@U0ANN&gt;", "<@U0ANN>"),
        ("a < b > c", "a < b > c"),
        ("<>", "<>"),
        ("", ""),
    ],
)
def test_text_is_what_was_typed(text: str, said: str) -> None:
    assert typed(text, {"U0BOT": "chatops", "U0ANN": "ann"}) == said


def test_people_who_are_named_are_known_by_their_ids() -> None:
    assert mentioned("<@U1> &lt;@U2&gt; <@U3|x> <#C4|y> <!here>") == {"U1", "U3"}


@given(st.text())
def test_what_is_typed_comes_as_it_was(text: str) -> None:
    assert typed(sent(text), {}) == text


@given(st.text())
def test_whatever_comes_is_text(text: str) -> None:
    assert isinstance(typed(text, {}), str)


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("1 < 2 && 3 > 2", "1 &lt; 2 &amp;&amp; 3 &gt; 2"),
        ("<!channel> <!here> <!everyone>", "&lt;!channel&gt; &lt;!here&gt; &lt;!everyone&gt;"),
        ("<!subteam^S1|@web>", "&lt;!subteam^S1|@web&gt;"),
        ("<https://example.com/?a=1&b=2|the page>", "<https://example.com/?a=1&b=2|the page>"),
        ("<@U0ANN> see <#C0OPS>", "<@U0ANN> see <#C0OPS>"),
        ("<javascript:x|y>", "&lt;javascript:x|y&gt;"),
    ],
)
def test_text_calls_no_channel(text: str, there: str) -> None:
    assert written(text) == there


@given(st.text(alphabet="<>&!@#|abU1 \n:/"))
def test_what_is_written_is_read_as_it_is(text: str) -> None:
    assert shown(written(text)) == text


KEYS = st.sampled_from(
    ["event", "type", "subtype", "message", "user", "ts", "channel", "text", "actions", "edited"]
)


def event(**more: "Json") -> dict[str, "Json"]:
    inner: dict[str, Json] = {
        "type": "message",
        "channel": "C1",
        "user": "U1",
        "text": "hi",
        "ts": "1700000000.000100",
        **more,
    }
    return {"team_id": "T1", "event": inner}


def test_a_message_is_known_by_channel_and_number() -> None:
    heard = said_in(event(thread_ts="1.2", channel_type="im"), ME)
    assert heard is not None
    assert (heard.id, heard.team, heard.thread) == ("C1:1700000000.000100", "T1", "1.2")
    assert heard.is_direct
    assert not heard.is_edited


def test_a_guest_of_another_workspace_is_of_that_one() -> None:
    heard = said_in(event(team="T2", user_team="T3"), ME)
    assert heard is not None
    assert heard.team == "T3"


@pytest.mark.parametrize(
    "more",
    [
        {"user": "U0BOT"},
        {"bot_id": "B0BOT"},
        {"bot_id": "B0OTHER"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"subtype": "message_deleted", "deleted_ts": "1.1"},
        {"subtype": "message_changed"},
        {"subtype": "message_changed", "message": {"user": "U1", "ts": "1.1", "text": "a"}},
        {"user": 5},
        {"ts": None},
        {"type": "reaction_added"},
    ],
)
def test_what_no_person_says_is_not_heard(more: dict[str, "Json"]) -> None:
    assert said_in(event(**more), ME) is None


def test_an_event_may_be_anything() -> None:
    payloads: list[dict[str, Json]] = [
        {},
        {"event": None},
        {"event": []},
        {"event": {"type": []}},
        {"event": {"type": "message", "subtype": "message_changed", "message": []}},
    ]
    for payload in payloads:
        assert said_in(payload, ME) is None


TEXTS = st.sampled_from(["message", "message_changed", "U1", "C1", "1.2", "block_actions", ""])
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(KEYS, inside, max_size=6),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, ANY, max_size=6))
def test_whatever_slack_sends_is_read(payload: dict[str, "Json"]) -> None:
    for heard in (said_in(payload, ME), clicked_in(payload, ME)):
        assert heard is None or heard.user


def test_a_preview_of_a_link_is_no_edit() -> None:
    message: Json = {"user": "U1", "ts": "1.1", "text": "a", "edited": {"user": "U1", "ts": "1.2"}}
    before: Json = {"user": "U1", "ts": "1.1", "text": "a"}
    change = event(subtype="message_changed", message=message, previous_message=before)
    assert said_in(change, ME) is None
    other = event(subtype="message_changed", message=message, previous_message={"text": "b"})
    heard = said_in(other, ME)
    assert heard is not None
    assert (heard.number, heard.text, heard.is_edited) == ("1.1", "a", True)


def test_a_number_is_a_time() -> None:
    found = time_of("1700000000.000100")
    assert found is not None
    assert found.isoformat() == "2023-11-14T22:13:20.000100+00:00"
    assert time_of("x") is None
    assert time_of("1e400") is None


def test_attachments_keep_what_the_alias_says() -> None:
    attachment = Attachment(
        text="a < b",
        color="dfdfdf",
        title="T",
        title_link="https://example.com",
        fields=(Field(title="f", value="v", short=True),),
        image_url="https://example.com/i.png",
    )
    extra: dict[str, Json] = {
        "attachments": [{"text": "old", "ts": 5, "footer_icon": "i"}],
        "blocks": [{"type": "divider"}],
        "unfurl_links": False,
        "channel": "C0SECRET",
    }
    posting = Posting(key="k", room="C1", text="x", attachments=(attachment,), extra=extra)
    data = payload_of(posting)
    assert data == {
        "channel": "C1",
        "text": "x",
        "blocks": [{"type": "divider"}],
        "unfurl_links": False,
        "attachments": [
            {
                "mrkdwn_in": ["text", "pretext", "fields"],
                "text": "a &lt; b",
                "fallback": "a &lt; b",
                "ts": 5,
                "footer_icon": "i",
                "color": "#dfdfdf",
                "title": "T",
                "title_link": "https://example.com",
                "image_url": "https://example.com/i.png",
                "fields": [{"title": "f", "value": "v", "short": True}],
            }
        ],
    }


def test_one_attachment_alone_keeps_what_the_alias_says() -> None:
    extra: dict[str, Json] = {"footer_icon": "i", "mrkdwn_in": ["text"], "title": "old", "x": 1}
    whole = Posting(key="k", room="C1", attachments=(Attachment(title="T"),), extra=extra)
    frames = payload_of(whole)["attachments"]
    assert frames == [{"footer_icon": "i", "mrkdwn_in": ["text"], "title": "T", "fallback": "T"}]


@pytest.mark.parametrize(
    ("extra", "answers", "thread", "stands_in"),
    [
        ({"thread_response": True}, "C1:1.2", None, "1.2"),
        ({"thread_response": "True"}, "C1:1.2", None, "1.2"),
        ({"thread_response": True}, "C1:1.2", "0.9", "0.9"),
        ({"thread_response": True}, "C2:1.2", None, None),
        ({"thread_response": True}, "", None, None),
        ({"thread_response": "false"}, "C1:1.2", None, None),
        ({}, "C1:1.2", None, None),
    ],
)
def test_an_alias_may_want_its_answer_below_the_question(
    extra: dict[str, "Json"], answers: str, thread: str | None, stands_in: str | None
) -> None:
    posting = Posting(key="k", room="C1", text="x", thread=thread, extra=extra, answers=answers)
    assert payload_of(posting).get("thread_ts") == stands_in


def test_choices_are_buttons_beside_the_text() -> None:
    choices = (Choice(label="Approve", command="approve 1"), Choice(label="Later", command="wait"))
    data = payload_of(Posting(key="k", room="C1", text="x", choices=choices))
    elements: list[Json] = [
        {
            "type": "button",
            "action_id": "chatops-choice-0",
            "text": {"type": "plain_text", "text": "Approve"},
            "value": "approve 1",
            "style": "primary",
        },
        {
            "type": "button",
            "action_id": "chatops-choice-1",
            "text": {"type": "plain_text", "text": "Later"},
            "value": "wait",
        },
    ]
    assert data["text"] == "x"
    assert data["attachments"] == [
        {"fallback": "Approve / Later", "blocks": [{"type": "actions", "elements": elements}]}
    ]


def test_blocks_of_packs_call_nobody_and_are_not_the_bots_own() -> None:
    blocks: Json = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "<!channel> <@U0ANN>"}},
        {"type": "actions", "elements": [{"type": "button", "action_id": "chatops-choice-0"}]},
    ]
    data = payload_of(Posting(key="k", room="C1", text="x", extra={"blocks": blocks}))
    assert data["blocks"] == [
        {"type": "section", "text": {"type": "mrkdwn", "text": "&lt;!channel&gt; <@U0ANN>"}},
        {"type": "actions", "elements": [{"type": "button", "action_id": "pack-chatops-choice-0"}]},
    ]


def click(**more: "Json") -> dict[str, "Json"]:
    action: Json = {"action_id": "chatops-choice-0", "value": "approve 3f2a", "action_ts": "5.5"}
    return {
        "type": "block_actions",
        "user": {"id": "U1", "team_id": "T2"},
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "message": {"bot_id": "B0BOT", "thread_ts": "1.2"},
        "actions": [action],
        **more,
    }


def test_a_click_is_what_could_have_been_typed() -> None:
    heard = clicked_in(click(), ME)
    assert heard is not None
    assert (heard.user, heard.team, heard.id, heard.thread) == ("U1", "T2", "C1:5.5", "1.2")
    assert typed(heard.text, {"U0BOT": "chatops"}) == "@chatops approve 3f2a"


@pytest.mark.parametrize(
    "more",
    [
        {"type": "view_submission"},
        {"actions": []},
        {"actions": [{"action_id": "other", "value": "approve 1", "action_ts": "5.5"}]},
        {"actions": [{"action_id": "chatops-choice-0", "value": "deploy", "action_ts": "5.5"}]},
        {"actions": [{"action_id": "chatops-choice-0", "value": "approve 1"}]},
        {"message": {"bot_id": "B0OTHER"}},
        {"message": None},
        {"user": None},
        {"channel": None},
    ],
)
def test_another_button_says_nothing(more: dict[str, "Json"]) -> None:
    assert clicked_in(click(**more), ME) is None


def test_a_long_attachment_becomes_several() -> None:
    attachment = Attachment(text="line\n" * 4_000, color="good", title="T", footer="end")
    frames = payload_of(Posting(key="k", room="C1", attachments=(attachment,)))["attachments"]
    assert isinstance(frames, list)
    first, *others = [frame for frame in frames if isinstance(frame, dict)]
    assert (first["title"], first["color"]) == ("T", "good")
    assert all(frame["color"] == "good" and "title" not in frame for frame in others)
    assert others[-1]["footer"] == "end"
    assert "footer" not in first
    assert all(len(str(frame["text"])) <= LONGEST for frame in frames if isinstance(frame, dict))


def test_an_attachment_that_is_too_long_is_cut_and_says_so() -> None:
    attachment = Attachment(text="x" * 1_000_000)
    frames = payload_of(Posting(key="k", room="C1", attachments=(attachment,)))["attachments"]
    assert isinstance(frames, list)
    assert len(frames) == MOST
    assert isinstance(frames[-1], dict)
    assert "the rest of 1,000,000 characters is left out" in str(frames[-1]["text"])


def test_what_slack_would_cut_is_not_sent() -> None:
    with pytest.raises(OversizedError):
        payload_of(Posting(key="k", room="C1", text="&" * 10_000))


@pytest.mark.parametrize(
    ("status", "data", "kind"),
    [
        (200, {"error": "invalid_auth"}, RefusedError),
        (200, {"error": "not_in_channel"}, UndeliverableError),
        (200, {"error": "is_archived"}, UndeliverableError),
        (200, {"error": "something_new"}, UndeliverableError),
        (200, {"error": "missing_scope", "needed": "chat:write"}, UndeliverableError),
        (200, {"error": "msg_too_long"}, OversizedError),
        (200, {"error": "internal_error"}, LineError),
        (200, {"error": "ratelimited"}, LimitedError),
        (429, "", LimitedError),
        (503, "<html>", LineError),
        (200, None, LineError),
    ],
)
def test_a_refusal_is_told_by_its_kind(status: int, data: object, kind: type[Exception]) -> None:
    assert type(failure_of("chat.postMessage", status, {}, data)) is kind


def test_how_long_to_wait_is_the_servers() -> None:
    for headers, seconds in (({"retry-after": "7"}, 7), ({"Retry-After": "soon"}, 30), ({}, 30)):
        found = failure_of("x", 429, headers, None)
        assert isinstance(found, LimitedError)
        assert found.seconds == seconds


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "token is missing"),
        ("token: xoxb-1\napp_token: '{{ env.A }}'", "token stands here in plain text"),
        ("token: '{{ env.T }}'\napp_token: xapp-1", "app_token stands here in plain text"),
        ("token: '{{ env.T }}'\napp_token: '{{ env.A }}'\napi: slack.com", "is no http or https"),
        (
            "token: '{{ env.T }}'\napp_token: '{{ env.A }}'\napi: 'https://[x'",
            "is no http or https",
        ),
        ("token: '{{ env.T }}'\napp_token: '{{ env.A }}'\napi: http://slack.com", "unencrypted"),
    ],
)
def test_options_that_are_wrong_are_told(text: str, told: str) -> None:
    problems: list[Problem] = []
    reader = Reader.of_source(parse(text.encode(), file="o.yaml"), problems)
    assert reader is not None
    slack.read(reader)
    assert told in " ".join(problem.message for problem in problems)
