"""The path of a message, step by step: what is answered, what is recorded, what is run."""

import asyncio
from pathlib import Path

import pytest

from chatops_cli.errors import RecordError
from chatops_cli.model.access import AccessPolicy, AccessRule, Effect
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.model.problem import Place
from chatops_cli.records.events import (
    Decided,
    ExecutionFinished,
    ExecutionRequested,
    MatchOutcome,
    MessageMatched,
    MessageReceived,
)
from chatops_cli.room.claims import MemoryClaims
from chatops_cli.room.room import Room
from chatops_cli.settings.values import Settings
from tests.support.chat import make_message
from tests.support.packs import write_pack
from tests.support.rooms import Memory, make_room, replies_to
from tests.support.small_packs import alias, shell_action

SAY = shell_action("say", "echo {{ text | shell_quote }}", "text: {type: string, required: true}")
LOGIN = shell_action(
    "login",
    "echo {{ password | shell_quote }}",
    "password: {type: string, secret: true, required: true}",
    "n: {type: integer, default: 1}",
)

# The token stands in no parameter: it is known from the answer alone.
SIGN_IN = (
    shell_action(
        "token",
        """t=t0k3n-; t="${t}v4lue"; echo '{"token": "'$t'", "user": "ann"}'; echo $t >&2""",
    )
    + "output_schema: {token: {type: string, secret: true}, user: {type: string}}\n"
)

ACCOUNT = shell_action(
    "account",
    "echo opened",
    "who: {type: object, properties: {name: {type: string}, pin: {type: string, secret: true}}}",
    "n: {type: integer, default: 1}",
)

FILES = {
    "actions/account.yaml": ACCOUNT,
    "aliases/account.yaml": alias("account", "t.account", "open {{ who }}( times {{ n }})?"),
    "actions/say.yaml": SAY,
    "actions/touch.yaml": shell_action("touch", "touch touched; echo done"),
    "actions/fail.yaml": shell_action("fail", "echo why >&2; exit 3"),
    "actions/slow.yaml": shell_action("slow", "sleep 60"),
    "actions/login.yaml": LOGIN,
    "actions/off.yaml": "name: off\nrunner_type: noop\nenabled: false\n",
    "actions/token.yaml": SIGN_IN,
    "aliases/token.yaml": alias("token", "t.token", "new token"),
    "aliases/ticket.yaml": (
        "name: ticket\naction_ref: t.say\nformats:\n"
        "  - display: 'T-<number>'\n"
        "    representation: '(?:\\b|^)T-{{ text }}(?:\\b|$)'\n"
        "    match_multiple: true\n"
        "ack: {enabled: false}\n"
        "result: {format: 'ticket {{ execution.result.stdout }}'}\n"
    ),
    "aliases/framed.yaml": alias(
        "framed",
        "t.login",
        "frame {{ password }}",
        more="""\
        ack: {enabled: false}
        result:
          format: "done{~}used {{ execution.parameters.password }}"
          extra:
            slack:
              title: "for {{ execution.parameters.password }}"
              fields:
                - {title: Result, value: "{{ execution.result.stdout }}", short: true}
        """,
    ),
    "aliases/say.yaml": alias(
        "say",
        "t.say",
        "say {{ text }}",
        more="result: {format: '{{ execution.result.stdout }}{~}'}\n",
    ),
    "aliases/touch.yaml": alias("touch", "t.touch", "touch it"),
    "aliases/fail.yaml": alias("fail", "t.fail", "fail"),
    "aliases/slow.yaml": alias("slow", "t.slow", "be slow"),
    "aliases/login.yaml": alias(
        "login",
        "t.login",
        "log in with {{ password }}",
        more="ack: {format: 'trying {{ execution.parameters.password }}'}\n",
    ),
    "aliases/off.yaml": alias("off", "t.off", "off"),
    "aliases/gone.yaml": alias("gone", "t.gone", "gone( with {{ what }})?"),
    "aliases/one.yaml": alias("one", "t.say", "both {{ text }}"),
    "aliases/two.yaml": alias("two", "t.say", "both {{ text }}"),
    "aliases/quiet.yaml": alias(
        "quiet", "t.touch", "quietly", more="ack: {enabled: false}\nresult: {enabled: false}\n"
    ),
    "aliases/broken.yaml": alias(
        "broken",
        "t.say",
        "broken {{ text }}",
        more="result:\n  format: |\n    fine\n    {{ execution.result.stdout | nope }}\n",
    ),
}


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One pack, `t`, with an alias for each way a message can go."""
    root = tmp_path_factory.mktemp("packs")
    write_pack(root, "t", FILES)
    return root


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def room(packs: Path, isolated: Path, memory: Memory) -> Room:
    """A room over the pack, recording in memory."""
    return make_room(packs, home=isolated.parent / "home", memory=memory)


def test_a_command_is_acknowledged_run_and_answered(room: Room, memory: Memory) -> None:
    """The whole path: every step is on record, and what precedes the action is on disk."""
    ack, result = replies_to(room, make_message("say hello world"))
    assert ack.kind is ReplyKind.ACK
    assert ack.text == "On it: running t.say (execution id-1)."
    assert (result.kind, result.text) == (ReplyKind.RESULT, "hello world")
    assert (result.status, result.execution_id) == (Status.SUCCEEDED, "id-1")
    assert [(event.event, sync) for event, sync in memory.events] == [
        ("message", True),
        ("match", True),
        ("decision", True),
        ("execution.requested", True),
        ("reply", True),
        ("execution.finished", True),
        ("reply", True),
    ]
    requested = memory.events[3][0]
    assert isinstance(requested, ExecutionRequested)
    assert (requested.alias, requested.action, requested.room) == ("t.say", "t.say", "#ops")
    assert requested.parameters["text"] == "hello world"
    assert requested.timeout == 60
    assert requested.rule == "access.local"


def test_talk_gets_no_answer(room: Room, memory: Memory) -> None:
    """What isn't for the bot leaves no trace."""
    assert replies_to(room, make_message("say hello", is_direct=False)) == []
    assert memory.events == []


def test_the_bot_is_called_in_a_channel(room: Room) -> None:
    """The prefix makes a channel's message a command."""
    *_, result = replies_to(room, make_message("!say hello", is_direct=False))
    assert result.text == "hello"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        pytest.param(
            make_message("say hello", is_edited=True),
            "An edited message is never run. Send it again as a new one.",
            id="edited",
        ),
        pytest.param(
            make_message("say hello", is_cut=True),
            "Only the beginning of this message has arrived, so it was not run. "
            "Send it again, shorter.",
            id="cut short",
        ),
        pytest.param(make_message("!"), "Yes? Type a command; 'help' lists them.", id="empty"),
    ],
)
def test_what_is_no_command(room: Room, memory: Memory, message: Message, text: str) -> None:
    """It is answered and on record, and nothing runs."""
    [reply] = replies_to(room, message)
    assert (reply.kind, reply.text) == (ReplyKind.INFO, text)
    assert memory.names() == ["message"]


def test_no_match_names_the_nearest(room: Room, memory: Memory) -> None:
    """What nobody knows runs nothing, and says what is near."""
    [reply] = replies_to(room, make_message("sai hello"))
    assert reply.kind is ReplyKind.NO_MATCH
    assert reply.text.startswith("I don't know 'sai hello'; nothing was run.\nNearest:\n  ")
    assert "say {{ text }}" in reply.text
    matched = memory.events[1][0]
    assert isinstance(matched, MessageMatched)
    assert matched.outcome is MatchOutcome.NONE
    assert memory.events[1][1], "the last record of a message that starts nothing is synced"


def test_nearest_aliases_are_those_the_person_may_run(packs: Path, isolated: Path) -> None:
    """A suggestion never tells of what is denied."""
    room = make_room(packs, home=isolated / "h", access=AccessPolicy(local=Effect.DENY))
    [reply] = replies_to(room, make_message("sai hello"))
    assert reply.text == "I don't know 'sai hello'; nothing was run.\n'help' lists what I know."


def test_ambiguous(room: Room, memory: Memory) -> None:
    """Two aliases for one message: neither runs, both are named."""
    [reply] = replies_to(room, make_message("both hello"))
    assert reply.kind is ReplyKind.AMBIGUOUS
    assert reply.text == (
        "'both hello' could mean 2 things; nothing was run:\n"
        "  both {{ text }}   (t.one)\n"
        "  both {{ text }}   (t.two)"
    )
    matched = memory.events[1][0]
    assert isinstance(matched, MessageMatched)
    assert matched.candidates == ("t.one", "t.two")


def test_denied(packs: Path, isolated: Path, memory: Memory) -> None:
    """A denial names the rule, is on record, and nothing runs."""
    place = Place(file="chatops.yaml", line=4, column=5)
    rule = AccessRule(name="no-touch", effect=Effect.DENY, place=place, actions=("t.touch",))
    access = AccessPolicy(rules=(rule,))
    room = make_room(packs, home=isolated / "h", memory=memory, access=access)
    [reply] = replies_to(room, make_message("touch it"))
    assert reply.kind is ReplyKind.DENIED
    assert reply.text == (
        "You may not run t.touch: rule no-touch (chatops.yaml:4:5) denies t.touch to alice."
    )
    decided = memory.events[-2][0]
    assert isinstance(decided, Decided)
    assert (decided.allowed, decided.rule) == (False, "no-touch")
    assert memory.events[-2][1], "a denial is on disk"
    assert not (isolated / "touched").exists()


@pytest.mark.parametrize(
    ("text", "reason", "answer"),
    [
        pytest.param("off", "runner", "Nothing was run: action t.off is disabled", id="disabled"),
        pytest.param(
            "gone",
            "not-found",
            "Nothing was run: the alias t.gone runs the action t.gone, which does not exist",
            id="missing action",
        ),
        pytest.param(
            "log in with s3cr3t-w0rd n=many",
            "parameters",
            "Nothing was run: t.login: parameter 'n' must be a whole number, not 'many'",
            id="wrong type",
        ),
    ],
)
def test_what_cannot_be_run(
    room: Room, memory: Memory, text: str, reason: str, answer: str
) -> None:
    """It is said what keeps it from running; no execution is asked for."""
    [reply] = replies_to(room, make_message(text))
    assert (reply.kind, reply.reason) == (ReplyKind.ERROR, reason)
    assert reply.text.startswith(answer)
    assert "execution.requested" not in memory.names()
    assert "s3cr3t-w0rd" not in repr(memory.events) + reply.text


def test_failure_is_told(room: Room) -> None:
    """A failed action says its exit code and what it wrote."""
    *_, result = replies_to(room, make_message("fail"))
    assert result.status is Status.FAILED
    assert "3" in result.text
    assert "why" in result.text


def test_a_person_can_allow_less_time(room: Room) -> None:
    """The shorter limit holds, and the answer says that time was up."""
    *_, result = replies_to(room, make_message("be slow"), timeout=0.3)
    assert result.status is Status.TIMEOUT
    assert "0.3" in result.text


def test_an_alias_can_be_silent(room: Room, memory: Memory) -> None:
    """No ack and no result: the end is known to the caller, and on record."""
    [end] = replies_to(room, make_message("quietly"))
    assert (end.kind, end.text, end.status) == (ReplyKind.RESULT, "", Status.SUCCEEDED)
    assert "execution.finished" in memory.names()


def test_a_broken_template_still_shows_the_result(room: Room) -> None:
    """The result is there, and what is wrong with the template, with its line."""
    *_, result = replies_to(room, make_message("broken hello"))
    assert "hello" in result.text
    assert "aliases/broken.yaml:" in result.text
    assert "nope" in result.text


def test_nothing_runs_that_cannot_be_recorded(packs: Path, isolated: Path) -> None:
    """The request can't be written: the action isn't started, and the caller is told."""
    for full_at in range(4):
        room = make_room(packs, home=isolated / "h", memory=Memory(full_at=full_at))
        with pytest.raises(RecordError):
            replies_to(room, make_message("touch it"))
        assert not (isolated / "touched").exists()


@pytest.mark.parametrize("text", ["touch it", "nobody knows this", "!"])
def test_what_could_not_be_recorded_can_be_delivered_again(
    packs: Path, isolated: Path, text: str
) -> None:
    """It was not run; then it is, once."""
    memory = Memory(full_at=0)
    room = make_room(packs, home=isolated / "h", memory=memory, claims=MemoryClaims())
    with pytest.raises(RecordError):
        replies_to(room, make_message(text))
    memory.full_at = None
    assert replies_to(room, make_message(text))
    assert replies_to(room, make_message(text)) == []


def test_what_was_run_is_not_run_again_though_its_end_could_not_be_recorded(
    packs: Path, isolated: Path
) -> None:
    memory = Memory(full_at=5)
    room = make_room(packs, home=isolated / "h", memory=memory, claims=MemoryClaims())
    assert len(replies_to(room, make_message("touch it"))) == 3
    memory.full_at = None
    assert replies_to(room, make_message("touch it")) == []


def test_a_request_too_large_for_the_log_leaves_its_message(packs: Path, isolated: Path) -> None:
    """What was typed is on record and on disk although the request with it can't be."""
    memory = Memory(full_at=2)
    room = make_room(packs, home=isolated / "h", memory=memory)
    with pytest.raises(RecordError):
        replies_to(room, make_message("touch it"))
    assert [(event.event, sync) for event, sync in memory.events] == [
        ("message", True),
        ("match", True),
    ]


def test_an_end_that_cannot_be_recorded_is_told(packs: Path, isolated: Path) -> None:
    """It has run: the answer comes, and after it the warning."""
    memory = Memory(full_at=5)
    room = make_room(packs, home=isolated / "h", memory=memory)
    ack, result, warning = replies_to(room, make_message("touch it"))
    assert (ack.kind, result.kind) == (ReplyKind.ACK, ReplyKind.RESULT)
    assert result.status is Status.SUCCEEDED
    assert (warning.kind, warning.reason) == (ReplyKind.ERROR, "records")
    assert warning.text == (
        "Execution id-1 has ended, but that is not on record: the audit log can't be written "
        "(free some space)"
    )


def test_secrets_show_in_no_reply_and_no_record(room: Room, memory: Memory) -> None:
    """The message, the parameters, the ack and the result: masked."""
    replies = replies_to(room, make_message("log in with s3cr3t-w0rd"))
    assert len(replies) == 2
    assert replies[0].text == "trying ********"
    everything = repr(replies) + repr(memory.events) + repr(memory.results)
    assert "s3cr3t-w0rd" not in everything
    received = memory.events[0][0]
    assert isinstance(received, MessageReceived)
    assert received.text == "log in with ********"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('open {"name": "ann", "pin": "s3cr3t-w0rd"}', id="fits"),
        pytest.param('open {"name": "ann", "pin": "s3cr3t-w0rd"', id="no JSON"),
        pytest.param('open {"name": 7, "pin": "s3cr3t-w0rd"}', id="another part is wrong"),
        pytest.param(
            'open {"name": "ann", "pin": "s3cr3t-w0rd"} times x', id="another parameter is wrong"
        ),
    ],
)
def test_a_secret_part_of_an_object(room: Room, memory: Memory, text: str) -> None:
    """It is masked whether the object can be bound or not."""
    replies = replies_to(room, make_message(text))
    assert "s3cr3t-w0rd" not in repr(replies) + repr(memory.events)


def test_secrets_of_the_answer_are_masked(room: Room, memory: Memory) -> None:
    """What the output's schema calls secret shows nowhere, wherever the action wrote it."""
    heard: list[bytes] = []
    message = make_message("new token")

    async def talk() -> list[Reply]:
        told = room.handle(message, on_output=lambda _, chunk: heard.append(chunk))
        return [reply async for reply in told]

    replies = asyncio.run(talk())
    assert replies[-1].status is Status.SUCCEEDED
    assert "ann" in repr(memory.results)
    assert "t0k3n-v4lue" not in repr(replies) + repr(memory.events) + repr(memory.results)
    assert heard == [], "what may hold such a secret isn't shown as it arrives"


def test_what_is_typed_for_a_missing_action_is_masked(room: Room, memory: Memory) -> None:
    """Nobody can say which of its parameters are secret, so all count as secret."""
    replies = replies_to(room, make_message("gone with s3cr3t-w0rd"))
    assert "s3cr3t-w0rd" not in repr(replies) + repr(memory.events)


def test_the_result_is_kept_with_its_digest(room: Room, memory: Memory) -> None:
    """The record of the end carries the digest of what the store has."""
    replies_to(room, make_message("say hello"))
    [finished] = [event for event, _ in memory.events if isinstance(event, ExecutionFinished)]
    [kept] = memory.results
    assert isinstance(kept, dict)
    assert kept["stdout"] == "hello"
    assert finished.result_size is not None
    assert finished.result_size > 0
    assert finished.status is Status.SUCCEEDED


def test_frames_are_masked_as_well(room: Room) -> None:
    """Title, text and fields of an attachment, and what goes to the network."""
    [result] = replies_to(room, make_message("frame s3cr3t-w0rd"))
    [frame] = result.attachments
    assert (frame.text, frame.title) == ("used ********", "for ********")
    assert [(field.title, field.value) for field in frame.fields] == [("Result", "********")]
    assert "s3cr3t-w0rd" not in repr(result)


def test_every_match_gives_an_execution(room: Room, memory: Memory) -> None:
    """`match_multiple`: one message, an execution and an answer for each match, in order."""
    replies = replies_to(room, make_message("see T-1, T-22"))
    assert [reply.text for reply in replies] == ["ticket 1", "ticket 22"]
    assert [reply.execution_id for reply in replies] == ["id-1", "id-2"]
    assert memory.names().count("execution.requested") == 2


def test_an_ack_links_to_the_execution(packs: Path, isolated: Path) -> None:
    """Where settings know a web address."""
    settings = Settings(home=isolated / "h", roots=(packs,), web_url="https://ops.example.com")
    room = make_room(packs, home=isolated / "h", settings=settings)
    ack, _ = replies_to(room, make_message("say hello"))
    assert ack.text.endswith("https://ops.example.com/executions/id-1")


def test_help(room: Room) -> None:
    """`help` lists what can be typed; words after it choose."""
    [every] = replies_to(room, make_message("help"))
    assert every.kind is ReplyKind.INFO
    assert every.text.startswith("t:\n")
    assert "  say {{ text }}" in every.text
    [some] = replies_to(room, make_message("help LOG"))
    assert some.text == "t:\n  log in with {{ password }}"
    [none] = replies_to(room, make_message("help nothing"))
    assert none.text == "There is nothing about 'nothing' that you may run here."


def test_a_message_that_is_too_long(room: Room) -> None:
    """The limit is stated."""
    [reply] = replies_to(room, make_message("say " + "x" * 50_000))
    assert (reply.kind, reply.reason) == (ReplyKind.ERROR, "too-long")
    assert "at most 40,960 are read" in reply.text
